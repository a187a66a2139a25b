"""Why what the recognizer takes for an organization is none: its words, its neighbours, its use in the report."""

import re

from simplemma import is_known

from pipeline.organizations import world
from pipeline.organizations.deeds import DOES
from pipeline.organizations.lines import is_capitals, is_title, line_at
from pipeline.organizations.readings import Entity, head_role
from pipeline.organizations.usage import NUMBER_BEFORE, Usage
from pipeline.organizations.vocabulary import FIELDS, FOREIGN
from pipeline.organizations.words import Token, common_acronym, is_generic, role_of, split_words

EVENT_HEADS = frozenset(
    {"forum", "congress", "assembly", "exchange", "league", "dialogue", "mission", "games", "platform"}
)
"""Heads of bodies and of events: what stands around the name decides."""
EVENT_BEFORE = re.compile(
    r"\b(?:attend\w*|organi[sz]\w+|host\w*|co-host\w*|held?|holding|hold|participat\w+ in|part in|speak\w* at|spoke at|"
    r"present\w* at|at|during|opened|after|before)\s(?:the\s|a\s|an\s|its\s|our\s)?\Z"
)
EVENT_AFTER = re.compile(
    r"\s?(?:was|were|is|will be|took|takes) (?:held|place|organi[sz]ed|hosted|opened|attended|cancelled|postponed)"
    r"|\s(?:in|on) [A-Z0-9]"
)
PEOPLE = frozenset(
    {
        "citizens",
        "women",
        "youth",
        "doctors",
        "lawyers",
        "teachers",
        "engineers",
        "farmers",
        "students",
        "mothers",
        "care",
    }
    | {"systems", "software", "works", "support"}
)
"""Words that head no body by themselves, but do when the recognizer says so."""
ADDRESS = re.compile(r"(?:P\.? ?O\.? ?)?(?:Box|BOX|Bag)\b")
SPACED_HYPHEN = re.compile(r"\s[-‐‑/|]\s")
STORM_BEFORE = re.compile(r"\b(?:[Ss]torms?|[Hh]urricanes?|[Cc]yclones?|[Tt]yphoons?)\s(?:[A-Z]\w+(?:,| and) )*\Z")
WORK_BEFORE = re.compile(
    r"\b(?:book|film|play|novel|song|album|documentary|app|software|theme|category|course|module|project|campaign"
    r"|entitled|titled),?\s\Z"
)
"""Words before the name of what somebody made."""
STORMS = frozenset({"storm", "hurricane", "cyclone", "typhoon"})
PLACE_WORDS = frozenset(
    {"camp", "cerro", "lake", "lac", "mount", "mt", "hotel", "hôtel", "fort", "isla", "île", "monte", "route"}
)
"""Words that begin names of places."""
VENUES = frozenset({"center", "centre", "house", "hall", "home", "station", "casa", "school", "clinic", "hospital"})
OPENED_BEFORE = re.compile(r"\b(?:opened|inaugurated|inside|into|in)\s(?:the\s|a\s|its\s|our\s)?\Z")
ELECTED_AFTER = re.compile(r"(?: and [^\W\d_a-z][\w’'-]+ [^\W\d_a-z][\w’'-]+)? (?:was|were) (?:re-)?(?:elected|born)\b")
OTHER_FIRST = frozenset(
    {"prix", "premio", "prêmio", "journée", "jornada", "día", "dia", "semana", "semaine", "fête", "festa", "feria"}
    | {"foire", "programa", "projet", "proyecto", "projeto", "progetto", "ley", "loi", "lei", "legge", "festival"}
    | {"giornata", "convenio", "taller", "atelier", "campaña", "campagne", "campanha"}
)
"""Heads of events, laws and projects in languages that put them first."""
EVENT_ENDINGS = ("konferenz", "kongress", "tagung", "festival", "festivalen", "dagen", "dagene")
CONVENTION = re.compile(r"\w+[a-z]Con")
PRIZE = re.compile(r".+ of the (?:Year|Month|Week)")
TITLES = (
    "Mr|Mrs|Ms|Mx|HRH|Princess|"
    "Dr|Prof|Professor|Hon|Rev|Sir|Engr|Atty|Datuk|Dato|Tan Sri|Bapak|Pak|Ibu|Herr|Frau|Mme|Sra|Srta|Doña"
    "|Advocate|Justice|Ing|Lic|Shri|Smt|Khun|Ato|W/ro|Sheikh|Imam|Pastor|Chief|Lt|Capt|Col|Gen|Sgt|Brig|Maj"
    "|Ratu|Alhaji|Hajia|Hajiya|Mallam|Haji|Hajah|Hj|Swami|Begum|Dona|Suor|Sor|Hna|Hno|Padre|Dasho|Lyonpo|Pharmacists?|Lawyer|Attorney|Agronomist|Monsignor|Mgr|Canon|Deacon|Datin|Daw|Adv|Barr"
    "|Ust|Ustaz|Maulana|Mufti|Cllr|Councillor|Baroness|Dame|Tuan|Fr|Md|Puan|Encik|Judge|Senator|Archbishop|Bishop|Rabbi|Commander|Inspector|Superintendent|Frère|Ambassador"
)
FIELDS_AND_COUNTRY = re.compile(
    r"(?:[A-Z][\w-]+(?: [A-Z][\w-]+)?, )*[A-Z][\w-]+(?: [A-Z][\w-]+)?(?:, and| and| &) [A-Z][\w-]+(?: [A-Z]\w+){0,3}"
    r" (?:Canada|Québec|Ontario|Alberta|Manitoba|Saskatchewan|Yukon|Australia|Queensland|Victoria|Tasmania|New Zealand"
    r"|Scotland|Wales|Northern Ireland|Ireland|England)"
)
SEAT_BEFORE = re.compile(r"\w, \Z")
SEAT_AFTER = re.compile(r", (?!and\b|or\b)[a-z]+(?:ed|nt|ve|id|ld)\b")
"""What stands around the seat of a body: `Harbour Trust, Zenda, opened a shop`."""
GOES_ON = re.compile(r" ([a-zß-öø-ÿ]\w{2,})")
PHRASE_AFTER = re.compile(r" (?:de|du|des) [a-zß-öø-ÿ]{3}| d['’][a-zß-öø-ÿ]")
PARTICLES = frozenset(
    {"de", "da", "dos", "das", "do", "del", "la", "van", "von", "der", "den", "bin", "binti", "al", "el", "ní", "id"}
)
"""Small words in names of people."""
LONGEST_PERSON = 5
"""More words than the name of a person has."""
HYPHEN = re.compile(r"[-‐‑]")
PERSON_AFTER = re.compile(
    r" \((?!\d)[A-Z]|, (?:\d\d[,.]|who|whose|born|chair|secretary|treasurer|director|president|head|member"
    r"|a \w+ (?:from|of))"
    r"| of (?:the )?[A-Z]| (?:spoke|said|told|wrote|lectured|died|was elected|were elected|was born|resigned|retired"
    r"|acts as|and his|and her)\b"
)
"""What stands behind people."""
TITLE = re.compile(rf"(?:{TITLES})\.?")
PERSON_BEFORE = re.compile(
    rf"(?:\b(?:{TITLES})\.?\s+"
    r"|\b(?:minister|governor|mayor|bishop|king|queen|ambassador|president|people|city|province|district) of (?:the )?"
    r"|\b(?:professor|lecturer|student|degree|bachelor|master|phd) (?:of|in) "
    r"|\b(?:president|director|member|chair\w*|secretary|general|officer|manager|treasurer|head|coordinator)s?:\s+"
    r"|\b(?:our|its|their|the|his|her|whose) (?:\w+ ){0,2}(?:president|director|chair\w*|secretary|founder|manager"
    r"|mayor|governor|minister|treasurer|ambassador|coordinator|spokes\w+), )\Z",
    re.IGNORECASE,
)
OFFICE_AFTER = re.compile(
    r", (?:the |our |its )?(?:[A-Z][\w-]+ ){0,2}(?:Minister|Director|President|Chair\w*|Secretary|Mayor|Governor|CEO"
    r"|Manager|Officer|Coordinator|Professor|Ambassador|Treasurer|Founder)\b"
)
AFTER_PLACES = re.compile(
    r"\bin (?:[^\W\d_a-z]\w+(?: [^\W\d_a-z]\w+)?, ){0,4}[^\W\d_a-z]\w+(?: [^\W\d_a-z]\w+)? and \Z"
)
GLOSS = re.compile(r"\b[a-z]\w* \(([^()\n]{4,140})\Z")
"""A bracket behind a common noun: `study grants (opintoraha, Studiepenningen)`."""
AGENT_BEFORE = re.compile(r"(?:\b(?:by|with|at|from|of|and)\s|[(,]\s?)\Z")
"""What stands before somebody who does or gives something, in running text."""
LISTED_BEFORE = re.compile(r"(?:[,;]|\b(?:by|from|with))\s(?:the )?\Z")
"""What stands before a member of a list, or before who did or gave something."""
LAW_AFTER = re.compile(
    r" (?:Bill|Act|Law|Ordinance|Decree|Regulations?|Convention|Treaty|Directive)\b(?! (?:Cent|Off|Soc|Firm))"
)
"""What stands behind the subject of a law: `Elder Care and Protection` of `Elder Care and Protection Bill`."""
SMALL_WORD = re.compile(r"\b[a-zß-öø-ÿ]\w{3,}")
TERM_BEFORE = re.compile(r"\b([A-Z]{2,5}s?) and \Z")
QUOTED = re.compile(r"[“\"‘]([^“”\"\n]{3,200})[”\"’]")


