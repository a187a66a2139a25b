"""A comparison as one HTML file that opens anywhere: nothing is fetched, and nothing in it runs but its own script.

The Content-Security-Policy lets in one style and one script, by their digests, and pictures that are in the file.
Cards are strings that the template has escaped; the script places them as they come into view.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence

import msgspec
from markupsafe import Markup
from msgspec import Struct

from pipeline.changes import SORTS, TIERS, Comparison
from pipeline.records import KINDS
from pipeline.views import cards, words
from pipeline.views.cards import CardView
from pipeline.views.evidence import Album
from pipeline.views.terminal import QUIET

CHUNK = 200
"""Crops in one block of the file; a block is decoded when one of its crops comes into view."""
DERIVED = "derived"
GROUPS = (*KINDS, "structure", "problems", DERIVED)
UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


class Data(Struct, frozen=True):
    """What the script works with. `index` has for each card tier, sort, group, report, file, and words to search."""

    cards: list[str]
    index: list[tuple[int, int, int, int, int, str]]
    tiers: list[str]
    reports: list[str]
    files: list[str]
    chunk: int


def render(comparison: Comparison, old: str, new: str, album: Album) -> str:
    """The file. `old` and `new` are the names of the two extractions."""
    views = [
        cards.card(change, comparison.organizations, album.pictures.get(number, ()))
        for number, change in enumerate(comparison.changes)
    ]
    style, script = cards.asset("cards.css") + cards.asset("report.css"), cards.asset("report.js")
    figures = Counter(view.group for view in views), Counter(view.sort for view in views)
    groups = [name for name in GROUPS if figures[0][name]]
    data = _data(views, groups)
    template = cards.environment().get_template("report.html")
    html: str = template.render(
        policy=policy(style, script),
        style=Markup(style),
        script=Markup(script),
        old=words.visible(old),
        new=words.visible(new),
        headline=_headline(comparison),
        fates=[(fate.fate, _names(fate.old_name, fate.new_name)) for fate in comparison.submissions],
        notes=comparison.notes,
        sorts=[words.SORT_WORDS[sort] for sort in SORTS],
        tally=_tally(views, groups),
        total=len(views),
        reports=data.reports,
        groups=[(name, f"{figures[0][name]:,}", name != DERIVED) for name in groups],
        sort_chips=[(words.SORT_WORDS[sort], f"{figures[1][sort]:,}", sort not in QUIET) for sort in SORTS],
        data=_embedded(data),
        crops=[_embedded(chunk) for chunk in _chunks(album.crops)],
    )
    return html


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy that lets in this style and this script, pictures in the file, and nothing else."""
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _headline(comparison: Comparison) -> str:
    if comparison.is_equal:
        return "Nothing changed"
    tiers = Counter(change.tier for change in comparison.changes)
    parts = [f"{tiers[tier]:,} {words.HOW_MANY[tier][tiers[tier] != 1]}" for tier in TIERS[:3] if tiers[tier]]
    total = len(comparison.changes)
    told = f"{total:,} {'change' if total == 1 else 'changes'}"
    return f"{told}: {', '.join(parts)}" if parts else told


def _names(old: str, new: str) -> str:
    return " → ".join(words.visible(name) for name in dict.fromkeys((old, new)) if name)


def _tally(views: Sequence[CardView], groups: Sequence[str]) -> list[tuple[str, list[str]]]:
    found = Counter((view.group, view.sort) for view in views)
    return [(name, [f"{found[name, sort]:,}" if found[name, sort] else "" for sort in SORTS]) for name in groups]


def _data(views: Sequence[CardView], groups: Sequence[str]) -> Data:
    macro = cards.environment().get_template("card.html").module.card  # type: ignore[attr-defined]
    reports = list(dict.fromkeys(view.report for view in views))
    files = list(dict.fromkeys(view.file_name for view in views))
    places = [{name: number for number, name in enumerate(names)} for names in (groups, reports, files)]
    index = [
        (
            TIERS.index(view.tier),
            SORTS.index(view.sort),
            places[0][view.group],
            places[1][view.report],
            places[2][view.file_name],
            view.search,
        )
        for view in views
    ]
    tiers = [words.TIER_WORDS[tier] for tier in TIERS]
    return Data([str(macro(view)) for view in views], index, tiers, reports, files, CHUNK)


def _chunks(crops: Sequence[bytes]) -> list[list[str]]:
    encoded = [base64.b64encode(crop).decode() for crop in crops]
    return [encoded[start : start + CHUNK] for start in range(0, len(encoded), CHUNK)]


def _embedded(value: object) -> Markup:
    """JSON that can stand in a script element."""
    return Markup(msgspec.json.encode(value).decode().translate(UNSAFE))
