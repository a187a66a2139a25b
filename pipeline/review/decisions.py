"""The file of decisions while several people, or several pages, add to it.

A decision is saved only when nothing has been decided about its mentions since the page that it was made on was drawn:
the page gives back the `version` that it showed, and the check is made while no one else can write.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from pipeline import corrections, store
from pipeline.corrections import Correction, base_id


class Conflict(Exception):
    """Somebody else decided in the meantime; `other` is that decision, None when one was taken back."""

    def __init__(self, other: Correction | None) -> None:
        super().__init__("somebody else decided in the meantime")
        self.other = other


class Known:
    """The decisions that are in the file, and the half of one that an interrupted save left."""

    def __init__(self, data: bytes, torn: bytes) -> None:
        self.data, self.torn = data, torn
        self.corrections = corrections.parse_corrections(data)

    @cached_property
    def in_force(self) -> dict[str, Correction]:
        """The decision in force about each mention, by the mention's id without suffix."""
        found = corrections.in_force(self.corrections)
        return {base_id(item.mention.mention_id): item for item in found if item.mention is not None}

    @cached_property
    def last(self) -> dict[str, Correction]:
        """The last decision about each mention that was not taken back. An added mention may be rejected so."""
        found = corrections.standing(self.corrections)
        return {base_id(item.mention.mention_id): item for item in found if item.mention is not None}

    def version(self, mention_ids: Sequence[str]) -> str:
        """What was decided about some mentions, as a word that changes whenever that does."""
        found = [self.last.get(base_id(mention_id)) for mention_id in mention_ids]
        return "|".join(item.id if item is not None else "-" for item in found)

    def newest(self, mention_ids: Sequence[str]) -> Correction | None:
        """The last decision about any of these mentions that was not taken back."""
        names = {base_id(mention_id) for mention_id in mention_ids}
        order = {item.id: number for number, item in enumerate(self.corrections)}
        found = [self.last[name] for name in names if name in self.last]
        return max(found, key=lambda item: order[item.id], default=None)

    def history(self, mention_ids: Sequence[str]) -> list[Correction]:
        """All that was decided about these mentions, and taken back, in the order of the file."""
        names = {base_id(mention_id) for mention_id in mention_ids}
        found: list[Correction] = []
        ids: set[str] = set()
        for item in self.corrections:
            about = item.mention is not None and base_id(item.mention.mention_id) in names
            if about or item.undoes in ids:
                found.append(item)
                ids.add(item.id)
        return found

    @property
    def reviewers(self) -> list[str]:
        """Who has decided, the last one first."""
        return list(dict.fromkeys(item.who for item in reversed(self.corrections)))


class Log:
    """The file of decisions."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = Known(b"", b"")

    def read(self) -> Known:
        """What is in the file now.

        Raises:
            CorrectionError: a line is no decision.
            StoreError: the file cannot be read.
        """
        data, torn = store.read_log(self.path)
        if (data, torn) != (self._known.data, self._known.torn):
            self._known = Known(data, torn)
        return self._known

    def append(self, correction: Correction, mention_ids: Sequence[str], version: str) -> None:
        """Saves a decision about these mentions.

        Raises:
            Conflict: something else was decided about them since `version`.
            StoreError: the file cannot be written.
        """

        def check(lines: bytes) -> None:
            known = self._known if lines == self._known.data else Known(lines, b"")
            if known.version(mention_ids) != version:
                raise Conflict(known.newest(mention_ids))

        store.append_line(self.path, corrections.encode(correction), check)
