"""From the published tables to pandas, and from any row back to the page that it came from.

Types are chosen so that missing is NA and nothing loses exactness: dates are `date32` and compare with
`datetime.date`, money is an exact decimal, whole numbers and truth values are nullable, and a column with declared
values is a category that knows all of them. `plot_ready=True` trades that for what plotting and statistics take.

    import pipeline

    money = pipeline.joined("money")
    large = money[money.amount > 100_000]
    pipeline.evidence(large)
"""

import base64
import difflib
import hashlib
import io
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from jinja2 import Environment

from pipeline import schema, store
from pipeline.records import Box

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.crops import Pages

TABLES = "extracted/tables"
"""Where a run leaves its tables, from the project's folder."""
MOST_SHOWN = 200
"""Pictures in one gallery; more would be no gallery, and its HTML would be megabytes."""
MOST_BYTES = 1 << 30

_PLURALS = {"dates": "date", "counts": "count", "countries": "country", "organizations": "organization"}
_PANDAS: Mapping[pa.DataType, Any] = {
    schema.STRING: pd.StringDtype("pyarrow", na_value=pd.NA),
    schema.INT: pd.Int32Dtype(),
    schema.LONG: pd.Int64Dtype(),
    schema.FLOAT: pd.Float64Dtype(),
    schema.BOOL: pd.BooleanDtype(),
    schema.DATE: pd.ArrowDtype(schema.DATE),
    schema.MONEY_TYPE: pd.ArrowDtype(schema.MONEY_TYPE),
}
_NUMBERS = (schema.INT, schema.LONG, schema.FLOAT, schema.MONEY_TYPE)


class AnalysisError(ValueError):
    """What was asked for is not there; the message says what is, or what to do."""


def tables() -> pd.DataFrame:
    """The tables there are: name, what a row of it is, and the columns of its primary key.

    Example:
        >>> tables().loc["money_mentions", "description"]
        'One row an amount of money that a report states.'
    """
    known = schema.TABLES.values()
    return pd.DataFrame(
        {"description": [table.description for table in known], "key": [", ".join(table.key) for table in known]},
        index=pd.Index([table.name for table in known], name="table"),
    )


def describe(table: str) -> pd.DataFrame:
    """The columns of a table: type in the file and in pandas, whether they can be missing, and what they mean.

    Example:
        >>> describe("money_mentions").loc["amount", "nullable"]
        np.False_

    Raises:
        AnalysisError: there is no such table.
    """
    declared = _declared(table)
    points_to = {reference.column: f"{reference.table}.{reference.target}" for reference in declared.references}
    rows = [
        {
            "type": str(column.type),
            "pandas_type": "category" if column.values else str(_PANDAS[column.type]),
            "nullable": column.nullable,
            "meaning": column.description,
            "values": ", ".join(column.values),
            "points_to": points_to.get(column.name, ""),
        }
        for column in declared.columns
    ]
    return pd.DataFrame(rows, index=pd.Index([column.name for column in declared.columns], name="column"))


def load(table: str, path: str | Path = TABLES, rev: str | None = None, plot_ready: bool = False) -> pd.DataFrame:
    """One table as a data frame.

    Args:
        table: its name; `tables()` lists them.
        path: the folder of tables.
        rev: a git revision (`HEAD~1`, a branch, a tag) to read the table from, instead of the folder as it is now.
        plot_ready: dates as datetime64[s]; decimals, floats and whole numbers that can be missing as float64; other
            whole numbers and truth values as numpy's. Decimals lose exactness and missing is NaN or NaT.

    Example:
        >>> counts = load("count_mentions")  # doctest: +SKIP
        >>> counts.groupby("unit_head").value.sum()  # doctest: +SKIP

    Raises:
        AnalysisError: there is no such table, folder or revision, or a column had a type that cannot become its own.
        StoreError: the file is damaged.
    """
    declared = _declared(table)
    file = Path(path) / f"{declared.name}.parquet"
    if rev is not None:
        arrow = _at_revision(file, rev)
    elif file.is_file():
        arrow = store.read_table(file)
    else:
        raise AnalysisError(f"There is no {file}. Run `make run` first, or say where the tables are with path=.")
    return _frame(declared, arrow, plot_ready=plot_ready)


