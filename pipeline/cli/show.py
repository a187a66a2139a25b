"""`pipeline show`: one mention's evidence, a submission's values or its section tree, in words or drawn on the page."""

import difflib
import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from pipeline import command, schema, store
from pipeline.cli import results
from pipeline.cli.screen import console as screen
from pipeline.cli.screen import visible
from pipeline.params import read_params
from pipeline.records import ExtractedSubmission, LedgerEntry
from pipeline.store import names
from pipeline.store.door import read_passwords

NOT_FOUND = 2
MAX_NAMES_SHOWN = 5


def is_mention(what: str) -> bool:
    """Whether a word on the command line has the form of a mention_id."""
    return what.partition("-")[0] in schema.MENTION_TABLES and not what.endswith(".pdf")


def show_mention(mention_id: str, raw: Path, out: Path, *, draw: Path | None) -> int:
    """Prints a mention with its value, its sentence and its boxes; with `draw`, saves its pages, boxed."""

    def work() -> int:
        results.required(out)
        found = _find_mention(out, mention_id)
        if found is None:
            where = "`pipeline show NAME` prints the ids of what a submission holds."
            return _missing(f"There is no mention {visible(mention_id)} in {out / 'tables'}. {where}")
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


def show_submission(name: str, out: Path) -> int:
    """Prints what was found in a submission, section by section: each mention with its value and its id."""

    def work() -> int:
        from pipeline.views import words

        results.required(out)
        entry = _entry(out, name)
        if entry is None:
            return _missing(_no_submission(name, out))
        console = screen()
        _tell_trouble(out, entry, console)
        mine = {table: _of(out, table, entry.submission_id) for table in ("reports", "sections")}
        found = [
            (kind, row) for kind in schema.MENTION_TABLES for row in _of(out, f"{kind}_mentions", entry.submission_id)
        ]
        organizations = {row["organization_id"]: row["name"] for row in _rows(out, "organizations")}
        for report in mine["reports"]:
            period = " to ".join(str(report[end] or "open") for end in ("period_start", "period_end"))
            told = f"{report['organization'] or 'No organization'} | {report['title'] or 'No title'} | {period}"
            console.print(Text(visible(told), "bold"), soft_wrap=True)
            for section in sorted(mine["sections"], key=lambda row: row["ordinal"]):
                if section["report_id"] != report["report_id"]:
                    continue
                title = (
                    f"{section['path']}  {section['title'] or 'before the first heading'}   p. {section['page_first']}"
                )
                console.print(Text(f"\n{visible(title)}"), soft_wrap=True)
                inside = [(kind, row) for kind, row in found if row["section_id"] == section["section_id"]]
                for kind, row in sorted(inside, key=lambda item: (item[1]["field"] == "text", item[1]["char_start"])):
                    value = words.value(kind, row, organizations)
                    shown = f"  {kind:<12} {visible(row['text'])}  →  {visible(value)}   {row['mention_id']}"
                    console.print(Text(shown), soft_wrap=True)
        return 0

    return command.guarded(work)


def _tell_trouble(out: Path, entry: LedgerEntry, console: Console) -> str:
    """Prints what was wrong with a submission, if anything was, and returns what became of it."""
    row = next((row for row in _rows(out, "submissions") if row["file_name"] == entry.file_name), None)
    if row is None:
        return ""
    if row["error_code"] is not None:
        trouble = f"{entry.file_name}: {row['status']}, {row['error_code']}. {row['error_message']}"
        console.print(Text(visible(trouble)), soft_wrap=True)
    return str(row["status"])


def _of(out: Path, table: str, submission_id: str | None) -> list[dict[str, Any]]:
    return [row for row in _rows(out, table) if row["submission_id"] == submission_id]


def _no_submission(name: str, out: Path) -> str:
    """The sentence for a name that no submission has, with the nearest that one has, or else some of them."""
    known = [entry.file_name for entry in store.read_ledger(out)]
    near = difflib.get_close_matches(name, known, 1, 0.5) or [one for one in known if name.casefold() in one.casefold()]
    some = ", ".join(visible(one) for one in known[:MAX_NAMES_SHOWN]) or "none"
    rest = f" and {len(known) - MAX_NAMES_SHOWN} more" if len(known) > MAX_NAMES_SHOWN else ""
    hint = f"Is it {visible(near[0])}?" if near else f"There are: {some}{rest}. A new file needs `pipeline run` first."
    return f"There is no submission called {visible(name)} in {out}. {hint}"


def show_sections(name: str, raw: Path, out: Path, *, why: bool, draw: Path | None) -> int:
    """Prints the section tree of a submission; with `why` the evidence, with `draw` its pages outlined as PNG."""

    def work() -> int:
        from pipeline import crops, drawing, reports, trees

        results.required(out)
        entry = _entry(out, name)
        if entry is None:
            return _missing(_no_submission(name, out))
        console = screen()
        if _tell_trouble(out, entry, console) == "failed" or entry.submission_id is None:
            return 0
        extracted = store.read_result(out, "extract", entry.submission_id, ExtractedSubmission)
        account = reports.explain_pages(extracted.pages)
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
    same = [entry for entry in entries if entry.file_name in (name, names.shown(name))]
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
