"""`pipeline show`: one mention's evidence, or the section tree of a submission, in words or drawn on the page."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from pipeline import command, schema, store
from pipeline.cli.screen import console as screen
from pipeline.cli.screen import visible
from pipeline.params import read_params
from pipeline.records import ExtractedSubmission, LedgerEntry
from pipeline.store.door import read_passwords

NOT_FOUND = 2


def is_mention(what: str) -> bool:
    """Whether a word on the command line has the form of a mention_id."""
    return what.partition("-")[0] in schema.MENTION_TABLES and not what.endswith(".pdf")


def show_mention(mention_id: str, raw: Path, out: Path, *, draw: Path | None) -> int:
    """Prints a mention with its value, its sentence and its boxes; with `draw`, saves its pages, boxed."""

    def work() -> int:
        found = _find_mention(out, mention_id)
        if found is None:
            return _missing(f"There is no mention {visible(mention_id)} in {out / 'tables'}.")
        kind, row = found
        boxes = [box for box in _rows(out, "mention_boxes") if box["mention_id"] == mention_id]
        file_name = _file_name(out, row["submission_id"])
        console = screen()
        console.print(Text(f"{visible(row['text'])}   ({kind}, page {row['page_number']} of {visible(file_name)})"))
        marked = row["sentence"].replace(row["text"], f"[{row['text']}]", 1)
        console.print(Text(f"  {visible(marked)}"), soft_wrap=True)
        for name in (*(column.name for column in schema.value_columns(kind)), "section_id", "rule", "confidence"):
            if row[name] is not None:
                console.print(Text(f"  {name}: {row[name]}"))
        for box in boxes:
            place = ", ".join(f"{box[edge]:.1f}" for edge in ("x0", "top", "x1", "bottom"))
            console.print(Text(f"  box {box['box_number']}: page {box['page_number']}, {place}"))
        if draw is not None:
            _draw_boxes(raw, file_name, boxes, draw, mention_id, console)
        return 0

    return command.guarded(work)


def show_sections(name: str, raw: Path, out: Path, *, why: bool, draw: Path | None) -> int:
    """Prints the section tree of a submission; with `why` the evidence, with `draw` its pages outlined as PNG."""

    def work() -> int:
        from pipeline import crops, drawing, reports, trees

        entry = _entry(out, name)
        if entry is None or entry.submission_id is None:
            return _missing(f"There is no submission {visible(name)} in {out}. Run `pipeline run` first.")
        extracted = store.read_result(out, "extract", entry.submission_id, ExtractedSubmission)
        account = reports.explain_pages(extracted.pages)
        console = screen()
        for line in trees.draw_tree(account, why=why).split("\n"):
            console.print(Text(visible(line)), soft_wrap=True)
        if draw is not None:
            data = _submission(raw, entry.file_name)
            with _can_be_drawn(entry.file_name):
                for number, picture in drawing.draw_pages(data, account, _passwords(raw)):
                    path = draw / f"{entry.submission_id}-page-{number:03}.png"
                    store.write_bytes(path, crops.encode(picture, "PNG"))
                    console.print(Text(str(path)), soft_wrap=True)
        return 0

    return command.guarded(work)


def _rows(out: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = store.read_table(out / "tables" / f"{name}.parquet").to_pylist()
    return rows


def _find_mention(out: Path, mention_id: str) -> tuple[Any, dict[str, Any]] | None:
    kind = mention_id.partition("-")[0]
    if kind not in schema.MENTION_TABLES:
        return None
    row = next((row for row in _rows(out, f"{kind}_mentions") if row["mention_id"] == mention_id), None)
    return None if row is None else (kind, row)


def _file_name(out: Path, submission_id: str) -> str:
    rows = _rows(out, "submissions")
    return next(str(row["file_name"]) for row in rows if row["submission_id"] == submission_id)


def _entry(out: Path, name: str) -> LedgerEntry | None:
    wanted = Path(name).name
    entries = store.read_ledger(out)
    same = [entry for entry in entries if entry.file_name == name]
    return next(iter(same + [entry for entry in entries if Path(entry.file_name).name == wanted]), None)


def _submission(raw: Path, name: str) -> bytes:
    try:
        return store.open_submission(raw, name, sys.maxsize - 1)
    except store.DoorError as refused:
        raise store.StoreError(errno.ENOENT, f"{visible(name)}: {refused.message}") from refused


def _passwords(raw: Path) -> tuple[str, ...]:
    return read_passwords(raw, read_params().extract.passwords_file)


@contextmanager
def _can_be_drawn(name: str) -> Iterator[None]:
    import pypdfium2

    try:
        yield
    except pypdfium2.PdfiumError as error:
        reason = str(error).rstrip(".")
        message = f"{visible(name)} cannot be drawn: {reason}. Where it needs a password, add that to the passwords."
        raise store.StoreError(errno.EIO, message) from error


def _missing(message: str) -> int:
    screen(errors=True).print(Text(message), soft_wrap=True)
    return NOT_FOUND


def _draw_boxes(
    raw: Path, file_name: str, boxes: list[dict[str, Any]], folder: Path, mention_id: str, console: Console
) -> None:
    from pipeline import crops

    by_page: dict[int, list[tuple[float, float, float, float]]] = {}
    for box in boxes:
        by_page.setdefault(box["page_number"], []).append((box["x0"], box["top"], box["x1"], box["bottom"]))
    with _can_be_drawn(file_name), crops.unlocked(_submission(raw, file_name), _passwords(raw)) as pages:
        for number, found in by_page.items():
            path = folder / f"{mention_id}-page-{number}.png"
            picture = pages.boxed(number, [(bbox, crops.RED) for bbox in found])
            store.write_bytes(path, crops.encode(picture, "PNG"))
            console.print(Text(str(path)), soft_wrap=True)
