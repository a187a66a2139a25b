"""From the texts of a report to its mentions, each with its sentence and its place on the page."""

from collections.abc import Iterator, Sequence
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import organizations, passages
from pipeline.components import RULES, find_by_rules, reading_of, settle
from pipeline.context import of_section
from pipeline.records import Context, Field, Mention, Passage, PlacedMention, Refusal, Report, Section
from pipeline.sentences import sentence_around

BATCH = 64
"""Texts that go through the recognizer together; larger batches were slower."""
PIECE = 200_000
"""Characters that are read as one text at the most: spaCy reads no more than a million, and memory is bounded."""
_ORGANIZATIONS = "report_organizations"


def tag_text(nlp: Language, text: str, context: Context | None = None) -> list[Mention]:
    """The mentions in one text that stands alone, in order."""
    context = context or Context()
    return _mentions(nlp, [text], [context], context)[0]


def refused_organizations(nlp: Language, text: str, context: Context | None = None) -> list[Refusal]:
    """What looked like an organization in one text that stands alone and was refused, in order."""
    context = context or Context()
    [doc] = _docs(nlp, [text])
    reading = reading_of(text, doc, find_by_rules(text, context, nlp.pipe_names))
    [refused] = organizations.find_refusals([reading], context)
    return refused


def tag_report(nlp: Language, report: Report, context: Context) -> list[PlacedMention]:
    """The mentions in the titles and texts of a report's sections, in reading order.

    Names of organizations are settled from all texts of the report together.
    """
    places = list(_texts(report))
    texts = [passage.text for _, _, passage in places]
    contexts = [of_section(context, section.title.text) if field == "text" else context for section, field, _ in places]
    return [
        _placed(report, section, field, passage, mention)
        for (section, field, passage), mentions in zip(places, _mentions(nlp, texts, contexts, context), strict=True)
        for mention in mentions
    ]


def _mentions(
    nlp: Language, texts: Sequence[str], contexts: Sequence[Context], context: Context
) -> list[list[Mention]]:
    """The mentions of texts that stand in one report, each text with its own context."""
    by_rules = [find_by_rules(text, own, nlp.pipe_names) for text, own in zip(texts, contexts, strict=True)]
    return settle(texts, _docs(nlp, texts), by_rules, context)


def _docs(nlp: Language, texts: Sequence[str]) -> list[Doc]:
    """The texts with the entities that the recognizer sees; our own components have no part in that."""
    ours = [name for name in (*RULES, _ORGANIZATIONS) if name in nlp.pipe_names]
    with nlp.select_pipes(disable=ours):
        pieces = [list(_pieces(text)) for text in texts]
        read = nlp.pipe((piece for text in pieces for piece in text), batch_size=BATCH)
        return [_joined(list(islice(read, len(text)))) for text in pieces]


def _pieces(text: str) -> Iterator[str]:
    """A text cut behind line ends, else behind spaces, where it is longer than one piece; nothing of it is lost."""
    start = 0
    while len(text) - start > PIECE:
        ends = (text.rfind(sign, start, start + PIECE) + 1 for sign in "\n ")
        end = next((end for end in ends if end > start), start + PIECE)
        yield text[start:end]
        start = end
    yield text[start:]


def _joined(pieces: list[Doc]) -> Doc:
    """The pieces of one text behind one another, with their entities."""
    joined = Doc.from_docs(pieces, ensure_whitespace=False) if len(pieces) > 1 else pieces[0]
    assert joined is not None  # it is of no pieces only
    return joined


def _texts(report: Report) -> Iterator[tuple[Section, Field, Passage]]:
    for section in report.sections:
        if section.title.text:
            yield section, "title", section.title
        if section.text.text:
            yield section, "text", section.text


def _placed(report: Report, section: Section, field: Field, passage: Passage, mention: Mention) -> PlacedMention:
    boxes = passages.boxes(passage, mention.start, mention.end)
    return PlacedMention(
        report=report.ordinal,
        section=section.ordinal,
        field=field,
        mention=mention,
        sentence=sentence_around(passage.text, mention.start, mention.end),
        page_number=boxes[0].page_number if boxes else section.page_first,
        boxes=boxes,
    )