def why_refused(text: str, entity: Entity, usage: Usage, beside: int = 0) -> str | None:
    """The reason for which an entity is no organization; null when nothing speaks against it.

    `beside` is how many other organizations stand next to it in a list.
    """
    name = text[entity.start : entity.end]
    words = [token for token in split_words(name) if token.text[0].isalpha()]
    if not words or not _is_capitalised(words[0].text) or is_generic(name):
        return "no proper name"
    if _owner(words) is not None and (is_generic(str(_owner(words))) or role_of((str(_owner(words)),)) == "body"):
        return "a part of a body that is not named"
    if name in world.cities() and beside < 2:
        return "a city"
    if ADDRESS.match(name):
        return "an address"
    role = head_role(name) if len(words) > 1 or not name.isupper() else None
    if role in ("other", "role") and not is_of_people(name):
        return f"its head is that of an {'event, law or programme' if role == 'other' else 'office'}"
    return (
        _by_neighbours(text, entity, words, role)
        or _by_words(text, entity, words, role)
        or ("mostly something else in this report" if _is_mostly_else(name, entity, usage) else None)
        or ("the name of a programme" if usage.around(name).is_programme else None)
        or (_by_word(words[0], text, entity, usage, is_listed=beside > 0) if len(words) == 1 else None)
    )


