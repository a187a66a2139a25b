"""Why rows differ: a submission that is new, withdrawn or changed, a correction, or another recipe of a stage.

What a change shows first decides which stage is asked: the text
of the page (`extract`), the text of the section (`segment`), the mention (`tag`), or what comes after (`tabulate`).
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from pipeline.changes.structure import Change, Comparison
from pipeline.provenance import Provenance, Recipe

STAGES = ("extract", "segment", "tag", "tabulate")
CORRECTION = "a correction"
FATES = {
    "new": "a new submission",
    "withdrawn": "a withdrawn submission",
    "changed": "a changed PDF",
    "renamed": "a renamed file",
}


def explain(comparison: Comparison, old: Provenance, new: Provenance) -> Comparison:
    """The comparison with a reason for each change."""
    changed = _changed_pages(comparison), _changed_sections(comparison)
    recipes = {stage: _differences(stage, old, new) for stage in STAGES}
    fates = {key: fate.fate for fate in comparison.submissions for key in (fate.old_id, fate.new_id) if key}
    known = bool(old.stages and new.stages)

    def reason(change: Change) -> str:
        fate = fates.get(change.place.submission_id)
        if fate is not None and (fate != "renamed" or change.table == "submissions"):
            return FATES[fate]
        if _is_corrected(change):
            return CORRECTION
        stage = _stage(change, *changed)
        reached = STAGES.index(stage) + 1
        found = [words for name in STAGES[:reached] for words in recipes[name]]
        found = found or [words for name in STAGES[reached:] for words in recipes[name]]
        if found:
            return "; ".join(found)
        return (
            f"something in {stage} that was not recorded" if not known else f"what {stage} read from other submissions"
        )

    changes = tuple(msgspec.structs.replace(change, reason=reason(change)) for change in comparison.changes)
    return msgspec.structs.replace(comparison, changes=changes)


def _changed_pages(comparison: Comparison) -> set[tuple[str, int]]:
    found = set()
    for change in comparison.changes:
        if change.table == "pages":
            found.add((change.row["submission_id"], change.row["page_number"]))
    return found


def _changed_sections(comparison: Comparison) -> set[str]:
    return {change.row["section_id"] for change in comparison.changes if change.table == "sections"}


def _is_corrected(change: Change) -> bool:
    rows = [row for row in (change.old, change.new) if row is not None]
    return change.kind is not None and any(row.get("source") == "correction" for row in rows)


def _stage(change: Change, pages: set[tuple[str, int]], sections: set[str]) -> str:
    place = change.place
    if change.table in ("pages", "table_cells", "submissions") or (place.submission_id, place.page_number) in pages:
        return "extract"
    if change.table in ("sections", "reports") or place.section_id in sections:
        return "segment"
    later = change.table in ("organizations", "organization_aliases")
    only_resolved = change.kind == "organization" and {column.name for column in change.columns} <= {"organization_id"}
    return "tabulate" if later or (only_resolved and change.columns) else "tag"


def _differences(stage: str, old: Provenance, new: Provenance) -> list[str]:
    """What is not the same in the recipes of a stage, in words."""
    before, after = old.stages.get(stage, Recipe()), new.stages.get(stage, Recipe())
    if stage not in old.stages or stage not in new.stages:
        return []
    found = []
    for name, left, right in _pairs(before.parameters, after.parameters):
        found.append(f"parameter {stage}.{name} was {left}, is {right}")
    for name, left, right in _pairs(before.libraries, after.libraries):
        found.append(f"library {name} was {left}, is {right}")
    for name, _, _ in _pairs(before.files, after.files):
        found.append(f"the {name} of {stage}" if name == "model" else f"the {name}")
    if before.code != after.code:
        found.append(f"the code of {stage}")
    return found


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    names = sorted({*old, *new})
    return [
        (name, old.get(name, "absent"), new.get(name, "absent")) for name in names if old.get(name) != new.get(name)
    ]
