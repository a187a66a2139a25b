"""Mentions with what stands around them: section, report, organization, file, and the dates beside a number."""

from pathlib import Path

import pandas as pd

from pipeline import schema
from pipeline.analysis.loading import TABLES, AnalysisError, load, no_such

_PLURALS = {
    "dates": "date",
    "counts": "count",
    "countries": "country",
    "organizations": "organization",
    "activities": "activity",
}


def joined(kind: str, path: str | Path = TABLES, rev: str | None = None, plot_ready: bool = False) -> pd.DataFrame:
    """The mentions of one kind, or the activities, with what stands around them: one row each, in the table's order.

    Beside the table's own columns: `section_path`, `section_title`, `report_title`, `report_organization`,
    `report_organization_id`, `report_period_start`, `report_period_end` and `file_name`; for organizations
    `organization_name`. For counts and money also the first and last day that the same sentence states
    (`sentence_start_date`, `sentence_end_date`) and that the same section states (`section_start_date`,
    `section_end_date`): near in the text, which is no proof that the number belongs to the date.

    Args:
        kind: `date`, `count`, `money`, `country`, `organization` or `activity`, their plurals, or the name of the
            table.
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

    name = _table(kind)
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
    frame = frame.merge(used_files(path, rev), "left", "submission_id", validate="many_to_one")
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


def used_files(path: str | Path, rev: str | None) -> pd.DataFrame:
    """The file that each submission was read from: of files with the same bytes, the one that was used."""
    files = load("submissions", path, rev)
    used = files[files["submission_id"].notna() & files["duplicate_of"].isna()]
    return used[["submission_id", "file_name"]].drop_duplicates("submission_id")


def _table(kind: str) -> str:
    known: dict[str, str] = {kind: table.name for kind, table in schema.MENTION_TABLES.items()}
    known["activity"] = schema.ACTIVITIES.name
    singular = _PLURALS.get(kind, kind).removesuffix("_mentions")
    if singular in known:
        return known[singular]
    raise AnalysisError(no_such("kind of row to join", kind, list(known)))