def is_of_people(name: str) -> bool:
    """Whether a name is built as those of movements and some firms are: `Funky Citizens`, `Women against Violence`."""
    words = [token.lower for token in split_words(name)]
    is_for_somebody = len(words) > 2 and words[0] in FIELDS and words[1] in ("for", "against", "without")
    return is_for_somebody or (len(words) > 1 and words[-1] in PEOPLE)


def _is_mostly_else(name: str, entity: Entity, usage: Usage) -> bool:
    return entity.label == "ORG" and not usage.is_mostly_organization(name)


def is_person(words: list[Token]) -> bool:
    """Whether words begin with a first name, and each behind it is a surname or no English word."""
    return (
        1 < len(words) < LONGEST_PERSON
        and words[0].text in world.first_names()
        and all(_is_capitalised(word.text) or word.lower in PARTICLES for word in words)
        and all(
            word.text in world.surnames() or word.lower in PARTICLES or not is_known(word.lower, "en")
            for word in words[1:]
        )
    )


def may_be_body(text: str, entity: Entity) -> bool:
    """Whether what the recognizer takes for a person may be a body: no word is a name of people, no title is near."""
    words = [token for token in split_words(text[entity.start : entity.end]) if token.text[0].isalpha()]
    parts = [part for word in words for part in HYPHEN.split(word.text)]
    before = text[max(0, entity.start - 40) : entity.start]
    last = split_words(before)[-1:]
    return (
        1 < len(words) < LONGEST_PERSON
        and not any(part in world.first_names() or part in world.surnames() for part in parts)
        and not any(TITLE.fullmatch(word.text) for word in words[:2])
        and words[0].lower not in STORMS
        and not PERSON_BEFORE.search(before)
        and not (last and role_of((last[0].lower,)) == "role")
        and not OFFICE_AFTER.match(text, entity.end)
        and not PERSON_AFTER.match(text, entity.end)
        and not _goes_on(text, entity.end)
    )


