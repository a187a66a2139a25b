"""What only bodies do: signs around a name whose head is shared by bodies, programmes and events.

`Zenda Initiative` alone may be either. It is a body where it gives, hosts, signs or is joined, or where the amount that
it gave stands right behind it.
"""

import re

from pipeline.records import Span

SHARED_HEAD = re.compile(
    r"\b(?:Initiative|Forum|Network|Platform|Movement|Partnership|Collaborative|Congress|Assembly|League|Hub|Lab|Dialogue)\b"
)
DONE_TO = re.compile(
    r"\b(?:joined|affiliated? (?:to|with)|withdr[ae]w from|member organi[sz]ations? of"
    r"|(?:members?|secretariat|secretary|staff|board) of|signed (?:with|by|between)"
    r"|(?:employed|hosted|organi[sz]ed|published|donated) by"
    r"|(?:grants?|gifts?|donations?|loans?|support|help|funds|funding|money) (?:from|of|by)) (?:the )?\Z"
)
DOES = re.compile(
    r",? (?:has |have |had |also |jointly |kindly )?(?:hosted|donated|gave|gives|signed|sent|lent|paid|hired|employs"
    r"|employed|appointed|received its|received a grant|published|wrote|announced|opened an? office|shares? an office"
    r"|joined|invited|seconded|co-funded|funded|sponsored|trained|agreed|declined|refused|asked|thanked|elected"
    r"|certified|owns|met with)\b"
)
MONEY = re.compile(r"[A-Z]{0,3}\s?[$€£¥₹₦₱][\d ]|[A-Z]{2,3}\s?\d")
GAP = 2
"""Characters between a giver and the amount."""


def is_done_by_body(text: str, start: int, end: int, taken: tuple[Span, ...]) -> bool:
    """Whether what stands around `text[start:end]` says that it is a body."""
    if not SHARED_HEAD.search(text, start, end):
        return False
    if DONE_TO.search(text, max(0, start - 40), start) or DOES.match(text, end):
        return True
    return any(0 <= span.start - end <= GAP and MONEY.match(text, span.start) for span in taken)
