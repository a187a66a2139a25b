"""`pipeline review`: the review page, served to this machine alone until it is stopped."""

import os
import sys
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import command, compare, revisions, store
from pipeline.cli import screen
from pipeline.cli.diff import submission_reader
from pipeline.params import Params, read_params
from pipeline.records import Report, SegmentedSubmission
from pipeline.revisions import Extraction, RevisionError
from pipeline.store.door import read_passwords
from pipeline.store.manifest import MANIFEST

if TYPE_CHECKING:
    from pipeline.review import Desk


def review(
    old: str | None,
    new: str | None,
    raw: Path,
    out: Path,
    *,
    params_file: Path | None,
    port: int,
    reviewer: str,
    browser: bool,
) -> int:
    """Serves the review of what changed between two extractions, or of one without `old`; returns the exit code."""

    def work() -> int:
        try:
            from pipeline import review as pages
        except ModuleNotFoundError as error:
            missing = f"The review page needs {error.name}. Install it: pip install 'pipeline[review]'."
            raise RevisionError(missing) from None
        desk = make_desk(old, new or str(out), raw, out, read_params(params_file), reviewer)
        desk.log.read()
        desk.pictures.warm()
        stand = pages.open_stand(port)
        console = screen.console()

        def started() -> None:
            console.print(f"The review is at {stand.address}", markup=False, highlight=False, soft_wrap=True)
            console.print("Stop it with Ctrl-C.", highlight=False)
            if browser and _has_display():
                webbrowser.open_new_tab(stand.address)

        before = len(desk.log.read().corrections)
        try:
            pages.serve(pages.make_app(desk, stand.token, stand.port), stand, started)
        finally:
            desk.pictures.close()
        made = len(desk.log.read().corrections) - before
        told = f"{made} decisions were added to {desk.log.path}. `pipeline run` applies them."
        console.print(told if made else "No decisions were made.", markup=False, highlight=False, soft_wrap=True)
        return 0

    return command.guarded(work)


def _has_display() -> bool:
    """Whether a browser can open a window; else one that runs in the terminal would take it over."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def make_desk(old: str | None, new: str, raw: Path, out: Path, params: Params, reviewer: str = "") -> "Desk":
    """What is reviewed.

    Raises:
        RevisionError: there are no tables.
        StoreError: a table is damaged.
    """
    from pipeline.review import Desk
    from pipeline.review.decisions import Log
    from pipeline.review.pictures import Pictures
    from pipeline.review.side import Side

    now = revisions.read_extraction(new)
    sides: tuple[Extraction, ...] = (now,) if old is None else (revisions.read_extraction(old), now)
    return Desk(
        Side(now.tables),
        Log(raw / params.tabulate.corrections),
        Pictures(submission_reader(sides, raw), read_passwords(raw, params.extract.passwords_file)),
        segmented_reader(out),
        comparison=None if old is None else compare.compare(sides[0], now, why=True),
        old=None if old is None else Side(sides[0].tables),
        names=("", "") if old is None else (sides[0].name, now.name),
        is_current=_watched(now),
        reviewer=reviewer,
    )


def _watched(extraction: Extraction) -> Callable[[], bool]:
    """Tells whether the tables are still those that were read; those of a revision always are."""
    if extraction.folder is None:
        return lambda: True
    manifest = extraction.folder.parent / MANIFEST
    before = store.read_optional(manifest)
    return lambda: store.read_optional(manifest) == before


def segmented_reader(out: Path) -> Callable[[str], Sequence[Report] | None]:
    """Reads the reports of a submission with their places on the pages, where a run left them."""

    def read(submission_id: str) -> Sequence[Report] | None:
        try:
            return store.read_result(out, "segment", submission_id, SegmentedSubmission).reports
        except store.StoreError:
            return None

    return read
