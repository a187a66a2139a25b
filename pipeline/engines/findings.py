"""What is told of a submission where its text is not whole or not sure: a problem each, with what to do."""

from collections.abc import Sequence

from pipeline.engines import glyphs, hidden
from pipeline.records import Page, Problem

_QUOTED_WORDS = 8
_LONGEST_QUOTE = 80


def unreadable(number: int) -> Problem:
    """A page that every engine broke on."""
    return Problem("page_unreadable", f"Page {number} cannot be read by any engine: ask for the file again.", number)


def about_sight(page: Page, sight: hidden.Sight) -> list[Problem]:
    """What a look at a page found, once its hidden words are kept apart."""
    number = page.page_number
    if page.hidden:
        quoted = " ".join(word.text for word in page.hidden[:_QUOTED_WORDS])[:_LONGEST_QUOTE]
        return [
            Problem(
                "hidden_text",
                f"Page {number} has {len(page.hidden)} words that no reader can see, and they were left out "
                f"(“{quoted}”): ask why they are there.",
                number,
            )
        ]
    if sight.layer:
        message = f"The text of page {number} was recognised by a scanner and lies unseen on its picture: compare both."
        return [Problem("scanned_text", message, number)]
    if sight.unchecked:
        message = f"Page {number} was not searched for hidden text because {sight.unchecked}: look at it."
        return [Problem("hidden_text_unchecked", message, number)]
    return []


def left_out(number: int) -> Problem:
    """A page that was not tried again."""
    message = f"Page {number} broke every reading of the file and was left out: ask for the file again."
    return Problem("page_unreadable", message, number)


def not_compared(number: int) -> Problem:
    """A page, or for 0 the whole file, that only one engine looked at because the other broke on it."""
    what = f"page {number}, which was read by the first alone" if number else "a check of the whole file"
    return Problem("not_cross_checked", f"The second engine broke on {what}: look at its text.", number or None)


def second_engine(number: int) -> Problem:
    """A page that the first engine could not read."""
    message = f"Page {number} could be read by the second engine only: compare its text with the page."
    return Problem("second_engine", message, number)


def without_text(number: int, lack: str = "") -> Problem:
    """A picture of a page where OCR is unwanted, or lacks something that `lack` says how to mend."""
    mend = _with_ocr(lack)
    message = f"Page {number} is a picture without text: {mend}, or submit a file that has text."
    return Problem("page_without_text", message, number)


def pages_without_text(lack: str = "") -> str:
    """Why a file of pictures has no text, where OCR is unwanted or lacks something that `lack` says how to mend."""
    return f"The pages are pictures without text: {_with_ocr(lack)}."


def _with_ocr(lack: str) -> str:
    return f"{lack or 'set extract.ocr to auto in params.yaml'} and run again"


def not_as_shown(lie: glyphs.Lie) -> Problem:
    """A page whose text says other than it shows."""
    message = (
        f"The text of page {lie.page_number} is not what the page shows: a glyph that looks like “{lie.looks}” reads "
        f"“{lie.reads}”. Compare every value with the page."
    )
    return Problem("text_not_as_shown", message, lie.page_number)


def unread_fields(number: int, values: Sequence[str]) -> Problem:
    """The values that someone typed into the form on a page."""
    quoted = "; ".join(values[:_QUOTED_WORDS])[:_LONGEST_QUOTE]
    message = f"Page {number} has {len(values)} filled-in fields that are not read (“{quoted}”): print it to PDF."
    return Problem("form_values", message, number)
