"""What the review page sends, one type for each address that takes JSON; a key that is not known is an error."""

from msgspec import Struct

from pipeline.records import Bbox, Field, Kind
from pipeline.review.desk import Action


class Deciding(Struct, forbid_unknown_fields=True):
    """What the page sends for a decision."""

    id: str
    action: Action
    who: str
    version: str
    why: str = ""
    value: dict[str, str] = {}


class Undoing(Struct, forbid_unknown_fields=True):
    """What the page sends to take a decision back; `id` is the line to show afterwards."""

    decision: str
    who: str
    id: str = ""
    why: str = ""


class Boxing(Struct, forbid_unknown_fields=True):
    """A box that was drawn on a page."""

    of: str
    page: int
    box: Bbox


class Spanning(Struct, forbid_unknown_fields=True):
    """Words of a section that were chosen."""

    of: str
    section_id: str
    field: Field
    start: int
    end: int


class Adding(Spanning, forbid_unknown_fields=True):
    """What the page sends to add a mention."""

    kind: Kind
    who: str
    why: str = ""
    value: dict[str, str] = {}
