"""What a report's running text says of the report itself, for what its head leaves out.

Only plain statements count: `This report covers the period from 1 July 2019 to 30 June 2020`, `This report was prepared
by the Water Board`.
"""

import re
from collections.abc import Iterable

from pipeline.periods import Period, parse_period
from pipeline.titleblocks.wording import BODIES, is_name

_FIRST = 6000
"""Characters of running text in which a report says what it is."""
_COVERS = re.compile(
    r"(?i)\b(?:this|the present|the)\s(?:\w{1,15}\s){0,3}?(?:report|review|update)\s(?:\w{1,15}\s){0,2}?"
    r"(?:covers?|covering|relates to|refers to|(?:presents|describes|summari[sz]es|outlines) the (?:activities|work))\b"
    r"|\b(?:reporting period|period (?:under review|covered|of reporting))\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SENTENCE = re.compile(r"[^.!?\n]{1,240}")
_NAME = r"(?:the\s)?(?P<name>(?-i:[A-Z])[\w’'&-]*(?:\s(?:(?-i:[A-Z])[\w’'&-]*|of|for|and|the|on|in|de|du|&)){1,12})"
_BY = re.compile(
    rf"(?i)\b(?:this|the present)\s(?:\w{{1,15}}\s){{0,2}}?(?:report|review|update|bulletin)\s(?:is|was|has been)\s"
    rf"(?:\w{{1,12}}\s)?(?:produced|prepared|issued|published|compiled|written)\sby\s{_NAME}"
)
_TAIL = re.compile(r"(?:\s(?:of|for|and|the|on|in|de|du|&))+$")


def period_in_text(texts: Iterable[str]) -> Period | None:
    """The period of more than a day that the text says the report covers; none when it says several."""
    found = set()
    for sentence in _SENTENCE.findall(_head(texts)):
        said = _COVERS.search(sentence)
        period = parse_period(sentence[said.start() :]) if said else None
        if period is None or period[0] == period[1]:
            continue
        if {int(year) for year in _YEAR.findall(sentence)} <= {period[0].year, period[1].year}:
            found.add(period)
    return found.pop() if len(found) == 1 else None


def organization_in_text(texts: Iterable[str]) -> str | None:
    """The body that the text says the report is by; none when it names several."""
    names = {_TAIL.sub("", found["name"]).rstrip(".") for found in _BY.finditer(_head(texts))}
    bodies = [name for name in names if BODIES.search(name) and is_name(name)]
    return bodies[0] if len(bodies) == 1 else None


def _head(texts: Iterable[str]) -> str:
    head = ""
    for text in texts:
        head = f"{head}\n{text[:_FIRST]}"
        if len(head) > _FIRST:
            break
    return head[:_FIRST]