def joined(kind: str, path: str | Path = TABLES, rev: str | None = None, plot_ready: bool = False) -> pd.DataFrame:
    """The mentions of one kind with what stands around them: one row a mention, in the table's order.

    Beside the table's own columns: `section_path`, `section_title`, `report_title`, `report_organization`,
    `report_organization_id`, `report_period_start`, `report_period_end` and `file_name`; for organizations
    `organization_name`. For counts and money also the first and last day that the same sentence states
    (`sentence_start_date`, `sentence_end_date`) and that the same section states (`section_start_date`,
    `section_end_date`): near in the text, which is no proof that the number belongs to the date.

    Args:
        kind: `date`, `count`, `money`, `country`, `organization`, their plurals, or the name of the table.
        path: the folder of tables.
        rev: a git revision to read all of them from.
        plot_ready: as for `load`.

    Example:
        >>> joined("counts").groupby("report_organization").value.sum()  # doctest: +SKIP

    Raises:
        AnalysisError: there is no such kind, folder or revision.
    """

    def part(table: str, **columns: str) -> pd.DataFrame:
        return load(table, path, rev, plot_ready)[list(columns)].set_axis(list(columns.values()), axis=1)

    name = _mention_table(kind)
    frame = load(name, path, rev, plot_ready)
    sections = part("sections", section_id="section_id", path="section_path", title="section_title")
    frame = frame.merge(sections, "left", "section_id", validate="many_to_one")
    reports = part(
        "reports",
        report_id="report_id",
        title="report_title",
        organization="report_organization",
        organization_id="report_organization_id",
        period_start="report_period_start",
        period_end="report_period_end",
    )
    frame = frame.merge(reports, "left", "report_id", validate="many_to_one")
    frame = frame.merge(_used_files(path, rev), "left", "submission_id", validate="many_to_one")
    if name == "organization_mentions":
        names = part("organizations", organization_id="organization_id", name="organization_name")
        frame = frame.merge(names, "left", "organization_id", validate="many_to_one")
    if name in ("count_mentions", "money_mentions"):
        dates = load("date_mentions", path, rev, plot_ready)
        for around, keys in (("sentence", ["section_id", "field", "sentence"]), ("section", ["section_id"])):
            spans = dates.groupby(keys, observed=True, as_index=False, sort=False).agg(
                **{f"{around}_start_date": ("start_date", "min"), f"{around}_end_date": ("end_date", "max")}
            )
            frame = frame.merge(spans, "left", keys, validate="many_to_one")
    return frame


def _used_files(path: str | Path, rev: str | None) -> pd.DataFrame:
    """The file that each submission was read from: of files with the same bytes, the one that was used."""
    files = load("submissions", path, rev)
    used = files[files["submission_id"].notna() & files["duplicate_of"].isna()]
    return used[["submission_id", "file_name"]].drop_duplicates("submission_id")


def _declared(table: str) -> schema.Table:
    if table in schema.TABLES:
        return schema.TABLES[table]
    raise AnalysisError(_no_such("table", table, list(schema.TABLES)))


def _mention_table(kind: str) -> str:
    singular = _PLURALS.get(kind, kind).removesuffix("_mentions")
    for known, table in schema.MENTION_TABLES.items():
        if singular == known:
            return table.name
    raise AnalysisError(_no_such("kind of mention", kind, list(schema.MENTION_TABLES)))


