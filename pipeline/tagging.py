"""From the texts of a report to its mentions, each with its sentence and its place on the page."""

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import organizations, passages
from pipeline.components import readings_of, settle_report
from pipeline.context import of_section
from pipeline.records import Context, Field, Mention, Passage, PlacedMention, Refusal, Report, Section
from pipeline.sentences import sentence_around

BATCH = 64
"""Texts that go through the recognizer together; larger batches were slower."""


def tag_text(nlp: Language, text: str, context: Context | None = None) -> list[Mention]:
    """The mentions in one text that stands alone, in order."""
    doc = nlp.make_doc(text)
    doc._.context = context or Context()
    return list(nlp(doc)._.mentions)


def refused_organizations(nlp: Language, text: str, context: Context | None = None) -> list[Refusal]:
    """What looked like an organization in one text that stands alone and was refused, in order."""
    doc = nlp.make_doc(text)
    doc._.context = context or Context()
    [refused] = organizations.find_refusals(readings_of([nlp(doc)]), doc._.context)
    return refused


def tag_report(nlp: Language, report: Report, context: Context) -> list[PlacedMention]:
    """The mentions in the titles and texts of a report's sections, in reading order.

    Names of organizations are settled from all texts of the report together.
    """
    places = list(_texts(report))
    with nlp.select_pipes(disable=[name for name in ("report_organizations",) if name in nlp.pipe_names]):
        docs = list(nlp.pipe((_doc(nlp, place, context) for place in places), batch_size=BATCH))
    settle_report(docs, context)
    return [
        _placed(report, section, field, passage, mention)
        for (section, field, passage), doc in zip(places, docs, strict=True)
        for mention in doc._.mentions
    ]


def _texts(report: Report) -> Iterator[tuple[Section, Field, Passage]]:
    for section in report.sections:
        if section.title.text:
            yield section, "title", section.title
        if section.text.text:
            yield section, "text", section.text


def _doc(nlp: Language, place: tuple[Section, Field, Passage], context: Context) -> Doc:
    section, field, passage = place
    doc = nlp.make_doc(passage.text)
    doc._.context = of_section(context, section.title.text) if field == "text" else context
    return doc


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
