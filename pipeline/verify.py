"""Whether the evidence is where the tables say: an independent engine reads the boxes of every mention.

For each mention the characters that pdfplumber finds inside its boxes, box after box and from left to right, must spell
its text. White space and hyphens are left aside, because lines are joined and hyphenation is undone in the text; so is
the form of ligatures and figures. Mentions on a page that pdfplumber cannot read count as unverifiable.

Mentions on pages that were recognised by OCR have no characters to compare with. Where OCR is installed, what is drawn
in their boxes is recognised once more, each box with a little beside it, at another size. That is the same engine, so
agreement proves less and counts apart: it shows that the boxes are where the mention is.
"""

import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pypdfium2
from msgspec import Struct

from pipeline import store
from pipeline.engines import ocr, pdfium, pdfplumber_engine
from pipeline.engines.accents import ACCENTS
from pipeline.records import KINDS, Bbox, Box

_HYPHENS = frozenset("-\u00ad\u2010\u2011\ufffe")
_TOLERANCE = 0.6
"""How far outside a box, in points, the middle of a character may lie."""


class Evidence(Struct, frozen=True):
    """What a table says of one mention: its text and where that is printed."""

    mention_id: str
    text: str
    boxes: tuple[Box, ...]


class Verification(Struct, frozen=True):
    """What a check of all mentions came to.

    `mentions` were compared, and `spelled` of them were spelled by their boxes; each other one has a complaint. On
    `unverifiable` ones there was nothing to compare with. `scanned` ones lie on scanned pages; `read_again` of them
    were read from their boxes as before, and each other one has a doubt.
    """

    mentions: int
    spelled: int
    unverifiable: int
    complaints: tuple[str, ...]
    scanned: int = 0
    read_again: int = 0
    doubts: tuple[str, ...] = ()


def verify_tables(tables: Path, raw: Path, passwords: Sequence[str] = ()) -> Verification:
    """Checks every mention of every submission against its PDF.

    Args:
        tables: the folder of tables.
        raw: the folder of submissions.
        passwords: passwords to try on PDFs that need one.

    Raises:
        StoreError: a table is not there or is damaged.
    """
    evidence = _evidence(tables)
    scanned = _scanned(tables)
    names = {
        row["submission_id"]: row["file_name"]
        for row in store.read_table(tables / "submissions.parquet").to_pylist()
        if row["duplicate_of"] is None
    }
    mentions = spelled = unverifiable = on_scans = read_again = 0
    complaints: list[str] = []
    doubts: list[str] = []
    for submission_id, held in sorted(evidence.items()):
        name = names.get(submission_id, submission_id)
        data = _bytes(raw, name)
        pictured = [item for item in held if any((submission_id, box.page_number) in scanned for box in item.boxes)]
        readable = [item for item in held if item not in pictured]
        found = dict(spell(data, readable, passwords))
        wrong = [
            item for item in readable if item.mention_id in found and not agrees(item.text, found[item.mention_id])
        ]
        mentions += len(found)
        spelled += len(found) - len(wrong)
        complaints += [_complaint(name, item, found[item.mention_id]) for item in wrong]
        again = dict(recognize(data, pictured, passwords))
        doubtful = [
            item for item in pictured if item.mention_id in again and not holds(item.text, again[item.mention_id])
        ]
        on_scans += len(again)
        read_again += len(again) - len(doubtful)
        doubts += [_complaint(name, item, " ".join(again[item.mention_id])) for item in doubtful]
        unverifiable += len(held) - len(found) - len(again)
    return Verification(mentions, spelled, unverifiable, tuple(complaints), on_scans, read_again, tuple(doubts))


def _complaint(name: str, item: Evidence, found: str) -> str:
    where = f"page {item.boxes[0].page_number}" if item.boxes else "no page"
    return f"{name}, {where}: {item.mention_id} says “{item.text}”, and its boxes hold “{found}”"


def _bytes(raw: Path, name: str) -> bytes:
    """The bytes of a submission, none when it is gone or may not be read."""
    try:
        return store.open_submission(raw, name, sys.maxsize - 1)
    except store.DoorError:
        return b""


def _scanned(tables: Path) -> set[tuple[str, int]]:
    """Pages whose text was not read off the page but recognised, so that no other engine has it."""
    pages = store.read_table(tables / "pages.parquet").select(["submission_id", "page_number", "text_source"])
    return {
        (row["submission_id"], row["page_number"]) for row in pages.to_pylist() if row["text_source"] != "text_layer"
    }


