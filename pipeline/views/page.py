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

from pipeline.changes import SORTS, TIERS, Comparison
from pipeline.records import KINDS
from pipeline.views import cards, words
from pipeline.views.cards import CardView
from pipeline.views.evidence import Album
from pipeline.views.terminal import COUNTED, QUIET

CHUNK = 200
"""Crops in one block of the file; a block is decoded when one of its crops comes into view."""
UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render(comparison: Comparison, old: str, new: str, album: Album) -> str:
    """The file. `old` and `new` are the names of the two extractions."""
    views = [
        cards.card(change, comparison.organizations, album.pictures.get(number, ()))
        for number, change in enumerate(comparison.changes)
    ]
    style, script = cards.asset("cards.css") + cards.asset("report.css"), cards.asset("report.js")
    kinds = [name for name in (*KINDS, *words.ONE_ROW.values()) if any(view.what == name for view in views)]
    figures = Counter(view.what for view in views), Counter(view.sort for view in views)
    counted = {words.ONE_ROW[table] for table in COUNTED}
    data = _data(views, kinds)
    html: str = (
        cards.environment()
        .get_template("report.html")
        .render(
            policy=policy(style, script),
            style=Markup(style),
            script=Markup(script),
            old=words.visible(old),
            new=words.visible(new),
            headline=_headline(comparison),
            fates=[(fate.fate, _names(fate.old_name, fate.new_name)) for fate in comparison.submissions],
            notes=comparison.notes,
            sorts=[words.SORT_WORDS[sort] for sort in SORTS],
            tally=_tally(comparison, views, kinds),
            total=len(views),
            reports=data["reports"],
            kinds=[(name, figures[0][name], name not in counted) for name in kinds],
            sort_chips=[(words.SORT_WORDS[sort], figures[1][sort], sort not in QUIET) for sort in SORTS],
            data=_embedded(data),
            crops=[_embedded(chunk) for chunk in _chunks(album.crops)],
        )
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
    parts = [f"{tiers[tier]:,} {words.TIER_WORDS[tier].lower()}" for tier in TIERS[:3] if tiers[tier]]
    total = len(comparison.changes)
    told = f"{total:,} {'change' if total == 1 else 'changes'}"
    return f"{told}: {', '.join(parts)}" if parts else told


def _names(old: str, new: str) -> str:
    return " → ".join(words.visible(name) for name in dict.fromkeys((old, new)) if name)


def _tally(comparison: Comparison, views: Sequence[CardView], kinds: Sequence[str]) -> list[tuple[str, list[str]]]:
    found = Counter((view.what, view.sort) for view in views)
    return [(name, [f"{found[name, sort]:,}" if found[name, sort] else "" for sort in SORTS]) for name in kinds]


def _data(views: Sequence[CardView], kinds: Sequence[str]) -> dict[str, list[object]]:
    macro = cards.environment().get_template("card.html").module.card  # type: ignore[attr-defined]
    reports = list(dict.fromkeys(view.report for view in views))
    files = list(dict.fromkeys(view.file_name for view in views))
    places = [{name: number for number, name in enumerate(names)} for names in (reports, files, kinds)]
    index: list[object] = [
        [
            TIERS.index(view.tier),
            SORTS.index(view.sort),
            places[2][view.what],
            places[0][view.report],
            places[1][view.file_name],
            view.search,
        ]
        for view in views
    ]
    return {
        "cards": [str(macro(view)) for view in views],
        "index": index,
        "tiers": [words.TIER_WORDS[tier] for tier in TIERS],
        "reports": list(reports),
        "files": list(files),
        "chunk": CHUNK,  # type: ignore[dict-item]
    }


def _chunks(crops: Sequence[bytes]) -> list[list[str]]:
    encoded = [base64.b64encode(crop).decode() for crop in crops]
    return [encoded[start : start + CHUNK] for start in range(0, len(encoded), CHUNK)]


def _embedded(value: object) -> Markup:
    """JSON that can stand in a script element."""
    return Markup(msgspec.json.encode(value).decode().translate(UNSAFE))