def _goes_on(text: str, end: int) -> bool:
    """Whether a word in small letters that is no English one stands behind: more of a name in another language."""
    after = GOES_ON.match(text, end)
    return after is not None and not is_known(after[1], "en")


def is_named_by_fields(text: str, entity: Entity) -> bool:
    """Whether a name is built as those of some governments' departments: `Fisheries, Forests and Oceans Zenda`."""
    return FIELDS_AND_COUNTRY.fullmatch(text, entity.start, entity.end) is not None


def _is_person_with_surname_in_capitals(words: list[Token]) -> bool:
    """Whether two words are written as `Ada NOVAK`: no acronym is that long behind a word that says nothing."""
    if len(words) != 2 or words[0].text.isupper() or not words[1].text.isupper() or len(words[1].text) < 4:
        return False
    return not is_known(words[0].lower, "en") and common_acronym(words[1].text) is None


def _is_capitalised(word: str) -> bool:
    """Whether a word has a capital at its head or, as brands do, inside."""
    return any(character.isupper() for character in word)


def _owner(words: list[Token]) -> str | None:
    """What the first word of several says whose the rest is: `foundation` of `Foundation’s Board`."""
    first = words[0].lower
    return first[:-2] if len(words) > 1 and first.endswith(("'s", "’s")) else None


def why_refused_acronym(short: str, usage: Usage) -> str | None:
    """The reason for which an acronym that nothing defines is no organization."""
    if common_acronym(short) is not None:
        return "an everyday acronym"
    if not short.replace("-", "").isalpha():
        return "a code"
    if _is_word_in_capitals(short.lower()) and not usage.around(short).is_agent:
        return "a common word in capitals"
    return "counted like a unit" if usage.around(short).is_counted else None


def _is_word_in_capitals(word: str) -> bool:
    return (len(word) > 3 and is_known(word, "en")) or (len(word) > 5 and any(is_known(word, x) for x in ("fr", "es")))


def _by_neighbours(text: str, entity: Entity, words: list[Token], role: str | None) -> str | None:
    before = text[max(0, entity.start - 30) : entity.start]
    if PERSON_BEFORE.search(before):
        return "a person or a field"
    if role is None and STORM_BEFORE.search(text, max(0, entity.start - 60), entity.start):
        return "a storm"
    if role is None and WORK_BEFORE.search(before):
        return "what somebody made"
    if role is None and len(words) > 1 and words[0].lower in PLACE_WORDS:
        return "a place"
    if (words[-1].lower in VENUES or words[0].lower == "casa") and role != "body" and OPENED_BEFORE.search(before):
        return "a place that is opened or where something is"
    gloss = GLOSS.search(text, max(0, entity.start - 150), entity.start)
    if role is None and gloss and any(not is_known(word, "en") for word in SMALL_WORD.findall(gloss[1])):
        return "one of some words of another language"
    if NUMBER_BEFORE.search(before):
        return "counted"
    if role is None and len(words) > 1 and LAW_AFTER.match(text, entity.end):
        return "what a law is about"
    if words[-1].lower in EVENT_HEADS and (EVENT_BEFORE.search(before) or EVENT_AFTER.match(text, entity.end)):
        return "an event here"
    if (
        role is None
        and len(words) == 2
        and not text.count("&", entity.start, entity.end)
        and (
            ELECTED_AFTER.match(text, entity.end)
            or OFFICE_AFTER.match(text, entity.end)
            or AFTER_PLACES.search(text, max(0, entity.start - 60), entity.start)
        )
    ):
        return "a person with an office, or the last of some places"
    if role is None and _is_quoted(text, entity):
        return "a title in quotes"
    return None


def _is_quoted(text: str, entity: Entity) -> bool:
    """Whether an entity stands in a title in quotes, with or without other words."""
    first = max(0, entity.start - 200)
    quoted = QUOTED.finditer(text, first, min(len(text), entity.end + 200))
    return any(match.start() < entity.start and entity.end < match.end() for match in quoted)


