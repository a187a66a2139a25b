"""Amounts of money, in sentences marked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.money import find_money, settle_symbols, written_currencies
from pipeline.records import Context, MoneyValue, Refusal
from tests import marked

AMOUNTS = [
    "The ministry gave [270 million won|money 270000000 KRW].",
    "The grant was [US$1.2m|money 1200000 USD].",
    "A fee of [HK$3,000|money 3000 HKD] was waived.",
    "A fee of [HK$ 3,000|money 3000 HKD] was waived.",
    "Donors gave [NT$50,000|money 50000 TWD] and [RM 12,500.50|money 12500.50 MYR].",
    "[Rs. 5 lakh|money 500000 INR] was sanctioned.",
    "[Rs 2.5 crore|money 25000000 INR] was spent.",
    "We received [€5k|money 5000 EUR].",
    "The agency pledged [SEK 2 million|money 2000000 SEK].",
    "[LKR 1.5 Mn|money 1500000 LKR] for repairs",
    "revenue of [30 MUSD|money 30000000 USD]",
    "[CHF 80'000|money 80000 CHF] for the clinic",
    "[CHF 60|money 60 CHF] for each child",
    "[Rp 15.000.000|money 15000000 IDR] per village",
    "[Rp 2,5 juta|money 2500000 IDR] per family",
    "[Rp 250 ribu|money 250000 IDR] a year",
    "costs of [EUR 1 214 million|money 1214000000 EUR]",
    "needs of [USD 8,6 million|money 8600000 USD]",
    "[EUR 7 325|money 7325 EUR] per student",
    "[KSh 10,000|money 10000 KES] each",
    "[Kshs. 10,000/-|money 10000 KES] each",
    "[UGX 96 million|money 96000000 UGX] was raised",
    "[Tk 20,000|money 20000 BDT] a month",
    "[R250 000|money 250000 ZAR] was won at auction",
    "[R8,499|money 8499 ZAR]",
    "[GH₵ 415,000|money 415000 GHS] for the depot",
    "[FCFA 3 000 000|money 3000000 XOF] for seeds",
    "[25 000 FCFA|money 25000 XOF] for seeds",
    "[VT 84 million|money 84000000 VUV] in loans",
    "[F$50,000|money 50000 FJD] in loans",
    "[S$12,000|money 12000 SGD] in advance",
    "[₱350,000|money 350000 PHP] for translation",
    "[₦4.5 million|money 4500000 NGN] for the well",
    "[¥10 million|money 10000000 JPY] in aid",
    "[RMB 60,000|money 60000 CNY] for books",
    "[60,000 yuan|money 60000 CNY] for books",
    "[A$15,000|money 15000 AUD] and [NZ$4,500|money 4500 NZD]",
    "[C$900|money 900 CAD] for travel",
    "[R$ 1.200,50|money 1200.50 BRL] for paint",
    "[12.500 zł|money 12500 PLN] from members",
    "[1 250 Kč|money 1250 CZK] for tickets",
    "[3,990 Ft|money 3990 HUF] for lunch",
    "[135 lei|money 135 RON] for lunch",
    "[73,460 €|money 73460 EUR] from the lottery",
    "[19,1 €|money 19.1 EUR] a head",
    "[£11.95|money 11.95 GBP] a copy",
    "[42 Malaysian ringgit|money 42 MYR] a day",
    "[Malaysian ringgit 42|money 42 MYR] a day",
    "[5,000 Kenyan shillings|money 5000 KES] a day",
    "[two hundred thousand US dollars|money 200000 USD]",
    "[half a million euros|money 500000 EUR]",
    "a [US$50-million|money 50000000 USD] loan and a [20-million-euro|money 20000000 EUR] fund",
    "[5,000,000 Korean won|money 5000000 KRW], [4,500 Nepali rupees|money 4500 NPR]",
    "[a quarter of a million pounds|money 250000 GBP]",
    "[five million yen|money 5000000 JPY]",
    "[US$ 20 million|money 20000000 USD] for roads",
    "[US$ million 4.5|money 4500000 USD] for roads",
    "[75 USD million|money 75000000 USD] for roads",
    "[$1,190 AUD|money 1190 AUD] for flights",
    "[$5 million USD|money 5000000 USD] for flights",
    "[100 000 francs CFA|money 100000 XOF] for rice",
    "[12,34,567.89 rupees|money 1234567.89 INR] in fees",
    "[KRW 330,000,000|money 330000000 KRW] was allocated",
    "[IDR 1.9 billion|money 1900000000 IDR] came in",
    "[MZN 420 million|money 420000000 MZN] for dikes",
    "[QAR 3,500|money 3500 QAR] for freight",
    "[AED 26.30|money 26.3 AED] for postage",
    "[KWD 1.250|money 1.25 KWD] for postage",
    "[ECD 38,417.25|money 38417.25 XCD] and [NTD 12.3 million|money 12300000 TWD] were raised",
    "[SAT 850|money 850 WST] and [ST$48,310.50|money 48310.50 WST] in tala",
    "[Kz 5,000,000|money 5000000 AOA] for tents",
    "Net assets were [$2.1 MM|money 2100000 ?].",
    "Staff cost [612 T€|money 612000 EUR], travel [TEUR 45|money 45000 EUR], rent [0,41 Mio. EUR|money 410000 EUR].",
    "[COP 850 millones|money 850000000 COP] for roads",
    "[R$ 521 mil|money 521000 BRL], then [R$ 1,2 milhão|money 1200000 BRL]; [CZK 5 mil.|money 5000000 CZK] in all",
    "[EUR 1.250|money 1250 EUR] for postage",
    "[3 dollars 50 cents|money 3.5 ?] each",
    "[34 cents|money 0.34 ?] each",
    "A [12-cent|money 0.12 ?] levy",
    "food worth [about 90 million won|money 90000000 KRW approximately] for [EUR 20|money 20 EUR]",
    "([EUR 610 million|money 610000000 EUR])",
    "He won [2,000 won|money 2000 KRW].",
    "[SDR 5 million|money 5000000 XDR] from the Fund",
    "[TRY 45,000|money 45000 TRY] for tents",
    "[COP 3.500.000|money 3500000 COP] for tents",
    "[PHP 12,000|money 12000 PHP] for tents",
    "[10 $|money 10 ?] and [30 $|money 30 ?]",
    "[$4,000|money 4000 ?] was raised",
    "[5 000 dollars|money 5000 ?] was raised",
    "[400 pesos|money 400 ?] a day",
    "[700 kr|money 700 ?] a day",
    "[12,000 shillings|money 12000 ?] a day",
]

QUALIFIED = [
    "[more than $2 million|money 2000000 ? more_than] was raised",
    "[over £320,000|money 320000 GBP more_than] was raised",
    "[up to €1,000|money 1000 EUR at_most] per household",
    "[at least USD 500|money 500 USD at_least]",
    "[less than 7 euros|money 7 EUR less_than]",
    "[no more than 7 euros|money 7 EUR at_most]",
    "[roughly EUR 30 million|money 30000000 EUR approximately]",
    "[an estimated EUR 380 million|money 380000000 EUR approximately]",
    "[nearly US$ 3 million|money 3000000 USD approximately]",
    "[around 50,000 baht|money 50000 THB approximately]",
    "[US$ 500+|money 500 USD at_least] per team",
    "[USD 500 or more|money 500 USD at_least]",
    "[KES 214.6 million|money 214600000 KES] ([approx. USD 2.01M|money 2010000 USD approximately])",
    "[£1k (approx.)|money 1000 GBP approximately] came back, [£20 approx.|money 20 GBP approximately] a head.",
    "[£10-15 million|money 10000000-15000000 GBP] for roads",
    "[US$ 3-3.5 million|money 3000000-3500000 USD] for roads",
    "[£10-12,000|money 10000-12000 GBP] for the hall",
    "[10-20 dollars|money 10-20 ?] a day",
    "[7-9 lakh rupees|money 700000-900000 INR] a year",
    "[between $3.5 million and $13.4 million USD|money 3500000-13400000 USD]",
    "[from Rp 2,5 juta to Rp 15 juta|money 2500000-15000000 IDR]",
    "[CHF 60 to 70|money 60-70 CHF] for each child",
    "Each orphan gets [AED 150 to 200|money 150-200 AED] monthly.",
    "[Rs. 20,000-75,000|money 20000-75000 INR] in loans",
    "[EUR 5 to 10 million|money 5000000-10000000 EUR]",
    "Income rose by [EUR 5,000|money 5000 EUR] to [EUR 80,000|money 80000 EUR].",
    "A loan of [80 tys. zł|money 80000 PLN], a debt of [3 mld. zł|money 3000000000 PLN]",
    "Income rose from [EUR 5,000|money 5000 EUR] to [EUR 8,000|money 8000 EUR].",
    "The stipend increased from [USD 500|money 500 USD] to [USD 1,500|money 1500 USD] a month.",
    "paid [USD 20|money 20 USD] to 30 workers",
    "[US$ 1,000|money 1000 USD] and 20 volunteers",
]

NOTHING = [
    "25 participants won prizes.",
    "12 won medals.",
    "Of the 40 teams, 8 won scholarships.",
    "a net of 1,200 won by the alliance",
    "A grant of CHF will fund the work.",
    "The CHF 2014 allocation was late.",
    "COP 26 met in Glasgow.",
    "COP26 met in Glasgow.",
    "the WORLD CUP 2018",
    "the TOP 10 schools",
    "ALL 40 pupils passed.",
    "SDG 3 on health",
    "Euro 2020 was postponed.",
    "Euro 5 engines",
    "Room R2",
    "Route N7",
    "the R5 form",
    "5 pounds of rice",
    "NADB tested 15 samples.",
    "No. 6",
    "He lost his pen 7 times.",
    "page p12",
    "K9 units",
    "M23 rebels",
    "a 5k run",
    "PHP 8 developers",
    "USD/EUR rates",
    "the dollar rose by 3 per cent",
    "MAD 5 lab",
    "phone: +254 20 7621234",
    "lot CHF-2017-03",
    "EUR-2020-118",
]


@pytest.mark.parametrize("sentence", AMOUNTS + QUALIFIED + NOTHING)
def test_finds_what_the_reader_marked(sentence: str) -> None:
    text, expected = marked.read(sentence)
    assert marked.differences(expected, find_money(text, Context()), "money") == []


@pytest.mark.parametrize(
    ("text", "country", "currency"),
    [
        ("Rs. 6,250 a pack", "LK", "LKR"),
        ("Rs. 6,250 a pack", "NP", "NPR"),
        ("400 francs a kilo", "CI", "XOF"),
        ("400 francs a kilo", "CH", "CHF"),
        ("500 pesos a day", "PH", "PHP"),
        ("3,000 shillings a day", "UG", "UGX"),
        ("700 kr a day", "NO", "NOK"),
        ("£300 a month", "EG", "EGP"),
        ("N5,000 a month", "NG", "NGN"),
        ("K350 a month", "ZM", "ZMW"),
        ("P5,000 a month", "PH", "PHP"),
        ("$300 a month", "KE", None),
    ],
)
def test_the_country_tells_shared_signs_apart(text: str, country: str, currency: str | None) -> None:
    [mention] = find_money(text, Context(country=country))
    assert isinstance(mention.value, MoneyValue)
    assert mention.value.currency == currency


@pytest.mark.parametrize(
    ("texts", "country", "settled"),
    [
        (["We received USD 500 and later $300."], None, {"$": "USD"}),
        (["Costs were US$ 40 million."], "KE", {"$": "USD", "shilling": "KES"}),
        (["HK$3,000 and US$500"], "HK", {"$": "HKD"}),
        (["The site cost US$500, rent was $900."], "FJ", {"$": "FJD"}),
        (["HK$3,000 and US$500"], None, {}),
        (["A friend sent NZ$2,000.", "Fees of $5, $12, $40, $300 and $900 came in."], None, {}),
        (
            ["KES 5,000", "KES 700", "KES 80 million", "Kshs. 900", "UGX 30,000", "Sh2,000 a month"],
            None,
            {"shilling": "KES"},
        ),
        (["a levy of $20"], "AU", {"$": "AUD"}),
        (["a levy of $20"], "CD", {"franc": "CDF"}),
        (["LKR 1.5 Mn, later Rs. 500"], None, {"Rs": "LKR", "SLR": "LKR"}),
        (["Dues are K35, or 500 kina a year."], None, {"K": "PGK"}),
        (["All amounts in NZD."], None, {"$": "NZD"}),
    ],
)
def test_settles_signs_by_what_the_report_writes_out(
    texts: list[str], country: str | None, settled: dict[str, str]
) -> None:
    assert dict(settle_symbols(written_currencies(texts), country)) == settled


def test_a_settled_sign_has_its_currency() -> None:
    [mention] = find_money("$300", Context(currencies=(("$", "CAD"),)))
    assert mention.value == MoneyValue(Decimal(300), None, "exact", "CAD")


def test_says_why_a_number_was_refused() -> None:
    refused: list[Refusal] = []
    assert find_money("COP 26 met.", Context(), (), refused) == []
    assert [refusal.text for refusal in refused] == ["COP 26"]


def test_what_dates_have_taken_is_no_amount() -> None:
    text, expected = marked.read("won in [2020|date 2020] euros")
    assert find_money(text, Context(), marked.spans(expected, "date")) == []


PIECES = (
    "5",
    "1.250",
    "USD",
    "$",
    "€",
    "million",
    "k",
    "to",
    "-",
    "and",
    "between",
    "cents",
    "won",
    "Rs.",
    "\n",
    "CHF",
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join) | st.text(max_size=80))
def test_every_mention_is_a_slice_in_order_without_overlap(text: str) -> None:
    end = 0
    for mention in find_money(text, Context()):
        assert mention.start >= end
        assert text[mention.start : mention.end] == mention.text
        end = mention.end
