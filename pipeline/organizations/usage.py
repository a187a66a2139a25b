"""How words and names are used over the whole report: the evidence that one sentence alone does not give."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from pipeline.organizations.readings import Entity, Reading
from pipeline.organizations.words import TIED, split_words

WORD = re.compile(rf"(?<![\w&])[^\W_]\w*+(?>(?:['’.&/+-](?!{TIED})(?=\w)\w++)*)")
PROGRAMME_AFTER = re.compile(
    r"['’]?s? (?:project|programme|program|campaign|scheme|initiative|award|model|conference|festival|app|brand)s?\b",
    re.IGNORECASE,
)
PLACE_BEFORE = re.compile(
    r"\b(?:[Ii]n|[Nn]ear|[Tt]owards|[Aa]round|[Oo]utside|[Tt]oward|en|à"
    r"|(?:[Zz]one|[Pp]rovince|[Vv]ille|[Rr]egión|[Cc]iudad)[\w ]{0,10} d[eu]) "
    r"(?:[^\W\d_][\w’'-]{1,20}(?: [A-ZÀ-Þ][\w’'-]{1,20})?, (?:and )?|[A-ZÀ-Þ][\w’'-]{1,20} (?:and|et|y) ){0,5}\Z"
)
"""`in`, or `in Zenda, Mokota and`."""
PLACE_AFTER = re.compile(
    r" (?:province|district|city|region|county|village|town|island|river|valley|airport|municipality|department|parish"
    r"|state|health zone|axis|road|sites?|camps?|settlement|bay|peninsula|mountains|desert|basin|delta)s?\b"
)
NUMBER_BEFORE = re.compile(r"(?<!\b19\d)(?<!\b20\d)(?<![^\W\d_])\d\s?\Z")
"""A number that is no year and no code."""
AGENT_BEFORE = re.compile(r"(?:\b(?:by|with|at|from)\s(?:the\s)?|\(source: )\Z")
LAST_IN_CAPITALS = re.compile(r"\b[A-Z]{2,}\s\w+\s\Z")
AGENT_AFTER = re.compile(
    r"(?:,? (?:has |have |had |also )?(?:hosted|donated|gave|gives|signed|sent|paid|hired|employs|appointed|joined"
    r"|trained|agreed|declined|asked|thanked|funded|opened|runs?|works?|led|lent|won|met|closed|built|ran|moved|provided"
    r"|supported|organi[sz]ed|distributed)|, (?:an?|the) )"
)
"""What stands around one who acts: `by REACH`, `COSACA, a consortium`."""
BEFORE, AFTER = 70, 16
"""How many characters around a name tell what it is."""
Names = dict[str, tuple[str, ...]]
"""Names by their first word, the longest first."""
Places = dict[str, list[int]]
"""Where words begin in a text."""


def by_first_word(names: Iterable[str]) -> Names:
    """Sorts names so that `occurrences` finds the longest at each place."""
    table: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names)):
        word = WORD.match(name)
        if word:
            table[_bare(word[0])].append(name)
    return {word: tuple(sorted(group, key=len, reverse=True)) for word, group in table.items()}


def places_of_words(text: str) -> Places:
    """Where each word of a text begins."""
    places: Places = {}
    for word in WORD.finditer(text):
        places.setdefault(word[0], []).append(word.start())
    return places


def occurrences(text: str, places: Places, names: Names) -> list[tuple[int, int]]:
    """Where names stand in a text, in order, whole words only; `places` has its words without a possessive's ending."""
    found = []
    for word in places.keys() & names.keys():
        for start in places[word]:
            for name in names[word]:
                end = start + len(name)
                if text.startswith(name, start) and not text[end : end + 1].isalnum():
                    found.append((start, end))
                    break
    return sorted(found)


