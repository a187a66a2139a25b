"""Names of organizations by the rules; what the recognizer would see is written `{{name|LABEL}}` where it matters."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.annotated import read_marked
from pipeline.organizations import Entity, Reading, find_refusals, settle
from pipeline.organizations.deeds import is_done_by_body
from pipeline.organizations.evidence import Evidence
from pipeline.organizations.grammar import find_candidates
from pipeline.organizations.lines import is_capitals, is_title
from pipeline.organizations.words import is_generic, role_of
from pipeline.records import Context, CountryValue, Mention, Span

SEEN = re.compile(r"\{\{([^{}|]+)\|([A-Z]+)\}\}")


def reading(text: str, *countries: str) -> Reading:
    """A text with what the recognizer sees in it; countries are given by name."""
    plain, entities, last = "", [], 0
    for match in SEEN.finditer(text):
        plain += text[last : match.start()]
        entities.append(Entity(len(plain), len(plain) + len(match[1]), match[2]))
        plain += match[1]
        last = match.end()
    plain += text[last:]
    places = tuple(
        Mention("country", found.start(), found.end(), name, CountryValue("XX", "XXX", name, "name"), "name")
        for name in countries
        for found in re.finditer(name, plain)
    )
    return Reading(plain, tuple(entities), places)


def names(*texts: str, context: Context | None = None, countries: tuple[str, ...] = ()) -> list[list[str]]:
    readings = [reading(text, *countries) for text in texts]
    return [[mention.text for mention in found] for found in settle(readings, context or Context())]


@pytest.mark.parametrize(
    "marked",
    [
        "The [Ministry of Labor, Invalids and Social Affairs] sent a letter.",
        "the [Department of Aid of the Ministry of Labor, Invalids and Social Affairs of the Republic of Zubrowka] met",
        "[Hilltop University] and [Harbour National Council on Social Care] met.",
        "[Hilltop University] and the [Council of Elders] met.",
        "The [Ministry of Health and Welfare] agreed.",
        "The [Chamber of Commerce and Industry] and the [Ministry of Trade] signed.",
        "the [Technical Education and Skills Authority] in town",
        "a letter from the [Labour Department of the Harbour Government] came",
        "the [Consortium of Institutes on Family in the Asian Region] wrote",
        "staff of the [International Division of the Relief Council] moved",
        "[Lakeside Disaster Relief Association]'s staff",
        "[King's Road Foundation] gave 300 books",
        "the [Association of Women with Disabilities] and others",
        "[Novatrade Engineering (Pty) Ltd] won Lot 2.",
        "[Novatrade Holdings, Inc.] won Lot 2.",
        "- Tents: 40 ([Hilltop Relief Society] and [Harbour Trust])",
        "at the [Faculty of Law, University of Zembla].",
        "[Universidad de los Lagos] sent two experts.",
        "visited [Hilltop Council] in May",
        "the [Ministère de l'Éducation et de la Famille] wrote",
        "a letter of the [Dirección General de Salud y Familia] in Zenda",
        "The [Children and Families Agency] took over.",
        "the [Standards and Metrology Institute] and others",
        "[Aguas do Vale Lda] drilled.",
        "The board of [Grupo Zenda S.A.B. de C.V.] met.",
        "[Mokotan Yhdistys ry] and [Fischerverein Obersee e. V.] sell maps.",
        "[Coral Sands Holdings Pvt. Ltd.] and [All‐tech Engineering Ltd] won.",
        "The [WASH cluster] and the [Protection Cluster] met.",
        "[W. K. Hilltop Foundation] paid.",
        "the [Working Party on Child Safety] met",
        "the [Embassy of Zubrowka in Zenda] paid",
        "the [Agência Nacional para a Qualificação e o Ensino] wrote",
        "The [Zenda Garment Makers and Exporters Association] agreed.",
        "the [Harbour Institute for Civil Society]. It found nothing.",
        "a loan from [Novatrade Holdings Ltd].",
        "La [Fédération nationale des coopératives du Zenda] a tenu son assemblée.",
        "l'[Association des jeunes de Zenda] et le [Conseil national de la jeunesse] ont signé",
        "L'[Agence française de coopération] et la [Croix-Rouge malienne] ont payé.",
        "El [Ministerio de Salud] y la [Cruz Roja Zendana] abrieron.",
        "le [Ministère de la Femme, de la Famille et du Genre] a écrit",
        "Source: [Zenda Statistics Office], 2012",
        "[Al al-Zenda University] sent two experts.",
        "The [Rectors' Conference of Zenda] wrote.",
        "[Zenda Metropolitan City] paid the bus.",
    ],
)
def test_heads_make_names(marked: str) -> None:
    expected = read_marked(marked)
    assert names(expected.text) == [[expected.text[start:end] for start, end, _ in expected.marks]]


@pytest.mark.parametrize(
    "text",
    [
        "The Council met our agency members and the Committee.",
        "The Regional Conference on Ageing was held at the Town Hall.",
        "the Convention on the Rights of Workers and the Labour Protection Act",
        "the Act 12/1998 on the Financing of Cultural Provision",
        "The Minister of Health, Dr Ana Lee, opened the Harbour Bridge.",
        "Board of Trustees and Executive Committee",
        "Civil Society and Local Government",
        "SUPPORT TO LOCAL GROUPS",
        "Organization of the Council",
        "The New Board met.",
        "The Youth Leadership Programme and the Green Award",
        "Training of Trainers for Older Persons",
        "in recent years",
        "",
    ],
)
def test_finds_nothing(text: str) -> None:
    assert names(text) == [[]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{Zendavo|ORG}} gave tents.", ["Zendavo"]),
        ("the {{Harbour Forum|ORG}} gave tents", ["Harbour Forum"]),
        ("attended the {{Harbour Forum|ORG}} in May", []),
        ("the {{Forum on Digital Life|ORG}}", []),
        ("President: {{Ada SMITH|ORG}}", []),
        ("delivered 200 {{Zenda Packs|ORG}}", []),
        ("{{COVID-19|ORG}} and {{NGO|ORG}}", []),
        ("{{Zenda Week|ORG}} was a success", []),
        ("“{{Together for Tomorrow|ORG}}” was the theme", []),
        ("tents in {{Mokota|ORG}}. {{Mokota|ORG}} is far.", []),
        ("the {{Zenda|ORG}} project ended", []),
        ("he won {{Zenda Group won Lot 2|ORG}} again", ["Zenda Group"]),
        ("{{Education|ORG}} is free", []),
        ("Tickets: {{TOTAL|ORG}} 40", []),
        ("{{NGO Zendavo|ORG}} drills", ["Zendavo"]),
        ("In {{Q4 Zendavo|ORG}} moved", ["Zendavo"]),
        ("The {{Foundation’s Field Relations|ORG}} manager", []),
        ("{{Ato Zenda Worku|ORG}} led the team", []),
        ("Our founder, {{Zenda Kask|ORG}}, spoke", []),
        ("and {{Zenda NOVAK|ORG}} spoke", []),
        ("at {{Box CO|ORG}} 2803 Zenda", []),
        ("from {{Zenda, Mokota and Tamar|ORG}} came", []),
        ("{{Zenda Kask|ORG}}, Deputy Prime Minister, spoke", []),
        ("shops in Zenda, Tamar and {{Mokota Kask|ORG}}", []),
        ("the {{Leonardo da Zenda Programme|ORG}} paid", []),
        ("the {{Fédération des femmes du Zenda|ORG}} came", ["Fédération des femmes du Zenda"]),
        ("flights {{Zenda - Mokota|ORG}} on Monday", []),
        ("in {{Seoul|ORG}}", []),
        ("in special schools (erityiskoulut, {{Mokotaskolorna|ORG}})", []),
        ("Statistics Zenda ({{Mokotakeskus|ORG}}, {{Mokotacentralen|ORG}})", ["Mokotakeskus", "Mokotacentralen"]),
        ("tents in Zenda, {{Mokota|ORG}} and Tamar. {{Mokota|ORG}} is far.", []),
        ("the {{Mokota|ORG}} site", []),
        ("{{Pôle emploi|ORG}} and {{zendaHub|ORG}} agreed", ["Pôle emploi", "zendaHub"]),
        ("{{Zenda Church Care|ORG}} built wells", ["Zenda Church Care"]),
        ("{{Zendavobankinn and Tamar Group|ORG}} pay", ["Zendavobankinn", "Tamar Group"]),
        ("{{Zenda Water and Power Group|ORG}} pay", ["Zenda Water and Power Group"]),
        ("{{Zenda Relief and Repair Commission|ORG}} pay", ["Zenda Relief and Repair Commission"]),
        ("{{Zendavo|ORG}} S.p.A. won", ["Zendavo S.p.A."]),
        ("the {{Internet Society and Packet Clearing House|ORG}} met", ["Internet Society", "Packet Clearing House"]),
        ("{{Harbour-based Zendavo|ORG}} pays", ["Zendavo"]),
        ("the {{Skills for Work Project of ZVT|ORG}} ended", ["ZVT"]),
        ("{{Trade, Fisheries and Forests Canada|ORG}} wrote", ["Trade, Fisheries and Forests Canada"]),
        ("the {{Republic of Zenda National Red Cross|ORG}} came", ["Republic of Zenda National Red Cross"]),
        ("{{DANCE|ORG}}, a network, and a study by {{REACH|ORG}}", ["DANCE", "REACH"]),
        ("{{TOTAL|ORG}} and {{REACH|ORG}}", []),
        ("{{Orbit|ORG}}, {{Zendavo|ORG}} and {{Novamar|ORG}} pay", ["Orbit", "Zendavo", "Novamar"]),
        ("{{Orbit|ORG}} gave the prizes.", ["Orbit"]),
        ("the book {{Zenda en Flor|ORG}} sold well", []),
        ("Storms Mokota and {{Zenda|ORG}} hit us.", []),
        ("at {{ZendaCon Africa|ORG}} and {{Camp Zenda|ORG}}", []),
        ("the mayor opened {{Zenda Day Centre|ORG}}", []),
        ("the {{Prix de la Zenda|ORG}} went to her", []),
        ("{{Ada Kask|ORG}} and {{Petr Zendak|ORG}} were elected.", []),
        ("{{Agnieszka Zendak-Zając|ORG}} opened the hall.", []),
        ("of {{Zendavo|ORG}}, {{Andrew Miller|PERSON}} and {{Matthew Green|ORG}} to us", ["Zendavo"]),
        ("{{Matthew & Green|ORG}} wrote.", ["Matthew & Green"]),
        ("{{Achat de motos|ORG}} et vélos", []),
        ("{{Besoin|ORG}} de personnel", []),
        ("the {{Zendavo|ORG}}, {{Min Santé|PERSON}} publique", ["Zendavo"]),
        ("paid by {{Zendo Rexmotor|PERSON}} for us", ["Zendo Rexmotor"]),
        ("led by {{Zendo Rexmotor|PERSON}} for years", []),
        ("a lecture by Dr. {{Zendo Rexmotor|PERSON}} in May", []),
        ("with {{Zendo Rexmotor|PERSON}}, head of section", []),
        ("{{Zendavo|ORG}} and {{Zendo Rexmotor|PERSON}} gave drills.", ["Zendavo", "Zendo Rexmotor"]),
        ("a play with {{Zendavoria|PLACE}} for schools", ["Zendavoria"]),
        ("a club in {{Zendavoria|PLACE}} for schools", []),
        ("a {{Banco Zendano|ORG}}-financed road", ["Banco Zendano"]),
        ("the {{Zenda Caretaker of the Year|ORG}} is she", []),
        ("{{Partners of Zendavo|ORG}} came.", ["Zendavo"]),
        ('The Zenda Charity Foundation "Mokota" ran buses.', ['Zenda Charity Foundation "Mokota"']),
        ('The Zenda Charity Foundation "Mokota" project ended.', ["Zenda Charity Foundation"]),
        ("Hilltop Trust, {{Zendavoria|ORG}}, opened a school.", ["Hilltop Trust"]),
        ("The Hilltop Council of Elders (the Council) met.", ["Hilltop Council of Elders"]),
    ],
)
def test_cleans_what_the_recognizer_sees(text: str, expected: list[str]) -> None:
    assert names(text) == [expected]


def test_members_of_a_list_are_of_one_kind() -> None:
    assert names("Cargo (Hilltop Council, Wings without Borders and ZENKA)") == [
        ["Hilltop Council", "Wings without Borders", "ZENKA"]
    ]
    assert names("Hilltop Council, Zendavo and Novamar gave tents.") == [["Hilltop Council", "Zendavo", "Novamar"]]
    assert names("Travel (Hilltop Council and Peru)", countries=("Peru",)) == [["Hilltop Council"]]
    assert names("Donors: {{Luminate|ORG}}, Zendavo, Hilltop Council") == [["Luminate", "Zendavo", "Hilltop Council"]]
    assert names("Blankets ({{ZENKA|ORG}}, CARE)") == [["ZENKA", "CARE"]]


def test_people_of_a_country_are_no_organization() -> None:
    assert names("{{Seventeen Zubrowkan|ORG}} teachers came.", countries=("Zubrowkan",)) == [[]]


def test_a_list_of_countries_is_no_organization() -> None:
    text = "from {{Moldova and North Macedonia|ORG}} came"
    assert names(text, countries=("Moldova", "North Macedonia")) == [[]]


def test_what_was_refused_is_said_with_the_reason() -> None:
    text = "The {{Regional Conference|ORG}} and the {{Council|ORG}} met {{Moldova|ORG}} and {{Zendavo|ORG}}."
    [refused] = find_refusals([reading(text, "Moldova")], Context())
    assert [(refusal.text, refusal.reason) for refusal in refused] == [
        ("Regional Conference", "its head is that of an event, office, law or programme"),
        ("Council", "a common word"),
        ("Moldova", "a country"),
    ]


def test_an_acronym_that_is_defined_once_is_found_everywhere() -> None:
    found = settle(
        [
            reading("ZCW trained 40 people."),
            reading("The Zembla Council of Welfare (ZCW) met."),
            reading("ZCW's staff"),
        ],
        Context(),
    )
    assert [[m.text for m in text] for text in found] == [["ZCW"], ["Zembla Council of Welfare", "ZCW"], ["ZCW"]]
    values = {m.value for text in found for m in text if m.text == "ZCW"}
    assert {(v.name, v.acronym, v.form) for v in values} == {("Zembla Council of Welfare", "ZCW", "acronym")}  # type: ignore[union-attr]


def test_an_acronym_of_something_else_is_no_organization() -> None:
    assert names("the Convention on the Rights of Workers (CRW)", "{{CRW|ORG}} was signed") == [[], []]


def test_a_name_found_once_is_found_in_every_text() -> None:
    assert names("{{Zendavo Tamar|ORG}} came.", "We thank Zendavo Tamar.") == [["Zendavo Tamar"], ["Zendavo Tamar"]]


def test_the_organization_of_the_report_is_known() -> None:
    context = Context(organization="Sunny Hands", acronym="SH")
    assert names("Sunny Hands met in May; SH paid.", context=context) == [["Sunny Hands", "SH"]]


def test_a_part_knows_the_whole() -> None:
    [[mention]] = settle([reading("the Labour Department of the Harbour Council")], Context())
    assert mention.value.parent == "Harbour Council"  # type: ignore[union-attr]


def test_dates_and_money_are_left_alone() -> None:
    text = "In March Council of Elders met"
    [found] = settle([Reading(text, (), (), (Span(3, 8),))], Context())
    assert [mention.text for mention in found] == ["Council of Elders"]


def test_headings_in_capitals() -> None:
    assert is_capitals("REPORT OF THE COMMITTEE")
    assert not is_capitals("ZCW met the Council")
    assert is_title("Visit to the Harbour Council")
    assert not is_title("We visited the council in the harbour.")
    assert names("MINISTRY OF HEALTH AND WELFARE: RESULTS") == [["MINISTRY OF HEALTH AND WELFARE"]]


def test_a_name_ends_at_the_edge_of_a_cell() -> None:
    assert names("Harbour Council\tEducation\tMinistry of Health") == [["Harbour Council", "Ministry of Health"]]


def test_words() -> None:
    assert role_of(("relief", "council")) == "body"
    assert role_of(("task", "force")) == "body"
    assert is_generic("the Executive Committee")
    assert not is_generic("Harbour Committee")


@given(
    st.lists(
        st.sampled_from(
            [
                "The",
                "the",
                "Council",
                "of",
                "for",
                "and",
                ",",
                "Health",
                "Ministry",
                "ZCW",
                "(",
                ")",
                ".",
                "-",
                "'s",
                "in",
                "Lakeside",
                "&",
                "\n",
                "12",
                "Inc.",
            ]
        ),
        max_size=40,
    )
)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_mentions_are_slices_in_order(words: list[str]) -> None:
    text = " ".join(words)
    [found] = settle([Reading(text)], Context())
    last = 0
    for mention in found:
        assert mention.start >= last
        assert mention.text == text[mention.start : mention.end]
        assert "\n" not in mention.text
        last = mention.end


@pytest.mark.parametrize(
    "text", ["A" * 20_000, "Council of " * 5_000, "(A, " * 10_000, "A and B, " * 5_000, "Ab " * 20_000]
)
def test_long_texts_are_read_to_the_end(text: str) -> None:
    assert settle([Reading(text)], Context()) is not None
    assert find_candidates(text, Evidence()) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a grant from the Zenda Initiative", ["Zenda Initiative"]),
        ("The Harbour Reform Forum hosted us.", ["Harbour Reform Forum"]),
        ("The Zenda Initiative ended in May.", []),
        ("at the Harbour Reform Forum in May", []),
        ("a letter to the Office of the Attorney General", ["Office of the Attorney General"]),
        ("the Ministry of the Interior and Mokota agreed", ["Ministry of the Interior", "Mokota"]),
        ("the Welfare Bureau, Zenda City Government lent a bus", ["Welfare Bureau, Zenda City Government"]),
        ("{{Volunteers of the Chamber International Zenda|ORG}} came", ["Chamber International Zenda"]),
        ("{{St Zeno's|ORG}} and {{Zendavo|ORG}} met.", ["St Zeno's", "Zendavo"]),
        ("{{St Zeno's|ORG}} kitchen", ["St Zeno"]),
        ("Partners: {{Zendavo|ORG}}, {{Hands for Hunger|ORG}}", ["Zendavo", "Hands for Hunger"]),
        ("{{Families for Children|ORG}} wrote.", ["Families for Children"]),
        ("{{Zendavo and Novamar|ORG}} gave fuel.", ["Zendavo", "Novamar"]),
        ("réunion {{ZDV et NMR|ORG}} de mai", ["ZDV", "NMR"]),
        ("{{Grand Chief Ada Novak|ORG}} came.", []),
        ("a shop in Dadri. {{Khovd|ORG}} is far.", []),
        ("{{Fundacja Pomocy Dzieciom i Zendom|ORG}} wrote.", ["Fundacja Pomocy Dzieciom i Zendom"]),
        ("the {{Café Zendavo|ORG}} brand", []),
        ("the Department of Housing of Zenda on the Mokota Register", ["Department of Housing of Zenda"]),
        ("The Dr Ada Novak Memorial Fund gave 400 books.", ["Dr Ada Novak Memorial Fund"]),
        ("audited by A. B. Novak & Associates of Zenda", ["A. B. Novak & Associates"]),
        ("audited by Novak, Mokota & Partners", ["Novak, Mokota & Partners"]),
        ("The Novak & Sons office moved.", ["Novak & Sons"]),
        ("the {{Elder Care and Protection|ORG}} Bill 2019", []),
        ("In {{December ZDVK|ORG}} opened a shop. ZDVK grew.", ["ZDVK", "ZDVK"]),
        ("the Faculty of Nursing at Zenda University", ["Faculty of Nursing at Zenda University"]),
        ("the {{Institute for Care in Nairobi|ORG}} wrote", ["Institute for Care"]),
        ("United Way of Zenda County renewed its grant.", ["United Way of Zenda County"]),
        ("Our corporate donors this year: {{Harbour Bank|ORG}}, Zendavo", ["Harbour Bank", "Zendavo"]),
        ("a visit to {{City Hall|ORG}} in May", []),
        ("chairs from Zenda Holdings Pvt. Ltd.", ["Zenda Holdings Pvt. Ltd."]),
        ("{{Novatrade do Mar, Lda.|ORG}} gave chairs.", ["Novatrade do Mar, Lda."]),
    ],
)
def test_what_stands_around_a_name_decides(text: str, expected: list[str]) -> None:
    assert names(text) == [expected]


def test_who_stands_before_an_amount_gave_it() -> None:
    text = "Zendavo gave EUR 5 and the Harbour Initiative CHF 85,000"
    start = text.index("Harbour")
    amount = Span(text.index("CHF"), len(text))
    assert is_done_by_body(text, start, start + len("Harbour Initiative"), (amount,))
    assert not is_done_by_body(text, start, start + len("Harbour Initiative"), ())
    assert not is_done_by_body(text, 0, len("Zendavo"), ())
