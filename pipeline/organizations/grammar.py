"""How names of organizations are built in English prose: capitalised words around a head, `of` and `for`, and lists.

A name is read from left to right. Its *core* is a run of capitalised words; the last of them is the head and says what
the name names (`Disaster Relief Association`). Prepositions attach what follows (`Ministry of Health`); `and` and
commas are the hard part, and are decided from the heads on both sides: `Ministry of Labor, Invalids and Social Affairs`
is one name, `Hilltop University and Council of Elders` are two.
"""

from simplemma import is_known

from pipeline.organizations import world
from pipeline.organizations.evidence import REACH, Candidate, Evidence, over
from pipeline.organizations.lines import is_capitals
from pipeline.organizations.readings import leads_name
from pipeline.organizations.vocabulary import (
    AND,
    ARTICLES,
    EVENTS,
    FIELDS,
    FOR,
    FOREIGN,
    LEVELS,
    OF,
    OFFICE_HEADS,
    PLACE_HEADS,
    REGIONS,
    ROMANCE_ADJECTIVES,
    ROMANCE_AND,
    SMALL_NOUN,
    TAILS,
    UNIT_HEADS,
    WEAK_FIELDS,
    WEEKDAYS,
    WITH,
)
from pipeline.organizations.words import INNER_CAPITAL, SMALL_FORMS, Role, role_of, split_words


def find_candidates(text: str, evidence: Evidence) -> list[Candidate]:
    """All stretches of a text that are built like names, in order; none contains a line break."""
    found: list[Candidate] = []
    start = 0
    for line in text.split("\n"):
        found += _Line(text, start, start + len(line), evidence).candidates()
        start += len(line) + 1
    return found


