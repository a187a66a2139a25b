"""How a submission looks: the keys of `%style` and what they are when nothing is said."""

import shlex

DEFAULTS = {
    "engine": "libreoffice",
    "font": "Liberation Serif",
    "size": "11",
    "heading": "bold",
    "sub": "bold",
    "hang": "0",
    "align": "left",
    "halign": "left",
    "margin": "72",
    "line": "1.15",
    "table": "plain",
    "bullet": "symbol",
    "title": "center",
    "paper": "a4",
    "columns": "1",
    "widows": "yes",
    "after": "6",
    "headsize": "0",
    "indent": "0",
    "color": "000000",
}


def style_of(text: str, style: dict[str, str]) -> dict[str, str]:
    """The style with what `text` changes; unknown keys are errors."""
    changed = dict(part.split("=", 1) for part in shlex.split(text))
    if unknown := changed.keys() - DEFAULTS.keys():
        raise ValueError(f"unknown style {unknown}")
    return {**style, **{key: value.replace("-", " ") if key == "font" else value for key, value in changed.items()}}