def _bare(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word


class Surroundings:
    """What the places where a name stands say about it."""

    def __init__(self, beside: Sequence[tuple[str, str]]) -> None:
        """Takes some characters before and after each place."""
        self._beside = beside

    @cached_property
    def is_programme(self) -> bool:
        """Whether the name is only ever followed by a word such as `project`, and so is the project's."""
        return bool(self._beside) and all(PROGRAMME_AFTER.match(after) for _, after in self._beside)

    @cached_property
    def is_place(self) -> bool:
        """Whether the name stands somewhere as only a place does: `in Kisumu`, `Kisumu district`."""
        return any(
            (before.endswith(" ") and PLACE_BEFORE.search(before)) or PLACE_AFTER.match(after)
            for before, after in self._beside
        )

    @cached_property
    def is_agent(self) -> bool:
        """Whether the name stands somewhere in running text as one who does or gives something, or is explained."""
        return any(
            (AGENT_BEFORE.search(before) and not LAST_IN_CAPITALS.search(before)) or AGENT_AFTER.match(after)
            for before, after in self._beside
        )

    @cached_property
    def is_counted(self) -> bool:
        """Whether the name follows a number somewhere, as coins and units do."""
        return any(any(map(str.isdecimal, before[-2:])) and NUMBER_BEFORE.search(before) for before, _ in self._beside)


class Usage:
    """Where capitalised words stand in a report, which words it writes small, what the recognizer made of names."""

    def __init__(self, readings: Sequence[Reading], seen: Sequence[Sequence[Entity]]) -> None:
        self.texts = [reading.text for reading in readings]
        self._around: dict[str, Surroundings] = {}
        self.small: set[str] = set()
        self.places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.words: list[Places] = []
        """Where words begin, text by text, without the endings of possessives."""
        for index, text in enumerate(self.texts):
            words = places_of_words(text)
            self.small.update(word for word in words if word[0].islower())
            for word in [word for word in words if word.endswith(("'s", "’s"))]:
                words[_bare(word)] = words.get(_bare(word), []) + words.pop(word)
            for word, starts in words.items():
                if not word[0].islower():
                    self.places[word] += [(index, start) for start in starts]
            self.words.append(words)
        self.of_people: set[str] = set()
        """Words of the names of people, where the recognizer sees two words or more."""
        self.votes: dict[str, Counter[str]] = defaultdict(Counter)
        for reading, entities in zip(readings, seen, strict=True):
            for entity in entities:
                name = reading.text[entity.start : entity.end]
                if entity.label == "PERSON" and " " in name:
                    self.of_people |= {word[0] for word in WORD.finditer(name) if len(word[0]) > 2}
                is_acronym = name.isupper() and name.isalpha() and 1 < len(name) < 7
                self.votes[name]["ORG" if is_acronym and entity.label == "PERSON" else entity.label] += 1

    def around(self, name: str) -> Surroundings:
        """What stands beside a name over the whole report."""
        if name not in self._around:
            self._around[name] = Surroundings(list(self._look_around(name)))
        return self._around[name]

    def _look_around(self, name: str) -> Iterator[tuple[str, str]]:
        """Some characters before and after each occurrence of a name."""
        words = split_words(name)
        for index, start in self.places.get(_bare(words[0].text), ()) if words else ():
            text, end = self.texts[index], start + len(name)
            if text.startswith(name, start) and not text[end : end + 1].isalnum():
                yield text[max(0, start - BEFORE) : start], text[end : end + AFTER]

    def is_mostly_organization(self, name: str) -> bool:
        """Whether the recognizer gave no other label to a name more often."""
        votes = self.votes.get(name)
        return votes is None or votes["ORG"] * 2 >= sum(votes.values())

    def is_often_organization(self, word: str) -> bool:
        """Whether the recognizer took a word for an organization in a third of the places where it stands.

        So it is with a word that it saw only inside longer names, such as `Zendavo` of `Zendavo and Novamar`.
        """
        votes = self.votes.get(word)
        return votes is None or votes["ORG"] * 3 >= len(self.places.get(_bare(word), ()))
