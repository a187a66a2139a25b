"""What `evidence` shows: pictures with their captions, as HTML that a notebook shows, or as a file.

Everything that a report or a file name brings is escaped, and pictures are data: URIs of pictures drawn here, so that
the HTML loads and runs nothing.
"""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from pipeline import store
from pipeline.analysis.loading import AnalysisError


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
        from PIL import Image, ImageDraw, ImageFont

        if not self.exhibits:
            raise AnalysisError("There are no rows, so there is nothing to draw.")
        pictures = [Image.open(io.BytesIO(one.picture)) if one.picture else None for one in self.exhibits]
        font, gap, caption = ImageFont.load_default(15), 10, 24
        heights = [caption + (picture.height if picture else caption) + gap for picture in pictures]
        width = max([700, *(picture.width for picture in pictures if picture)]) + 2 * gap
        sheet = Image.new("RGB", (width, sum(heights) + gap), "white")
        pen, top = ImageDraw.Draw(sheet), gap
        for exhibit, picture, height in zip(self.exhibits, pictures, heights, strict=True):
            pen.text((gap, top), f"{exhibit.text} · {exhibit.place}".replace("\n", " "), "black", font)
            if picture:
                sheet.paste(picture, (gap, top + caption))
            else:
                pen.text((gap, top + caption), exhibit.trouble, "gray", font)
            top += height
        sink = io.BytesIO()
        sheet.save(sink, "PNG")
        return sink.getvalue()
