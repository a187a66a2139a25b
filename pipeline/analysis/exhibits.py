"""From rows to the places on their pages."""

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from pipeline import schema, store
from pipeline.analysis.gallery import Exhibit, Gallery
from pipeline.analysis.joining import used_files
from pipeline.analysis.loading import RAW, TABLES, AnalysisError, at_home, load, no_such
from pipeline.params import ParamsError, read_params
from pipeline.records import Box
from pipeline.store.door import read_passwords

MOST_SHOWN = 200
"""Pictures in one gallery; more would be no gallery, and its HTML would be megabytes."""
MOST_BYTES = 1 << 30


def evidence(
    rows: pd.DataFrame | pd.Series,
    raw: str | Path = RAW,
    save: str | Path | None = None,
    path: str | Path = TABLES,
    column: str | None = None,
) -> Gallery:
    """The places on the pages that rows of a mention table came from, their words boxed.

    Args:
        rows: rows of a mention table, from `load` or `joined`, or one of them; at most `MOST_SHOWN` are shown. They
            need the columns `mention_id` and `submission_id`. Or rows of `activities`: the mentions that fill their
            cells are shown, activity by activity.
        raw: the folder of submissions; like that of tables, its usual place is found from any folder of the project.
        save: a `.png` or `.html` file to write as well.
        path: the folder of tables, of the same run as the rows.
        column: of activities, show the mentions behind this column only, such as `people_reached`.

    Returns:
        A gallery in the order of the rows. A row whose picture cannot be made (its PDF is gone, has changed since the
        run, or asks for a password) shows its sentence and the reason.

    Example:
        >>> evidence(load("money_mentions").nlargest(5, "amount"), save="largest.png")  # doctest: +SKIP

    Raises:
        AnalysisError: the rows are not those of a mention table, or the folder of tables is not there.
    """
    frame = rows.to_frame().T if isinstance(rows, pd.Series) else rows
    if "mention_id" not in frame and "activity_id" in frame:
        frame = _behind(frame, path, column)
    elif column is not None:
        raise AnalysisError("column= is for rows of activities; other rows are evidence themselves.")
    absent = {"mention_id", "submission_id"} - set(frame.columns)
    if absent:
        raise AnalysisError(
            f"The rows lack {', '.join(sorted(absent))}. Give rows of a mention table or of activities, all columns."
        )
    shown = frame.head(MOST_SHOWN)
    wanted = [_Wanted.of(row) for row in shown.to_dict("records")]
    boxes = _boxes_of({one.mention_id for one in wanted}, path)
    files = used_files(path, None).set_index("submission_id")["file_name"].to_dict()
    drawn = _drawn(wanted, boxes, {str(key): str(name) for key, name in files.items()}, at_home(raw))
    exhibits = []
    for one in wanted:
        file_name = str(files.get(one.submission_id, one.submission_id))
        held = boxes.get(one.mention_id, ())
        place = f"{file_name}, page {held[0].page_number}" if held else file_name
        picture, trouble = drawn[one]
        exhibits.append(Exhibit(one.mention_id, one.text, place, one.sentence, picture, trouble))
    gallery = Gallery(tuple(exhibits), len(frame) - len(shown))
    if save is not None:
        gallery.save(save)
    return gallery


def _behind(activities: pd.DataFrame, path: str | Path, column: str | None) -> pd.DataFrame:
    """The mentions that fill the cells of activities, in the order of the activities and of their text."""
    links = load("activity_mentions", path)
    columns = [declared.name for declared in schema.ACTIVITIES.columns]
    if column is not None and column not in columns:
        raise AnalysisError(no_such("column of activities", column, columns))
    links = links[links["cell"].notna() if column is None else links["cell"] == column][["activity_id", "mention_id"]]
    told = ["mention_id", "submission_id", "text", "sentence", "char_start"]
    mentions = pd.concat([load(table.name, path)[told] for table in schema.MENTION_TABLES.values()])
    wanted = activities[["activity_id"]].drop_duplicates().assign(place=lambda frame: range(len(frame)))
    found = wanted.merge(links, "inner", "activity_id").merge(mentions, "inner", "mention_id")
    return found.sort_values(["place", "char_start", "mention_id"]).drop(columns=["place", "activity_id"])


class _Wanted(NamedTuple):
    """What a row says of its evidence."""

    mention_id: str
    submission_id: str
    text: str
    sentence: str

    @classmethod
    def of(cls, row: Mapping[Hashable, Any]) -> "_Wanted":
        return cls(*(str(row.get(name, "")) for name in cls._fields))


def _boxes_of(mention_ids: set[str], path: str | Path) -> dict[str, tuple[Box, ...]]:
    table = load("mention_boxes", path)
    table = table[table["mention_id"].isin(list(mention_ids))].sort_values(["mention_id", "box_number"])
    out: dict[str, tuple[Box, ...]] = {}
    names = ["mention_id", "page_number", "x0", "top", "x1", "bottom"]
    for mention_id, page_number, *edges in table[names].itertuples(index=False, name=None):
        x0, top, x1, bottom = map(float, edges)
        out[mention_id] = (*out.get(mention_id, ()), Box(int(page_number), (x0, top, x1, bottom)))
    return out


def _drawn(
    wanted: Iterable[_Wanted], boxes: Mapping[str, tuple[Box, ...]], files: Mapping[str, str], raw: Path
) -> dict[_Wanted, tuple[bytes, str]]:
    """The picture of each row, or why there is none. The PDFs are drawn in a process of their own."""
    from pipeline.crops import apart
    from pipeline.isolate import KeeperError

    by_submission: dict[str, list[_Wanted]] = {}
    for one in dict.fromkeys(wanted):
        by_submission.setdefault(one.submission_id, []).append(one)
    found: dict[_Wanted, tuple[bytes, str]] = {}

    def orders() -> Iterator[apart.Order]:
        passwords = _passwords(raw)
        for submission_id, mine in by_submission.items():
            data, trouble = _submission(raw, files.get(submission_id, ""), submission_id)
            if trouble:
                found.update(dict.fromkeys(mine, (b"", trouble)))
            else:
                places = tuple(boxes.get(one.mention_id, ()) for one in mine)
                yield apart.Order(submission_id, data, places, passwords)

    try:
        for drawn in apart.draw(orders()):
            found[by_submission[drawn.order][drawn.place]] = drawn.picture, drawn.trouble
    except KeeperError as error:
        undrawn = (one for mine in by_submission.values() for one in mine if one not in found)
        found.update(dict.fromkeys(undrawn, (b"", f"The process that draws did not start: {error}")))
    return found


def _passwords(raw: Path) -> tuple[str, ...]:
    """Those that the run tried, if they can be known here."""
    try:
        return read_passwords(raw, read_params().extract.passwords_file)
    except (ParamsError, store.StoreError):
        return ()


def _submission(raw: Path, file_name: str, submission_id: str) -> tuple[bytes, str]:
    """The bytes of a submission, or why they cannot serve as evidence."""
    if not file_name:
        return b"", "The tables do not say which file it came from. Give rows and path= of one run."
    if Path(file_name).is_absolute() or ".." in Path(file_name).parts:
        return b"", f"{file_name} is not below {raw}."
    try:
        data = store.open_submission(raw, file_name, MOST_BYTES)
    except store.DoorError as error:
        return b"", f"{raw / file_name}: {error}"
    if hashlib.sha256(data).hexdigest()[:16] != submission_id:
        return b"", f"{raw / file_name} has changed since the run. Run the pipeline again."
    return data, ""
