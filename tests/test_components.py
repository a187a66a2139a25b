"""The spaCy pipeline with rules alone: no entity recognizer is needed for dates, money, counts and countries."""

import datetime

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from pipeline import tagging
from pipeline.components import find_by_rules, settle
from pipeline.recognizer import REPORT_COMPONENTS
from pipeline.records import Context, CountryValue, CountValue, DateValue, MoneyValue, OrganizationValue
from pipeline.tagging import sentence_around, tag_text

TEXT = (
    "On 3 May 2021 the Ministry of Health of Peru (MHP) trained 45 officials for USD 1,200. "
    "The Council met in Peru; MHP paid."
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    for name in REPORT_COMPONENTS:
        nlp.add_pipe(name)
    return nlp


def test_every_component_is_found_by_its_name() -> None:
    assert all(Language.has_factory(name) for name in REPORT_COMPONENTS)


def test_mentions_have_exact_offsets_and_typed_values(nlp: Language) -> None:
    mentions = tag_text(nlp, TEXT)
    assert [(m.kind, m.text) for m in mentions if m.kind != "count"] == [
        ("date", "3 May 2021"),
        ("organization", "Ministry of Health of Peru"),
        ("country", "Peru"),
        ("organization", "MHP"),
        ("money", "USD 1,200"),
        ("country", "Peru"),
        ("organization", "MHP"),
    ]
    assert all(TEXT[m.start : m.end] == m.text for m in mentions)
    kinds = {m.kind: type(m.value) for m in mentions}
    assert kinds == {
        "date": DateValue,
        "organization": OrganizationValue,
        "country": CountryValue,
        "money": MoneyValue,
        "count": CountValue,
    }


def test_a_country_knows_whether_it_is_in_a_name(nlp: Language) -> None:
    countries = [m.value for m in tag_text(nlp, TEXT) if isinstance(m.value, CountryValue)]
    assert [country.inside_organization for country in countries] == [True, False]


def test_spans_carry_values(nlp: Language) -> None:
    doc = nlp(TEXT)
    [date] = doc.spans["date"]
    assert date._.value.start_date == datetime.date(2021, 5, 3)
    assert [span.text for span in doc.spans["organization"]] == ["Ministry of Health of Peru", "MHP", "MHP"]
    assert doc.spans["organization"][1]._.value.name == "Ministry of Health of Peru"
    assert doc[0:1]._.value is None


def test_the_context_reaches_the_rules(nlp: Language) -> None:
    context = Context(period_start=datetime.date(2014, 9, 1), period_end=datetime.date(2014, 9, 30))
    [date] = [m.value for m in tag_text(nlp, "opened on 2 September", context) if isinstance(m.value, DateValue)]
    assert date.start_date == datetime.date(2014, 9, 2)
    assert date.is_inferred


def test_a_report_is_settled_together(nlp: Language) -> None:
    texts = ["KLW trained staff in Peru.", "The Kivu League of Widows Association (KLWA) met."]
    docs = list(map(nlp, texts))
    context = Context(organization="Kivu League of Widows", acronym="KLW")
    mentions = settle(texts, docs, [doc._.mentions for doc in docs], context)
    found = [[m.text for m in some if m.kind == "organization"] for some in mentions]
    assert found == [["KLW"], ["Kivu League of Widows Association", "KLWA"]]
    assert [span.text for span in docs[0].spans["country"]] == ["Peru"]


def test_rules_find_the_same_with_a_doc_and_without(nlp: Language) -> None:
    doc = nlp(TEXT)
    rules = [m for m in find_by_rules(TEXT, Context(), nlp.pipe_names) if m.kind != "country"]
    assert rules == [m for m in doc._.mentions if m.kind not in ("organization", "country")]
    assert list(doc._.mentions) == tag_text(nlp, TEXT)


def test_mentions_survive_bytes(nlp: Language) -> None:
    doc = nlp(TEXT)
    [again] = DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab)
    assert again._.mentions == doc._.mentions
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes())._.mentions == doc._.mentions


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\ud7ff", "12", "the", "😀 in 2020", "(" * 500, "A" * 5000])
def test_any_text_is_read(nlp: Language, text: str) -> None:
    assert all(text[m.start : m.end] == m.text for m in tag_text(nlp, text))


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("One went. |Two| came. Three left.", "Two came."),
        ("Dr. Lee met |Mr. Kim| in May. They ate.", "Dr. Lee met Mr. Kim in May."),
        ("- first item\n- the |second| item\nA line", "the second item"),
        ("Is it |so|? Yes.", "Is it so?"),
        ("The |U.S. Army| came. It left.", "The U.S. Army came."),
        ("On |Oct. 2| we met.", "On Oct. 2 we met."),
        ("|All|", "All"),
    ],
)
def test_sentence_around(marked: str, expected: str) -> None:
    start = marked.index("|")
    end = marked.rindex("|") - 1
    assert sentence_around(marked.replace("|", ""), start, end) == expected


LONG = "On 3 May 2021 the Ministry of Health of Peru paid USD 1,200.\nThe Harbour Council thanked Peru.\n"


@pytest.mark.parametrize("piece", [100, 37, 5])
def test_a_text_longer_than_spacy_reads_is_read_in_pieces(
    nlp: Language, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    text = LONG * 3 + "x" * 50
    whole = tag_text(nlp, text)
    monkeypatch.setattr(tagging, "PIECE", piece)
    monkeypatch.setattr(nlp, "max_length", 100)
    assert tag_text(nlp, text) == whole
    assert {mention.kind for mention in whole if mention.start > 2 * len(LONG)} >= {"date", "organization", "money"}


def test_pieces_end_at_line_ends_and_keep_their_entities(monkeypatch: pytest.MonkeyPatch) -> None:
    named = spacy.blank("en")
    ruler = named.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "ORG", "pattern": "Harbour Council"}])  # type: ignore[attr-defined] # spaCy has Pipe here
    text = LONG * 4
    monkeypatch.setattr(tagging, "PIECE", 110)
    [doc, empty] = tagging._docs(named, [text, ""])
    assert doc.text == text
    assert [ent.start_char for ent in doc.ents] == [LONG.index("Harbour") + n * len(LONG) for n in range(4)]
    assert not empty.ents
