"""`pipeline diff`: what differs between two extractions, in one of four forms."""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

from pipeline import command, compare, store
from pipeline.changes import Comparison
from pipeline.cli import screen
from pipeline.params import read_params
from pipeline.revisions import Extraction, RevisionError
from pipeline.store.door import read_passwords

FORMS = ("text", "json", "markdown", "html")
EQUAL, DIFFERENT = 0, 1


def diff(
    old: str,
    new: str,
    *,
    form: str,
    output: Path | None,
    why: bool,
    everything: bool,
    limit: int,
    raw: Path,
    crops: int,
) -> int:
    """Compares two extractions and prints or writes the result; returns 0 when equal, 1 when not, 2 on error."""

    def work() -> int:
        if form not in FORMS:
            raise RevisionError(f"There is no format {form!r}. Use {', '.join(FORMS)}.")
        sides = compare.read_both(old, new)
        found = compare.compare(*sides, why=why)
        if form == "html":
            _write(_html(found, sides, raw, crops), output)
        elif form == "text":
            _tell(found, output, limit, everything=everything)
        else:
            _write(_encoded(form, found, sides), output)
        return EQUAL if found.is_equal else DIFFERENT

    return command.guarded(work)


def _tell(found: Comparison, output: Path | None, limit: int, *, everything: bool) -> None:
    from pipeline.views import terminal

    lines = terminal.lines(found, limit, everything=everything)
    if output is not None:
        _write("".join(f"{line.plain}\n" for line in lines).encode(), output)
        return
    console = screen.console()
    for line in lines:
        console.print(line, soft_wrap=True)


def _encoded(form: str, found: Comparison, sides: tuple[Extraction, Extraction]) -> bytes:
    from pipeline.views import as_json, markdown

    names = sides[0].name, sides[1].name
    return as_json.encode(found, *names) if form == "json" else markdown.render(found, *names).encode()


def _html(found: Comparison, sides: tuple[Extraction, Extraction], raw: Path, crops: int) -> bytes:
    try:
        from pipeline.views import evidence, page

        passwords = read_passwords(raw, read_params().extract.passwords_file)
        album = evidence.take(found.changes, submission_reader(sides, raw), crops, passwords)
        return page.render(found, sides[0].name, sides[1].name, album).encode()
    except ModuleNotFoundError as error:
        raise RevisionError(
            f"The HTML report needs {error.name}. Install it: pip install 'pipeline[review]'."
        ) from None


def submission_reader(sides: tuple[Extraction, ...], raw: Path) -> Callable[[str], bytes | None]:
    """Reads the PDF of a submission by its id from the folder of submissions, if the very bytes are still there."""
    names: dict[str, list[str]] = {}
    for side in sides:
        for row in side.tables["submissions"].to_pylist() if "submissions" in side.tables else ():
            names.setdefault(row["submission_id"], []).append(row["file_name"])
    most = read_params().extract.max_bytes

    def read(submission_id: str) -> bytes | None:
        for name in dict.fromkeys(names.get(submission_id, ())):
            try:
                data = store.open_submission(raw, name, most)
            except store.DoorError:
                continue
            if hashlib.sha256(data).hexdigest().startswith(submission_id):
                return data
        return None

    return read


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        store.write_bytes(output, data)
