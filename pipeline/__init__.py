"""Activity reports in PDF, turned into tables an analyst can trust.

`load`, `tables`, `describe`, `evidence`, `joined` and `submitter_mentions` read what a run has left; `tag` tags a bare
string.
"""

import datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language

    from pipeline.analysis import describe, evidence, joined, load, submitter_mentions, tables

__all__ = ["describe", "evidence", "joined", "load", "submitter_mentions", "tables", "tag"]


def __getattr__(name: str) -> Any:
    """Brings what reads the tables, and pandas with it, at first use."""
    if name in __all__:
        return getattr(import_module("pipeline.analysis"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _tagger(model: str) -> "Language":
    from pipeline import recognizer

    return recognizer.load(model)


def tag(text: str, reference_date: datetime.date | None = None) -> list[dict[str, Any]]:
    """Tags a bare string.

    Args:
        text: any text; offsets count its code points.
        reference_date: the day the text was written, for dates such as `yesterday`.

    Returns:
        One dict a mention, in order: `kind`, `char_start`, `char_end`, `text`, `source`, `rule`, `confidence`, and the
        value columns of that kind's table. `organization_id` is made of the name alone;
        the `kind` column of a date is called `date_kind` here.

    Raises:
        RecognizerError: the model is missing or damaged.
    """
    from pipeline import rows, tagging
    from pipeline.params import read_params
    from pipeline.records import Context

    nlp = _tagger(read_params().tag.place)
    mentions = tagging.tag_text(nlp, text, Context(reference_date=reference_date))
    return [rows.tagged_columns(mention) for mention in mentions]
