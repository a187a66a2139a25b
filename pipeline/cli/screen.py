"""Printing for a person: tables as wide as the terminal, or as a page elsewhere; text from outside made harmless."""

import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

PAGE_WIDTH = 120
"""Columns when the output goes to a file or a pipe."""


def console(*, errors: bool = False) -> Console:
    """Standard output, or standard error."""
    stream = sys.stderr if errors else sys.stdout
    return Console(stderr=errors, width=None if stream.isatty() else PAGE_WIDTH)


def table(title: str) -> Table:
    """An empty table in the house's look."""
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)


def number_of(count: int, noun: str) -> str:
    """How many, in words: `1 submission`, `1,200 submissions`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def visible(text: str) -> str:
    """A text from outside with its control and direction characters shown as escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