def _no_such(sort: str, asked: object, known: list[str]) -> str:
    near = difflib.get_close_matches(str(asked), known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"There is no {sort} {asked!r}.{hint} There are: {', '.join(known)}."


def _at_revision(file: Path, rev: str) -> pa.Table:
    """A table as git keeps it at a revision; the folder itself need not be there any more."""
    folder = file.absolute().parent
    standing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    place = (folder / file.name).relative_to(standing).as_posix()
    if rev.startswith("-") or not rev.strip():
        raise AnalysisError(f"{rev!r} is no git revision. Give a commit, a branch or a tag, such as HEAD~1.")
    command = ["git", "-C", str(standing), "cat-file", "blob", f"{rev}:./{place}"]
    try:
        shown = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise AnalysisError("git is not installed, and rev= needs it.") from error
    if shown.returncode:
        said = shown.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise AnalysisError(f"git has no {file} at revision {rev!r}: {said}")
    try:
        return pq.read_table(pa.BufferReader(shown.stdout), page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise AnalysisError(f"{file} at revision {rev!r} is no readable Parquet file ({error}).") from error


def _frame(table: schema.Table, arrow: pa.Table, *, plot_ready: bool) -> pd.DataFrame:
    """Arrow columns as pandas columns; those that an older table does not have are left out, unknown ones kept."""
    declared = {column.name: column for column in table.columns}
    columns = {}
    for name in arrow.column_names:
        values = arrow[name]
        if name in declared:
            columns[name] = _series(declared[name], _cast(table, declared[name], values), plot_ready=plot_ready)
        else:
            columns[name] = values.to_pandas(types_mapper=_PANDAS.get)
    return pd.DataFrame(columns)


def _cast(table: schema.Table, column: schema.Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return values.cast(column.type)
    except pa.ArrowException as error:
        raise AnalysisError(
            f"{table.name}.{column.name} is {values.type} in this file and {column.type} now ({error}). "
            "Read it with the version of the package that wrote it."
        ) from error


def _series(column: schema.Column, values: pa.ChunkedArray, *, plot_ready: bool) -> pd.Series:
    if column.values:
        seen = pc.unique(values).drop_null().to_pylist()
        categories = [*column.values, *sorted(set(seen) - set(column.values))]
        codes = pc.index_in(values, pa.array(categories, schema.STRING)).fill_null(-1)
        return pd.Series(pd.Categorical.from_codes(codes.to_numpy(), pd.Index(categories)))
    if plot_ready and column.type == schema.DATE:
        return pd.Series(values.cast(pa.timestamp("s")).to_numpy(), dtype="datetime64[s]")
    if plot_ready and column.type in _NUMBERS and (column.nullable or column.type not in (schema.INT, schema.LONG)):
        return pd.Series(values.cast(schema.FLOAT).to_numpy(), dtype="float64")
    if plot_ready and column.type != schema.STRING and not column.nullable:
        return pd.Series(values.to_numpy())
    series: pd.Series = values.to_pandas(types_mapper=_PANDAS.get)
    return series


@dataclass(frozen=True)
class Exhibit:
    """One row's evidence: its words, where they stand, and their picture, or the reason why there is none."""

    mention_id: str
    text: str
    place: str
    sentence: str
    picture: "Image | None"
    trouble: str = ""

    @property
    def source(self) -> str:
        """The picture as a data URI; empty without one."""
        from pipeline import crops

        if self.picture is None:
            return ""
        return "data:image/webp;base64," + base64.b64encode(crops.encode(self.picture)).decode()


_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Evidence</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
"""
_GALLERY = Environment(autoescape=True).from_string(
    """<div style="font-family: sans-serif; color: #111; background: #fff; padding: 4px">
{%- if left_out %}<p>The first {{ exhibits|length }} of {{ exhibits|length + left_out }} rows.</p>{% endif %}
{%- for exhibit in exhibits %}
<figure style="margin: 0 0 16px; border-left: 3px solid #c81e1e; padding-left: 10px">
<figcaption><strong>{{ exhibit.text }}</strong>
<small>{{ exhibit.place }} · {{ exhibit.mention_id }}</small></figcaption>
{%- set source = exhibit.source %}
{%- if source %}
<img src="{{ source }}" alt="{{ exhibit.sentence }}" style="max-width: 100%; border: 1px solid #ccc">
{%- else %}
<p>{{ exhibit.sentence }}</p><p><em>{{ exhibit.trouble }}</em></p>
{%- endif %}
</figure>
{%- else %}<p>No rows.</p>
{%- endfor %}
</div>
"""
)


@dataclass(frozen=True)
class Gallery:
    """The evidence of some rows, which Jupyter and marimo show as pictures."""

    exhibits: tuple[Exhibit, ...]
    left_out: int = 0

    def _repr_html_(self) -> str:
        return _GALLERY.render(exhibits=self.exhibits, left_out=self.left_out)

    def __repr__(self) -> str:
        lines = [f"{exhibit.text!r}: {exhibit.place} ({exhibit.mention_id})" for exhibit in self.exhibits]
        return "\n".join((f"Evidence of {len(self.exhibits)} rows", *lines))

    def save(self, file: str | Path) -> Path:
        """Writes the gallery as one picture (`.png`) or as a page that needs no other file (`.html`).

        Raises:
            AnalysisError: the name ends otherwise, or there is nothing to draw.
            StoreError: the file cannot be written.
        """
        target = Path(file)
        if target.suffix == ".html":
            store.write_bytes(target, (_HEAD + self._repr_html_() + "</html>\n").encode())
        elif target.suffix == ".png":
            store.write_bytes(target, self._drawn())
        else:
            raise AnalysisError(f"{target} should end in .png or .html.")
        return target

    def _drawn(self) -> bytes:
        from PIL import Image, ImageDraw, ImageFont

        if not self.exhibits:
            raise AnalysisError("There are no rows, so there is nothing to draw.")
        font, gap, caption = ImageFont.load_default(15), 10, 24
        heights = [caption + (one.picture.height if one.picture else caption) + gap for one in self.exhibits]
        width = max([700, *(one.picture.width for one in self.exhibits if one.picture)]) + 2 * gap
        sheet = Image.new("RGB", (width, sum(heights) + gap), "white")
        pen, top = ImageDraw.Draw(sheet), gap
        for exhibit, height in zip(self.exhibits, heights, strict=True):
            pen.text((gap, top), f"{exhibit.text} · {exhibit.place}".replace("\n", " "), "black", font)
            if exhibit.picture:
                sheet.paste(exhibit.picture, (gap, top + caption))
            else:
                pen.text((gap, top + caption), exhibit.trouble, "gray", font)
            top += height
        sink = io.BytesIO()
        sheet.save(sink, "PNG")
        return sink.getvalue()


def evidence(
    rows: pd.DataFrame | pd.Series,
    raw: str | Path = "raw",
    save: str | Path | None = None,
    path: str | Path = TABLES,
) -> Gallery:
    """The places on the pages that rows of a mention table came from, their words boxed.

    Args:
        rows: rows of a mention table, from `load` or `joined`, or one of them; at most `MOST_SHOWN` are shown. They
            need the columns `mention_id` and `submission_id`.
        raw: the folder of submissions.
        save: a `.png` or `.html` file to write as well.
        path: the folder of tables, of the same run as the rows.

    Returns:
        A gallery in the order of the rows. A row whose picture cannot be made (its PDF is gone, has changed since the
        run, or asks for a password) shows its sentence and the reason.

    Example:
        >>> evidence(load("money_mentions").nlargest(5, "amount"), save="largest.png")  # doctest: +SKIP

    Raises:
        AnalysisError: the rows are not those of a mention table, or the folder of tables is not there.
    """
    frame = rows.to_frame().T if isinstance(rows, pd.Series) else rows
    absent = {"mention_id", "submission_id"} - set(frame.columns)
    if absent:
        raise AnalysisError(f"The rows lack {', '.join(sorted(absent))}. Give rows of a mention table, all columns.")
    shown = frame.head(MOST_SHOWN)
    wanted: list[dict[str, Any]] = [
        {str(name): value for name, value in row.items()} for row in shown.to_dict("records")
    ]
    boxes = _boxes_of({str(row["mention_id"]) for row in wanted}, path)
    files = _used_files(path, None).set_index("submission_id")["file_name"].to_dict()
    found: dict[int, Exhibit] = {}
    for submission_id in dict.fromkeys(str(row["submission_id"]) for row in wanted):
        mine = [(place, row) for place, row in enumerate(wanted) if str(row["submission_id"]) == submission_id]
        mine.sort(key=lambda pair: _first_page(boxes.get(str(pair[1]["mention_id"]), [])))
        file_name = str(files.get(submission_id, ""))
        found.update(_exhibits(mine, boxes, Path(raw), file_name, submission_id))
    gallery = Gallery(tuple(found[place] for place in range(len(wanted))), len(frame) - len(shown))
    if save is not None:
        gallery.save(save)
    return gallery


def _boxes_of(mention_ids: set[str], path: str | Path) -> dict[str, list[Box]]:
    table = load("mention_boxes", path)
    table = table[table["mention_id"].isin(list(mention_ids))].sort_values(["mention_id", "box_number"])
    out: dict[str, list[Box]] = {}
    names = ["mention_id", "page_number", "x0", "top", "x1", "bottom"]
    for mention_id, page_number, *edges in table[names].itertuples(index=False, name=None):
        x0, top, x1, bottom = map(float, edges)
        out.setdefault(mention_id, []).append(Box(int(page_number), (x0, top, x1, bottom)))
    return out


def _first_page(boxes: list[Box]) -> int:
    return boxes[0].page_number if boxes else 0


def _exhibits(
    rows: list[tuple[int, dict[str, Any]]],
    boxes: Mapping[str, list[Box]],
    raw: Path,
    file_name: str,
    submission_id: str,
) -> Iterator[tuple[int, Exhibit]]:
    """The evidence of the rows of one submission, whose PDF is opened once."""
    import pypdfium2

    from pipeline import crops

    data, trouble = _submission(raw, file_name, submission_id)
    if not trouble:
        try:
            with crops.opened(data) as pages:
                for place, row in rows:
                    yield place, _exhibit(row, boxes.get(str(row["mention_id"]), []), file_name, pages)
        except pypdfium2.PdfiumError as error:
            trouble = f"The PDF cannot be shown: {error}"
    if trouble:
        for place, row in rows:
            held = boxes.get(str(row["mention_id"]), [])
            yield place, _exhibit(row, held, file_name or submission_id, None, trouble)


def _exhibit(
    row: Mapping[str, Any], boxes: list[Box], file_name: str, pages: "Pages | None", trouble: str = ""
) -> Exhibit:
    picture = None
    if pages is not None:
        try:
            picture = pages.crop(boxes)
        except IndexError:
            trouble = "The tables hold no place for it. Give rows and path= of one run."
    place = f"{file_name}, page {_first_page(boxes)}" if boxes else file_name
    text, sentence = (str(row.get(name, "")) for name in ("text", "sentence"))
    return Exhibit(str(row["mention_id"]), text, place, sentence, picture, trouble)


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