def _evidence(tables: Path) -> dict[str, list[Evidence]]:
    """The evidence of each submission, by its id."""
    boxes: defaultdict[str, list[tuple[int, Box]]] = defaultdict(list)
    for row in store.read_table(tables / "mention_boxes.parquet").to_pylist():
        box = Box(row["page_number"], (row["x0"], row["top"], row["x1"], row["bottom"]))
        boxes[row["mention_id"]].append((row["box_number"], box))
    found: defaultdict[str, list[Evidence]] = defaultdict(list)
    for kind in KINDS:
        for row in store.read_table(tables / f"{kind}_mentions.parquet").to_pylist():
            placed = tuple(box for _, box in sorted(boxes[row["mention_id"]], key=lambda pair: pair[0]))
            found[row["submission_id"]].append(Evidence(row["mention_id"], row["text"], placed))
    return dict(found)


def spell(data: bytes, evidence: Iterable[Evidence], passwords: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """What pdfplumber finds in the boxes of each mention, by mention id; mentions on unreadable pages are left out."""
    document = _opened(data, passwords)
    characters: dict[int, list[tuple[str, Bbox]] | None] = {}
    for item in evidence if document is not None else ():
        for number in {box.page_number for box in item.boxes} - characters.keys():
            characters[number] = _characters(document, number)
        held = [(characters[box.page_number], box.bbox) for box in item.boxes]
        if all(page is not None for page, _ in held):
            yield item.mention_id, "".join(_inside(page, box) for page, box in held if page is not None)


def recognize(
    data: bytes, evidence: Sequence[Evidence], passwords: Sequence[str] = ()
) -> Iterator[tuple[str, list[str]]]:
    """What OCR reads in each of the boxes of each mention, by mention id; nothing where it is not installed."""
    document = _drawable(data, passwords) if evidence and ocr.is_installed() else None
    if document is None:
        return
    with closing(document):
        for number in sorted({item.boxes[0].page_number for item in evidence if item.boxes}):
            held = [item for item in evidence if {box.page_number for box in item.boxes} == {number}]
            with suppress(pypdfium2.PdfiumError), pdfium.open_page(document, number) as page:
                read = iter(ocr.read_boxes(page, [box.bbox for item in held for box in item.boxes]))
                for item in held:
                    yield item.mention_id, [next(read) for _ in item.boxes]


def _drawable(data: bytes, passwords: Sequence[str]) -> pypdfium2.PdfDocument | None:
    for password in (None, *passwords):
        with suppress(pypdfium2.PdfiumError):
            return pdfium.open_document(data, password)
    return None


def holds(text: str, read: Sequence[str]) -> bool:
    """Whether what was read in and beside boxes, one after the other, holds the parts of a text."""
    rest = _letters(text)
    for at, found in enumerate(map(_letters, read), 1):
        lengths = range(len(rest), 0, -1) if at < len(read) else [len(rest)]
        length = next((length for length in lengths if rest[:length] in found), None)
        if length is None:
            return False
        rest = rest[length:]
    return not rest


def agrees(text: str, found: str) -> bool:
    """Whether the characters found spell the text, white space, hyphens and the form of ligatures aside.

    Where accents are glyphs of their own, letters are compared without them.
    """
    if ACCENTS.search(found):
        return _bare(text) == _bare(found)
    return _letters(text) == _letters(found)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", _letters(ACCENTS.sub("", text))).replace("ı", "i")
    return "".join(character for character in plain if not unicodedata.combining(character))


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return "".join(character for character in plain if not character.isspace() and character not in _HYPHENS)


def _opened(data: bytes, passwords: Sequence[str]) -> Any:
    for password in (None, *passwords):
        try:
            return pdfplumber_engine.open_document(data, password)
        except Exception:  # whatever pdfminer raises: the next password, or nothing to compare with
            continue
    return None


def _characters(document: Any, page_number: int) -> list[tuple[str, Bbox]] | None:
    """The characters of a page; None when pdfplumber cannot read it."""
    try:
        return pdfplumber_engine.read_characters(document, page_number)
    except Exception:  # as in `_opened`
        return None


def _inside(characters: Sequence[tuple[str, Bbox]], box: Bbox) -> str:
    """The characters whose middle lies in a box, from left to right; what is struck twice, as a shadow, counts once."""
    held = sorted(((at, text) for text, at in characters if _holds(box, at)), key=lambda pair: pair[0][0])
    found: list[tuple[Bbox, str]] = []
    for at, text in held:
        if not any(text == other and at[0] < (place[0] + place[2]) / 2 for place, other in found[-2:]):
            found.append((at, text))
    return "".join(text for _, text in found)


def _holds(box: Bbox, at: Bbox) -> bool:
    x, y = (at[0] + at[2]) / 2, (at[1] + at[3]) / 2
    return box[0] - _TOLERANCE <= x <= box[2] + _TOLERANCE and box[1] <= y <= box[3]
