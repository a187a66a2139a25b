"""Figures that can go into a slide: wide, with a title that says something, named axes and the source below.

Needs matplotlib, which the `analysis` extra brings, and no display. The colours are those of Okabe and Ito, which
colour-blind readers tell apart; grey is for what stands behind.
"""

import datetime
import io
import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import store
from pipeline.analysis import TABLES, load

BLUE, ORANGE, GREEN, PINK, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, RED)
GREY, INK = "#8A8A8A", "#222222"
PLACES = Path(__file__).with_name("places.csv")
"""About the middle of each country, in degrees: where its dot is drawn."""
MOST_SHARED = 12
STEEP = 0.3
"""Cosine of the angle from which a name stands above or below rather than beside."""
WIDE = (12.0, 6.75)
"""Inches of a 16:9 slide."""
STYLE: Any = {
    "font.size": 13,
    "axes.titlesize": 14,
    "axes.titlelocation": "left",
    "axes.labelsize": 13,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.axisbelow": True,
    "grid.color": "#E2E2E2",
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "figure.dpi": 100,
    "savefig.dpi": 200,
}


def slide(title: str, source: str, rows: int = 1, columns: int = 1, **subplots: Any) -> tuple[Any, Any]:
    """A figure with its axes, as `matplotlib.pyplot.subplots` gives them; from here on, `STYLE` is matplotlib's style.

    Args:
        title: what the picture shows, as a sentence.
        source: where the figures are from; `source` of this module writes it.
        rows: axes below each other.
        columns: axes beside each other.
        subplots: more for `subplots`, such as `width_ratios`.
    """
    from matplotlib import pyplot

    pyplot.rcParams.update(STYLE)
    figure, axes = pyplot.subplots(rows, columns, figsize=WIDE, layout="constrained", **subplots)
    figure.suptitle(wrapped(title, 80), x=0.012, ha="left", fontsize=18, fontweight="bold")
    figure.text(0.012, 0.012, source, fontsize=10, color="#555555")
    layout = figure.get_layout_engine()
    layout.set(rect=(0.005, 0.05, 0.99, 0.945), hspace=0.06, wspace=0.04)
    return figure, axes


def source(path: str | Path = TABLES, unit: str = "activity reports") -> str:
    """The line that says where the figures are from: how many reports, of which years."""
    reports = load("reports", path)
    days = pd.concat([reports["period_start"], reports["period_end"]]).dropna()
    years = sorted({day.year for day in days})
    span = "" if not years else f", {years[0]}" if len(years) == 1 else f", {years[0]}–{years[-1]}"
    submissions = reports["submission_id"].nunique()
    return f"Source: {len(reports)} {unit} in {submissions} submissions{span}. Values as the reports state them."


def wrapped(text: str, width: int = 34) -> str:
    """A text on lines of at most so many characters, three at most; a dollar is a dollar and opens no formula."""
    return textwrap.fill(" ".join(text.split()), width, max_lines=3, placeholder=" …").replace("$", r"\$")


def period(start: datetime.date, end: datetime.date) -> str:
    """A span of days for a label: `4 May 2022`, `May 2022`, `May – July 2022`, `October 2021 – March 2022`."""
    if start == end:
        return f"{start.day} {start:%B %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%B %Y}"
    return f"{start:%B} – {end:%B %Y}" if start.year == end.year else f"{start:%B %Y} – {end:%B %Y}"


def short(value: float) -> str:
    """A number for a label: `950`, `12,500`, `1.46 million`, `9.7 billion`."""
    for size, name in ((1e9, " billion"), (1e6, " million")):
        if abs(value) >= size:
            return f"{value / size:.3g}{name}" if abs(value) < 1000 * size else f"{value / size:,.0f}{name}"
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:,.2f}"


def bars(axes: Any, values: "pd.Series[Any]", labels: Sequence[str] | None = None, color: str = BLUE) -> None:
    """Horizontal bars, the first on top, each with its number at the end or with the label given."""
    names = [wrapped(str(name)) for name in values.index]
    drawn = axes.barh(range(len(values)), values.astype("float64"), color=color, height=0.7)
    axes.set_yticks(range(len(values)), names)
    axes.set_ylim(max(len(values), 6) - 0.5, -0.5)
    axes.bar_label(drawn, labels or [short(float(value)) for value in values], padding=5, fontsize=11, color=INK)
    axes.margins(x=0.14)
    axes.tick_params(axis="y", length=0)


