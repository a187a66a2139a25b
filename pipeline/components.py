"""The spaCy components that find what a report states, one a kind.

A `Doc` is the title or the text of one section, or any text of a user. `doc._.context` is what is known about the
report it stands in. Each component adds its mentions to `doc._.mentions` and a group of spans to `doc.spans[kind]`,
each with its value in `span._.value`. What one kind has taken is not read again by the next: dates, money, counts,
countries, organizations, in this order. A span consists of whole tokens and may be longer than its mention, whose
offsets are exact.

Names of organizations depend on the whole report: `settle` decides them for all its texts together.
Mentions and context are kept in the `Doc` as bytes, so that they go through `Doc.to_bytes` and `nlp.pipe(n_process=2)`.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial

from msgspec import msgpack
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as TokenSpan

from pipeline import organizations
from pipeline.countries import find_countries, mark_inside
from pipeline.counts import find_counts
from pipeline.dates import find_dates
from pipeline.money import find_money
from pipeline.records import Context, Kind, Mention, Span, Value

Finder = Callable[[str, Context, Sequence[Span]], list[Mention]]
"""A rule of one kind: text, context, and the spans that other kinds have taken."""

RULES: dict[str, Finder] = {
    "report_dates": find_dates,
    "report_money": find_money,
    "report_counts": find_counts,
    "report_countries": find_countries,
}
"""The components that go by rules alone, in their order."""

_MENTIONS = "pipeline.mentions"
_CONTEXT = "pipeline.context"
_TEXT = "pipeline.text"


def make_dates(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The component `report_dates`."""
    return partial(_find, "date", find_dates)


def make_money(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The component `report_money`."""
    return partial(_find, "money", find_money)


def make_counts(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The component `report_counts`."""
    return partial(_find, "count", find_counts)


def make_countries(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The component `report_countries`."""
    return partial(_find, "country", find_countries)


def make_organizations(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The component `report_organizations`: names of organizations, from `doc.ents` and the rules, one text alone."""
    return _find_organizations


def find_by_rules(text: str, context: Context, components: Collection[str]) -> list[Mention]:
    """What those of our components that go by rules alone find in a text, without the trouble of a `Doc`."""
    mentions: list[Mention] = []
    for name, find in RULES.items():
        if name in components:
            mentions = _in_order([*mentions, *find(text, context, _spans_of(mentions))])
    return mentions


def settle(
    texts: Sequence[str], docs: Sequence[Doc], mentions: Sequence[Sequence[Mention]], context: Context
) -> list[list[Mention]]:
    """Decides the organizations of one report from all its texts, and what that says about its other mentions."""
    readings = list(map(reading_of, texts, docs, mentions))
    return [
        _in_order([*mark_inside([m for m in others if m.kind != "organization"], _spans_of(found)), *found])
        for others, found in zip(mentions, organizations.settle(readings, context), strict=True)
    ]


def reading_of(text: str, doc: Doc, mentions: Sequence[Mention]) -> organizations.Reading:
    """What the rules for organizations read of a text: entities, countries, and what dates and money have taken."""
    entities = tuple(organizations.Entity(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents)
    countries = tuple(mention for mention in mentions if mention.kind == "country")
    taken = tuple(Span(mention.start, mention.end) for mention in mentions if mention.kind in ("date", "money"))
    return organizations.Reading(text, entities, countries, taken)


def _find(kind: Kind, find: Finder, doc: Doc) -> Doc:
    before = doc._.mentions
    found = find(_text_of(doc), doc._.context, _spans_of(before))
    doc._.mentions = [*before, *found]
    _show_spans(doc, kind, found)
    return doc


def _find_organizations(doc: Doc) -> Doc:
    [mentions] = settle([_text_of(doc)], [doc], [doc._.mentions], doc._.context)
    doc._.mentions = mentions
    _show_spans(doc, "country", mentions)
    _show_spans(doc, "organization", mentions)
    return doc


def _text_of(doc: Doc) -> str:
    """The text of a `Doc`, which never changes: spaCy joins all its tokens each time it is asked."""
    text: str = doc.user_data.get(_TEXT) or doc.text
    doc.user_data[_TEXT] = text
    return text


def _spans_of(mentions: Sequence[Mention]) -> list[Span]:
    return [Span(mention.start, mention.end) for mention in mentions]


def _show_spans(doc: Doc, kind: Kind, mentions: Sequence[Mention]) -> None:
    spans = [
        doc.char_span(mention.start, mention.end, label=kind, alignment_mode="expand")
        for mention in _in_order(mentions)
        if mention.kind == kind
    ]
    doc.spans[kind] = [span for span in spans if span is not None]


def _get_mentions(doc: Doc) -> tuple[Mention, ...]:
    kept = doc.user_data.get(_MENTIONS)
    return msgpack.decode(kept, type=tuple[Mention, ...]) if kept is not None else ()


def _set_mentions(doc: Doc, mentions: Sequence[Mention]) -> None:
    doc.user_data[_MENTIONS] = msgpack.encode(_in_order(mentions))


def _in_order(mentions: Sequence[Mention]) -> list[Mention]:
    return sorted(mentions, key=lambda mention: (mention.start, mention.end, mention.kind))


def _get_context(doc: Doc) -> Context:
    kept = doc.user_data.get(_CONTEXT)
    return msgpack.decode(kept, type=Context) if kept is not None else Context()


def _set_context(doc: Doc, context: Context) -> None:
    doc.user_data[_CONTEXT] = msgpack.encode(context)


def _value_of(span: TokenSpan) -> Value | None:
    """The value of the mention of the span's label that lies in it; null for a span that no component made."""
    for mention in span.doc._.mentions:
        if mention.kind == span.label_ and span.start_char <= mention.start and mention.end <= span.end_char:
            value: Value = mention.value
            return value
    return None


for _name, _make in (
    ("report_dates", make_dates),
    ("report_money", make_money),
    ("report_counts", make_counts),
    ("report_countries", make_countries),
    ("report_organizations", make_organizations),
):
    Language.factory(_name, func=_make)

Doc.set_extension("mentions", getter=_get_mentions, setter=_set_mentions, force=True)
Doc.set_extension("context", getter=_get_context, setter=_set_context, force=True)
TokenSpan.set_extension("value", getter=_value_of, force=True)