def _by_words(text: str, entity: Entity, words: list[Token], role: str | None) -> str | None:
    line = line_at(text, entity.start)
    if text[entity.start : entity.end].count("/") > 1:
        return "a code"
    if role is None and _is_phrase(text, entity, words):
        return "plain words of another language"
    if role is None and len(words) > 1 and words[0].lower in OTHER_FIRST:
        return "its head is that of an event, law or programme"
    if role is None and not text.count("&", entity.start, entity.end) and is_person(words):
        return "a person"
    if role is None and words[-1].text in ("Year", "Month", "Week") and PRIZE.fullmatch(text, entity.start, entity.end):
        return "a prize"
    if words[-1].lower.endswith(EVENT_ENDINGS) or any(CONVENTION.fullmatch(word.text) for word in words):
        return "an event"
    if role is None and ", " in text[entity.start : entity.end] and not is_named_by_fields(text, entity):
        return "several things with commas between"
    if role is None and SPACED_HYPHEN.search(text, entity.start, entity.end):
        return "two things with a hyphen or a stroke between"
    if len(words) > 1 and words[0].lower in EVENT_HEADS and words[1].lower == "on":
        return "an event on a subject"
    if role is None and _is_person_with_surname_in_capitals(words):
        return "a person"
    is_titled = len(words) > 1 and any(TITLE.fullmatch(word.text) for word in words[:2])
    if role is None and (is_titled or role_of((words[0].lower,)) in ("role", "opener")):
        return "a person or a sentence"
    if len(words) > 1 and common_acronym(words[-1].text) == "term":
        return "ends in an everyday acronym"
    if role is None and is_capitals(line):
        return "a heading in capitals"
    is_plain = role is None and len(words) > 1 and _are_plain(words)
    is_listed = LISTED_BEFORE.search(text, max(0, entity.start - 20), entity.start) is not None
    is_listed |= is_named_by_fields(text, entity)
    return "plain words in a heading" if is_plain and is_title(line) and not is_listed else None


def _is_phrase(text: str, entity: Entity, words: list[Token]) -> bool:
    """Whether words are a French or Spanish phrase, or begin one: `Achat de motos`, `Besoin` of `Besoin de motos`."""
    if len(words) == 1:
        begins = PHRASE_AFTER.match(text, entity.end) is not None
    else:
        begins = words[1].lower in FOREIGN and all(word.text.islower() for word in words[1:])
    return begins and any(
        all(word.lower in FOREIGN or is_known(word.lower, language) for word in words) for language in ("fr", "es")
    )


def _are_plain(words: list[Token]) -> bool:
    """Whether all words are common English ones, or those of a heading in French or Spanish: `Travail des comités`."""
    languages = ("en", "fr", "es") if all(word.text.islower() for word in words[1:]) else ("en",)
    return any(all(is_known(word.lower, language) for word in words) for language in languages)


def _by_word(word: Token, text: str, entity: Entity, usage: Usage, *, is_listed: bool) -> str | None:
    start = entity.start
    if word.text.isupper() and len(word.text) > 1:
        return why_refused_acronym(word.text, usage)
    if role_of((word.lower,)) is not None or len(word.text) < 2:
        return "a common word"
    if SEAT_BEFORE.search(text, max(0, start - 3), start) and SEAT_AFTER.match(text, start + word.end):
        return "a place behind a body"
    if usage.around(word.text).is_place:
        return "a place"
    if word.text in usage.of_people:
        return "a person's name in this report"
    before_it = text[max(0, start - 12) : start]
    before = TERM_BEFORE.search(before_it)
    if before and common_acronym(before[1]) == "term":
        return "one of a list of things"
    bare = word.lower.removesuffix("'s").removesuffix("’s")
    if common_acronym(word.text) is not None or bare in usage.small:
        return "a common word"
    is_agent = AGENT_BEFORE.search(before_it) is not None or DOES.match(text, word.end + start) is not None
    if is_known(bare, "en") and not is_listed and not (is_agent and not is_title(line_at(text, start))):
        return "a common word"
    is_seldom = entity.label == "ORG" and not usage.is_often_organization(word.text)
    return "seldom a name in this report" if is_seldom else None