def logarithmic(axes: Any) -> None:
    """A scale on which each step is ten or a hundred times as much, with its numbers in words."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    if not math.isfinite(axes.dataLim.minposx):  # nothing is drawn that such a scale can show
        return
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.xaxis.set_minor_locator(NullLocator())


def legend(axes: Any, handles: Sequence[Any] | None = None, title: str = "") -> None:
    """The legend on one line above the picture, where it hides nothing."""
    options = {} if handles is None else {"handles": handles}
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=6, title=title or None, borderpad=0.2, **options)


def world(axes: Any, values: "pd.Series[Any]", labels: Mapping[str, str], most: int = 25) -> None:
    """A map of dots: every country a grey one where it lies, those with a value as large as it says, the largest named.

    Args:
        axes: an empty place to draw.
        values: one number a country, by ISO 3166-1 alpha-2.
        labels: names by the same code.
        most: how many names to write.
    """
    places = pd.read_csv(io.BytesIO(store.read_bytes(PLACES)), keep_default_na=False).set_index("alpha2")
    known = values[values.index.isin(places.index)].astype("float64").sort_values(ascending=False)
    axes.scatter(places.longitude, places.latitude, s=26, color="#DADADA", zorder=1)
    if len(known):
        held = places.loc[known.index]
        axes.scatter(
            held.longitude,
            held.latitude,
            s=70 + 230 * known / known.max(),
            color=GREEN,
            alpha=0.75,
            edgecolor="white",
            zorder=2,
        )
        _name_places(axes, held.head(most), labels)
    axes.set(xlim=(-185, 190), ylim=(-58, 82), aspect=1.22)
    axes.axis("off")


def _name_places(axes: Any, held: pd.DataFrame, labels: Mapping[str, str]) -> None:
    """Writes names where they hide no other: right of the dot, left, above or below; those with no room stay out."""
    taken: list[tuple[float, float, float, float]] = []
    for code, longitude, latitude in held[["longitude", "latitude"]].itertuples(name=None):
        name = wrapped(str(labels.get(code, code)), 22)
        wide, high = 2.0 + 2.4 * max(map(len, name.splitlines())), 5.0 * (1 + name.count("\n"))
        for x, y, side in (
            (longitude + 3.5, latitude - high / 2, "left"),
            (longitude - 3.5 - wide, latitude - high / 2, "right"),
            (longitude - wide / 2, latitude + 3.4, "center"),
            (longitude - wide / 2, latitude - 3.4 - high, "center"),
        ):
            if all(x + wide < x0 or x > x1 or y + high < y0 or y > y1 for x0, y0, x1, y1 in taken) and x + wide < 192:
                taken.append((x, y, x + wide, y + high))
                spot = {"left": x, "right": x + wide, "center": x + wide / 2}[side]
                axes.text(spot, y + high / 2, name, fontsize=10, ha=side, va="center", zorder=4)
                break


def network(axes: Any, links: Mapping[str, Iterable[str]]) -> None:
    """Who names whom: those who report on a ring, what several of them name inside it, what else they name outside.

    Args:
        axes: an empty place to draw.
        links: for each reporting organization, the organizations it names.
    """
    named = {who: sorted(set(others) - {who}) for who, others in sorted(links.items())}
    times = Counter(other for others in named.values() for other in others)
    angles = {who: 2 * math.pi * place / max(1, len(named)) for place, who in enumerate(named)}
    places = {who: (1.3 * math.cos(angle), math.sin(angle)) for who, angle in angles.items()}
    shared = [other for other, number in times.most_common() if number > 1 and other not in places][:MOST_SHARED]
    for place, other in enumerate(sorted(shared)):
        angle, far = 2 * math.pi * (place + 0.5) / len(shared), 0.0 if len(shared) == 1 else 0.5
        places[other] = (1.2 * far * math.cos(angle), far * math.sin(angle))
    for who, others in named.items():
        _fan(axes, places[who], angles[who], sum(other not in places for other in others))
        for other in others:
            if other in places:
                (x0, y0), (x1, y1) = places[who], places[other]
                axes.plot([x0, x1], [y0, y1], color=ORANGE, linewidth=1.6, zorder=1)
        _label(axes, who, places[who], angles[who])
    for group, color, size in ((list(named), BLUE, 150), (shared, ORANGE, 110)):
        if group:
            across, up = zip(*(places[name] for name in group), strict=True)
            axes.scatter(across, up, s=size, color=color, zorder=3)
    for other in shared:
        x, y = places[other]
        axes.text(x, y - 0.07, wrapped(other, 24), ha="center", va="top", fontsize=11, fontweight="bold", zorder=4)
    axes.set(xlim=(-2.7, 2.7), ylim=(-1.45, 1.45))
    axes.axis("off")


def _fan(axes: Any, centre: tuple[float, float], angle: float, others: int) -> None:
    """So many dots on an arc outside of an organization."""
    step = 0.16 * min(1.0, 14 / max(1, others))
    for place in range(others):
        turn = angle + step * (place - (others - 1) / 2)
        x, y = centre[0] + 0.22 * math.cos(turn), centre[1] + 0.2 * math.sin(turn)
        axes.plot([centre[0], x], [centre[1], y], color="#C8C8C8", linewidth=0.8, zorder=1)
        axes.scatter([x], [y], s=14, color=GREY, zorder=2)


def _label(axes: Any, name: str, place: tuple[float, float], angle: float) -> None:
    """The name of an organization outside of its dots."""
    across, up = math.cos(angle), math.sin(angle)
    side = "center" if abs(across) < STEEP else "left" if across > 0 else "right"
    x, y = place[0] + 0.33 * across, place[1] + 0.33 * up
    level = "center" if side != "center" else "bottom" if up > 0 else "top"
    axes.text(x, y, wrapped(name, 40 if side == "center" else 26), ha=side, va=level, fontsize=11, zorder=4)
