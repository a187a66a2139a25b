"""What `evidence` shows: pictures with their captions, as HTML that a notebook shows, or as a file.

Everything that a report or a file name brings is escaped, and pictures are data: URIs of pictures drawn here, so that
the HTML loads and runs nothing.
"""

import base64
import io
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment

from pipeline import store
from pipeline.analysis.loading import AnalysisError

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

SHEET, GAP, LINE, LONGEST_LINE = 700, 10, 22, 88
"""Of a picture with all exhibits: its least width, what parts them, and a line of caption in pixels and characters."""


@dataclass(frozen=True)
class Exhibit:
    """One row's evidence: its words, where they stand, and their picture (WEBP), or the reason why there is none."""

    mention_id: str
    text: str
    place: str
    sentence: str
    picture: bytes
    trouble: str = ""

    @property
    def source(self) -> str:
        """The picture as a data URI; empty without one."""
        return "data:image/webp;base64," + base64.b64encode(self.picture).decode() if self.picture else ""


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
    """The evidence of some rows, which Jupyter (`_repr_html_`) and marimo (`_mime_`) show as pictures."""

    exhibits: tuple[Exhibit, ...]
    left_out: int = 0

    def _repr_html_(self) -> str:
        return _GALLERY.render(exhibits=self.exhibits, left_out=self.left_out)

    def _mime_(self) -> tuple[str, str]:
        return "text/html", self._repr_html_()

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
        from PIL import Image, ImageDraw

        if not self.exhibits:
            raise AnalysisError("There are no rows, so there is nothing to draw.")
        parts = [(_caption(one), Image.open(io.BytesIO(one.picture)) if one.picture else None) for one in self.exhibits]
        heights = [LINE * len(lines) + (picture.height if picture else 0) + GAP for lines, picture in parts]
        width = max([SHEET, *(picture.width for _, picture in parts if picture)]) + 2 * GAP
        sheet = Image.new("RGB", (width, sum(heights) + GAP), "white")
        pen, top, font = ImageDraw.Draw(sheet), GAP, _font()
        for (lines, picture), height in zip(parts, heights, strict=True):
            for place, line in enumerate(lines):
                pen.text((GAP, top + LINE * place), line, "black" if place == 0 else "dimgray", font)
            if picture:
                sheet.paste(picture, (GAP, top + LINE * len(lines)))
            top += height
        sink = io.BytesIO()
        sheet.save(sink, "PNG")
        return sink.getvalue()


def _caption(exhibit: Exhibit) -> list[str]:
    """The lines above a picture: its words and place; without a picture also why there is none."""
    head = textwrap.shorten(f"{exhibit.text} · {exhibit.place}", LONGEST_LINE, placeholder=" …")
    return [head] if exhibit.picture else [head, *textwrap.wrap(exhibit.trouble, LONGEST_LINE, max_lines=3)]


def _font() -> "FreeTypeFont | ImageFont":
    """One that has the letters and signs of most languages, where matplotlib is there to lend it."""
    from PIL import ImageFont

    try:
        import matplotlib

        return ImageFont.truetype(str(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")), 14)
    except (ImportError, OSError):
        return ImageFont.load_default(15)