class _Line:
    """One line while it is read: its tokens, and which of them are capitalised."""

    def __init__(self, text: str, start: int, end: int, evidence: Evidence) -> None:
        self.tokens = split_words(text, start, end)
        self.evidence = evidence
        capitals = is_capitals(text[start:end])
        self.caps = [
            (token.text[0].isupper() or INNER_CAPITAL.match(token.text) is not None)
            and not token.text.endswith(("'", "’"))
            and not (capitals and token.lower in OF | FOR | AND | ARTICLES | {"in", "with", "to", "by"})
            for token in self.tokens
        ]
        self.capitals = capitals
        for index, token in enumerate(self.tokens):
            if self.caps[index] and over(evidence.taken, token.start, token.end):
                self.caps[index] = False

    def candidates(self) -> list[Candidate]:
        found: list[Candidate] = []
        index = 0
        while index < len(self.tokens):
            if not self.caps[index]:
                index += 1
                continue
            first = self._skip_opener(index)
            if first >= len(self.tokens) or not self.caps[first]:
                index = max(first, index + 1)
                continue
            candidate, index = self._name(first)
            found.append(candidate)
        return found

    def _skip_opener(self, index: int) -> int:
        """Past words that are capitalised only because they begin a sentence, titles of people, and articles."""
        if self.tokens[index].lower in ARTICLES and self._leads_name(index + 1):
            return index + 1
        while index < len(self.tokens) and self.caps[index] and role_of((self.tokens[index].lower,)) == "opener":
            token = self.tokens[index]
            if token.lower not in ARTICLES and any(
                span.start == token.start and index + 3 < len(self.tokens) and self.tokens[index + 3].start < span.end
                for span in over(self.evidence.organizations, token.start, token.end)
            ):
                break
            if self._is_cap(index + 1) and self._role(index, index + 2) == "body" != self._role(index + 1, index + 2):
                break
            index += 1
        return index

    def _core_end(self, index: int) -> int:
        """The end of the run of capitalised words; a possessor that is a body or an acronym ends it."""
        end = index
        while end < len(self.tokens):
            token = self.tokens[end]
            if token.text == "(" and end > index and self._is_legal_bracket(end):
                end += 4
                continue
            if not self.caps[end]:
                if end == index or not (self._is_link(end) or token.lower in SMALL_FORMS or self._is_cluster(end)):
                    break
            elif end > index and token.lower in ("mr", "ms", "mrs", "dr", "prof", "no", "nos", "vol"):
                break
            end += 1
            if token.lower.endswith(("'s", "’s")):
                bare = token.text[:-2]
                if (bare.isupper() and len(bare) > 1) or self._role(index, end) == "body":
                    break
        return end

    def _is_link(self, index: int) -> bool:
        """Whether a sign ties two capitalised words: `Food & Drink`, `Nurses' Union`."""
        if not self._is_cap(index + 1):
            return False
        token, before = self.tokens[index], self.tokens[index - 1]
        is_de_cv = token.text == "de" and self.tokens[index + 1].lower.rstrip(".") in ("c.v", "r.l")
        return (
            is_de_cv
            or token.text == "&"
            or (token.text in "'’" and before.end == token.start and before.lower.endswith("s"))
        )

    def _is_cluster(self, index: int) -> bool:
        """Whether a word in small letters heads a named coordination body: `WASH cluster`."""
        after = self.tokens[index + 1].lower if index + 1 < len(self.tokens) else ""
        return self.tokens[index].lower in ("cluster", "sub-cluster", "subcluster") and after not in OF

    def _is_legal_bracket(self, index: int) -> bool:
        """Whether `(Pty) Ltd` begins here."""
        after = self.tokens[index + 2 : index + 4]
        return (
            len(after) == 2 and after[0].text == ")" and role_of((after[1].lower,)) == "firm" and self.caps[index + 3]
        )

    def _role(self, start: int, end: int) -> Role | None:
        words = tuple(
            token.lower.removesuffix("'s").removesuffix("’s") for token in self.tokens[max(start, end - 3) : end]
        )
        role = role_of(words)
        if role in (None, "opener", "role") and self._leads_name(start):
            return "body"
        return "body" if role == "first" else None if role == "opener" else role

    def _name(self, first: int) -> tuple[Candidate, int]:
        end = self._core_end(first)
        core_end = end
        role = self._role(first, end)
        has_complement = False
        parent: int | None = None
        possessive = self.tokens[end - 1].lower.endswith(("'s", "’s"))
        if role == "other":
            role = self._reread(first, end)
        while not possessive and role not in ("role", "other", "opener") and end < len(self.tokens):
            step = self._complement(first, core_end, end, role) if role != "firm" else None
            if step is not None:
                end, inner = step
                parent = parent if parent is not None else inner
                has_complement = True
                if role is None and not self.capitals and self._role(first, end) in ("body", "firm"):
                    role = self._role(first, end)
            elif (small := self._small_end(first, end)) is not None:
                end, has_complement = small, True
            else:
                joined = self._coordination(first, core_end, end, role, has_complement)
                if joined is None:
                    joined = self._comma(first, core_end, end, role, has_complement)
                if joined is None:
                    break
                end = joined
                if role is None:
                    role = self._role(first, end)
                    core_end = end
            possessive = self.tokens[end - 1].lower.endswith(("'s", "’s"))
        last = self.tokens[end - 1]
        is_owner = possessive and (role is not None or self._owns(end))
        stop = last.end - 2 if is_owner else last.end
        if role == "other":
            stop = self._subject_end(end)
        return Candidate(self.tokens[first].start, stop, role, has_complement, core_end - first, parent), end

    def _owns(self, index: int) -> bool:
        """Whether something follows that belongs to what stands before `index`; `St Zeno's and Mokota` owns nothing."""
        return index < len(self.tokens) and self.tokens[index].text.isalpha() and self.tokens[index].lower not in AND

    def _subject_end(self, end: int) -> int:
        """Where the subject of a law, a programme or an event ends: `Act on the Financing of Cultural Provision`."""
        stop = end
        while end < len(self.tokens) and self.tokens[end].text[0].isdigit():
            end += 1
        stop = end if end < len(self.tokens) and self.tokens[end].lower in FOR else stop
        first = stop
        while stop < len(self.tokens) and self.tokens[stop].lower in OF | FOR | AND:
            start = self._after_articles(stop + 1)
            if not self._is_cap(start) or (stop == first and self.tokens[stop].lower not in FOR):
                break
            inner = self._core_end(start)
            if self._is_acronym(start) or self._role(start, inner) in ("body", "firm"):
                break
            stop = inner
        return self.tokens[stop - 1].end

    def _reread(self, first: int, end: int) -> Role | None:
        """The role of a core that seems none of a body, but begins one by the recognizer's account.

        `Nurses and Midwives Council` begins with people, `Conference of Churches` with an event.
        """
        if end >= len(self.tokens):
            return "other"
        start = self._after_articles(end + 1)
        stop = self._core_end(start) if self._is_cap(start) else start
        is_field = end - first == 1 and self.tokens[first].lower in FIELDS and stop - start == 2
        if is_field and self.tokens[end].lower in AND and start == end + 1 and self._role(start, stop) == "body":
            return None
        if stop == start or not self.evidence.covers(self.tokens[first].start, self.tokens[stop - 1].end):
            return "other"
        if self.tokens[end].lower in AND and self._role(start, stop) in ("body", "firm"):
            return None
        is_conference = self.tokens[end - 1].lower == "conference" and self.tokens[end].lower == "of"
        return "weak" if is_conference else "other"

    def _after_articles(self, index: int) -> int:
        while index < len(self.tokens) and not self.caps[index] and self.tokens[index].lower in ARTICLES:
            index += 1
        return index

    def _is_cap(self, index: int) -> bool:
        return index < len(self.tokens) and self.caps[index]

    def _complement(self, first: int, core_end: int, end: int, role: Role | None) -> tuple[int, int | None] | None:
        """What a preposition after `end` attaches: its end, and where the larger body in it begins, if it is one."""
        word = self.tokens[end].lower
        start = self._after_articles(end + 1)
        while start < len(self.tokens) and self.tokens[start].lower in OF and not self.caps[start]:
            start = self._after_articles(start + 1)
        if not self._is_cap(start) or (word == "on" and end > core_end and start > end + 1):
            return None
        if word == "on" and self.tokens[start].lower.rstrip("s") in WEEKDAYS:
            return None
        head = self.tokens[core_end - 1].lower
        stop = self._core_end(start) if head in OFFICE_HEADS else self._complement_end(start)
        last = self.tokens[stop - 1].lower
        named = role in ("body", "weak")
        if word in OF or word in FOR:
            larger = self._role(start, stop)
            if larger == "firm" and core_end - first == 1 and self.tokens[first].lower == "board":
                return None
            is_firm = word in FOREIGN and larger == "firm"
            if not (named or is_firm or self.evidence.covers(self.tokens[first].start, self.tokens[stop - 1].end)):
                return None
            inner = self.tokens[start].start if word in OF and larger == "body" else None
            if inner is None and word in OF and self._is_acronym(start):
                inner = self.tokens[start].start
            return stop, inner
        if word == "in" and (
            head in ("embassy", "consulate", "delegation") or (head == "commission" and end > core_end)
        ):
            return stop, None
        if word == "in" and named:
            is_region = last in REGIONS and (end > core_end or start > end + 1)
            is_seen = self.evidence.covers(self.tokens[first].start, self.tokens[stop - 1].end)
            is_seat = self._is_place(start) or self.tokens[start].text in world.cities()
            return (stop, None) if is_region or (is_seen and not is_seat) else None
        if word == "at" and head in UNIT_HEADS and end > core_end and self._role(start, stop) == "body":
            return stop, self.tokens[start].start
        if word == "with" and self.tokens[start].lower in WITH:
            return stop, None
        if word == "to" and head in ("delegation", "mission", "embassy", "initiative", "commissioner"):
            return stop, None
        return None

    def _complement_end(self, start: int) -> int:
        """The end of a complement, without people's offices and events at its end (`of Health Annual Conference`)."""
        stop = self._core_end(start)
        if role_of((self.tokens[start].lower,)) == "role":
            return stop
        while stop - start > 1 and (
            role_of((self.tokens[stop - 1].lower,)) == "role" or self.tokens[stop - 1].lower in EVENTS
        ):
            stop -= 1
        return stop

    def _leads_name(self, index: int) -> bool:
        """Whether the head of a name in a language that puts it first stands here: `Ministerio`, `Cruz Roja`."""
        after = self.tokens[index + 1].text if index + 1 < len(self.tokens) else ""
        return self._is_cap(index) and leads_name(self.tokens[index].text, after)

    def _small_end(self, first: int, end: int) -> int | None:
        """The end of words in small letters that go on a name led by its head: `Fédération nationale des femmes`."""
        if not self._leads_name(first):
            return None
        stop = end
        while stop < len(self.tokens) and self.tokens[stop].lower in ROMANCE_ADJECTIVES and not self.caps[stop]:
            stop += 1
        noun = stop + (stop < len(self.tokens) and self.tokens[stop].lower in ROMANCE_AND)
        if noun < len(self.tokens) and self.tokens[noun].lower in FOREIGN - {"à", "aux"} and not self.caps[noun]:
            noun = self._after_articles(noun + 1)
            if noun < len(self.tokens) and SMALL_NOUN.fullmatch(self.tokens[noun].text):
                return noun + 1
        return stop if stop > end else None

    def _is_acronym(self, index: int) -> bool:
        text = self.tokens[index].text.removesuffix("'s").removesuffix("’s")
        return not self.capitals and len(text) > 1 and text.isupper() and text[0].isalpha()

    def _coordination(self, first: int, core_end: int, end: int, role: Role | None, has_complement: bool) -> int | None:
        """The end of the name when the `and` after `end` is a part of it, else null."""
        start = self._after_articles(end + 1)
        is_foreign = start < len(self.tokens) and self.tokens[start].lower in FOREIGN and not self.caps[start]
        if is_foreign:
            start = self._after_articles(start + 1)
        is_foreign |= start > end + 1 and self.tokens[end].lower in {"e", "y", "et", "und"}
        if self.tokens[end].lower not in AND or not self._is_cap(start) or self._is_acronym(start):
            return None
        if is_foreign:
            is_other = self._leads_name(start)
            return self._complement_end(start) if role == "body" and has_complement and not is_other else None
        if self.tokens[end].lower == "and" and self._is_in_another_language(first, end):
            return None
        stop = self._complement_end(start)
        begin = self.tokens[first].start
        right = self._role(start, stop)
        if stop - start == 1 and self.tokens[start].lower in TAILS and start == end + 1:
            return stop
        if has_complement and self._is_place(end - 1) and self._is_place(start) and self._is_place(stop - 1):
            return (
                stop
                if start == end + 1 and self.tokens[core_end - 1].lower not in PLACE_HEADS - {"commission"}
                else None
            )
        if self._is_name_start(start, stop, begin):
            return None
        covered = self.evidence.covers(begin, self.tokens[stop - 1].end) and start == end + 1
        if role == "weak" and covered and right == "body" and self.tokens[end - 1].lower in WEAK_FIELDS:
            return stop
        if role in ("body", "weak"):
            is_whole = covered and right in (None, "other") and stop - start == 1 and self._is_plain(start, stop)
            return stop if is_whole or self._is_second_field(end, start, stop, right, has_complement) else None
        if role is None and start == end + 1:
            is_half = right in ("body", "firm") and self._is_first_half(first, end, start) and stop - start < 3
            is_half |= right == "body" and self._is_trade(end - 1) and self._is_trade(start)
            is_pair = self.tokens[end].lower == "and" and right in ("body", "firm", "weak")
            is_one = covered and (not is_pair or is_known(self.tokens[end - 1].lower, "en"))
            is_one &= not (self.tokens[end].lower == "and" and self._are_single_names(first, end, start, stop))
            is_one &= not (self._is_brand(start, stop) and self._has_and(first, end))
            is_one &= not (is_pair and end - first > 1 and self._is_place(end - 1))
            return stop if is_one or is_half else None
        return None

    def _is_in_another_language(self, first: int, end: int) -> bool:
        """Whether a name begins as no English one does and has a preposition inside: its `and` is another word."""
        if role_of((self.tokens[first].lower,)) != "first":
            return False
        return any(
            token.lower in FOREIGN or token.lower in ("der", "di")
            for token in self.tokens[first : min(end, first + REACH)]
        )

    def _are_single_names(self, first: int, end: int, start: int, stop: int) -> bool:
        """Whether each side of `and` is one word that no dictionary has, as two brands are."""
        if end - first > 1 or stop - start > 1:
            return False
        return not any(is_known(self.tokens[index].lower, "en") for index in (first, start))

    def _has_and(self, first: int, end: int) -> bool:
        return any(token.lower == "and" for token in self.tokens[max(first, end - REACH) : end])

    def _is_brand(self, start: int, stop: int) -> bool:
        """Whether one word stands here that is no English one."""
        return stop - start == 1 and not is_known(self.tokens[start].lower, "en")

    def _is_second_field(self, end: int, start: int, stop: int, right: Role | None, has_complement: bool) -> bool:
        """Whether what follows `and` is one more field of the body: `Ministry of Health and Welfare`."""
        if not has_complement or self._is_place(end - 1):
            return False
        if right == "firm" and stop - start == 1 and self._is_plain(start, stop):
            return start == end + 1
        if right in ("body", "firm", "role") or stop < self._core_end(start) or self._is_place(start):
            return False
        is_foreign = all(
            token.text[0].isupper() and not token.text.isupper() and not is_known(token.lower, "en")
            for token in self.tokens[start:stop]
        )
        if self.tokens[end].lower == "and" and right is None and is_foreign:
            return False
        return start == end + 1 or (right is None and stop - start == 1)

    def _is_place(self, index: int) -> bool:
        token = self.tokens[index]
        return bool(over(self.evidence.places, token.start, token.end))

    def _is_first_half(self, first: int, end: int, start: int) -> bool:
        """Whether what stands before `and` is only half a name: `Technical Education and Skills Authority`."""
        before = self.tokens[first - 1].text if first else ""
        starts_with_head = self._role(start, start + 1) in ("body", "first")
        bounds = self.tokens[first].start, self.tokens[end - 1].end
        known = any(over(spans, *bounds) for spans in (self.evidence.people, self.evidence.organizations))
        known |= self._is_place(end - 1)
        return not (known or starts_with_head or self._is_acronym(end - 1) or before == ",")

    def _is_trade(self, index: int) -> bool:
        """Whether a word names people by what they do: `Manufacturers and Exporters Association`."""
        word = self.tokens[index].lower
        return word.endswith(("ers", "ors", "ists", "ers'", "ers’")) and is_known(word.rstrip("'’"), "en")

    def _comma(self, first: int, core_end: int, end: int, role: Role | None, has_complement: bool) -> int | None:
        """The end of the name when the comma after `end` is a part of it, else null."""
        if self.tokens[end].text != "," or end + 1 >= len(self.tokens):
            return None
        if self.tokens[end + 1].lower in SMALL_FORMS:
            return end + 2
        if not self._is_cap(end + 1):
            return self._foreign_field(end) if role == "body" and has_complement else None
        stop = self._core_end(end + 1)
        begin = self.tokens[first].start
        if self._role(end + 1, stop) == "firm" and stop - end == 2:
            return stop
        if role in (None, "weak") and not has_complement and self._role(end + 1, stop) in ("body", "firm", None):
            return stop if self.evidence.covers(begin, self.tokens[stop - 1].end) else None
        head = self.tokens[core_end - 1].lower
        larger = self._is_acronym(end + 1) or self._role(end + 1, stop) == "body"
        larger |= self._is_named_government(end + 1, stop)
        after = self.tokens[stop].lower if stop < len(self.tokens) else ""
        is_listed = first > 0 and self.tokens[first - 1].text == ","
        is_listed |= first > 1 and self.tokens[first - 2].lower in ("source", "sources")
        is_unit = role in ("body", "weak") and head in UNIT_HEADS and core_end - first + has_complement > 1
        if is_unit and larger and not is_listed:
            is_last = after in ("", ".", ")", "(", ";", ":", "of") or (
                not self._is_acronym(end + 1) and after.isalpha() and not self._is_cap(stop)
            )
            return stop if is_last and after not in AND else None
        return self._field_list(core_end, end, begin) if role == "body" and has_complement else None

    def _foreign_field(self, end: int) -> int | None:
        """The end of `, de la Famille` where `et du Genre` or one more such field follows."""
        start = self._after_articles(end + 2)
        if self.tokens[end + 1].lower not in FOREIGN or not self._is_cap(start):
            return None
        stop = self._complement_end(start)
        after = [token.lower for token in self.tokens[stop : stop + 2]]
        return stop if len(after) == 2 and after[0] in ROMANCE_AND | {","} and after[1] in FOREIGN else None

    def _is_named_government(self, start: int, stop: int) -> bool:
        """Whether a stretch is a government with its place: `Zenda City Government`, not `Local Government`."""
        words = [token.lower for token in self.tokens[start:stop]]
        return len(words) > 2 and words[-1] == "government" and words[-2] in LEVELS

    def _field_list(self, core_end: int, end: int, begin: int) -> int | None:
        """The end of `, Invalids and Social Affairs`, when every member is a field and none a name."""
        if self.tokens[core_end - 1].lower in PLACE_HEADS or self._is_place(end - 1):
            return None
        index = end
        while index + 1 < len(self.tokens) and self._is_cap(index + 1) and self.tokens[index].text == ",":
            stop = self._core_end(index + 1)
            if not self._is_field(index + 1, stop, begin):
                return None
            index = stop
            if index < len(self.tokens) and self.tokens[index].text == "," and index + 1 < len(self.tokens):
                index += self.tokens[index + 1].lower in AND
        if (
            index == end
            or index >= len(self.tokens)
            or self.tokens[index].lower not in AND
            or not self._is_cap(index + 1)
        ):
            return None
        stop = self._complement_end(index + 1)
        return stop if self._is_field(index + 1, stop, begin) else None

    def _is_field(self, start: int, stop: int, begin: int) -> bool:
        return not (
            self._is_acronym(start)
            or self._role(start, stop) in ("body", "firm", "role")
            or self._is_name_start(start, stop, begin)
        )

    def _is_name_start(self, start: int, stop: int, begin: int) -> bool:
        """Whether the recognizer sees a name begin here, and its words are not fields of work (`Social Affairs`)."""
        is_field = stop - start < 3 and self._is_plain(start, stop)
        return self.evidence.begins_name(self.tokens[start].start, begin) and not is_field

    def _is_plain(self, start: int, stop: int) -> bool:
        """Whether all words are common English ones and the first is no place."""
        return all(is_known(token.lower, "en") for token in self.tokens[start:stop]) and not self._is_place(start)
