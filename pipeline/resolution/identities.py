"""Which body a name means in its report, as a key that does not depend on any other report.

In order: an acronym means what the report defines it to mean, then what its letters are the initials of in the
report, then what it means the world over. A name of the gazetteer is that body. A name with another body's in it
(`Training Division of WHO`) is a unit with a parent. A generic name (`Ministry of Health`) is that of the report's
country, or, in a report of no country, of the body that reports. An acronym that nothing explains is itself;
within a country where other reports differ about it, or where it looks like a ministry's or a department's (`MoH`).
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from pipeline.resolution import keys, known

_POSSESSIVE = re.compile(r"['’]s?$")
_ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)
_OF_A_GOVERNMENT = re.compile(r"[MD][oO][A-Z]{1,5}")
_OF_A_WHOLE = re.compile(r"\s+(?:of|at|in|under|within)\s+(?:the\s+)?|\s*,\s*(?:the\s+)?", re.IGNORECASE)


class NameUse(Struct, frozen=True):
    """One use of an organization's name.

    `name` is the fullest form that the report gives, `text` what is written here. `country` (alpha-2) and `parent`
    (a name or acronym) are what the report says of the body, if anything. The submitter's own use is its title block.
    `report_country` is the one that the whole report mostly speaks of, when there is one.
    """

    report_id: str
    name: str
    acronym: str | None
    text: str
    form: Literal["name", "acronym", "alias"]
    country: str | None = None
    parent: str | None = None
    is_submitter: bool = False
    report_country: str | None = None


class Identity(NamedTuple):
    """The body a name means: normalised words, what tells generic names apart, and the body it is a unit of.

    `scope` is made of countries (`@kr`) or of the reporting body. `name` is the form shown when no fuller one is.
    """

    words: tuple[str, ...]
    scope: str
    parent: "Identity | None"
    name: str
    country: str | None = None
    is_known: bool = False
    is_acronym: bool = False

    @property
    def key(self) -> str:
        """What makes two identities one."""
        own = " ".join(part for part in (self.scope, *self.words) if part)
        if self.is_acronym:
            own = f"acronym {own}"
        return own if self.parent is None else f"{own} < {self.parent.key}"


Elsewhere = Mapping[str, Identity | None]
"""The bodies for which other reports define acronyms; null where they differ."""


class ReportNames(NamedTuple):
    """What one report says of names: its country, who reports, the full names of its acronyms, and all names' keys."""

    country: str | None = None
    submitter: str = ""
    names: frozenset[str] = frozenset()
    definitions: Mapping[str, str] = {}  # a tuple's default, never changed


def read_report(uses: Sequence[NameUse]) -> ReportNames:
    """Returns what the uses of one report say together."""
    own = next((use for use in uses if use.is_submitter), None)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for use in uses:
        name, bracketed = keys.split_bracket(use.name)
        for acronym in {use.acronym, bracketed, use.text if keys.is_acronym(use.text) else None} - {None}:
            if not keys.is_acronym(name):
                counts[undotted(str(acronym))][strip(name)] += 1
    definitions = {acronym: min(names, key=lambda n: (-names[n], n)) for acronym, names in counts.items()}
    for acronym, name in _initials(uses).items():
        definitions.setdefault(acronym, name)
    country = _country(own, uses)
    submitter = str(keys.key_of(strip(own.name))) if own is not None else ""
    names = frozenset(str(keys.key_of(strip(use.name))) for use in uses)
    return ReportNames(country, submitter, names, definitions)


def identify(
    name: str,
    report: ReportNames,
    country: str | None = None,
    parent: str | None = None,
    elsewhere: Elsewhere | None = None,
) -> Identity:
    """Returns the body that a name means in a report; `elsewhere` are acronyms that other reports define."""
    bare, _ = keys.split_bracket(strip(name))
    full = report.definitions.get(bare, "") if " " in bare else ""
    if full and full not in report.definitions:
        return identify(full, report, country, parent, elsewhere)
    if keys.is_acronym(undotted(bare)):
        return _of_acronym(undotted(bare), report, country, elsewhere or {})
    body = known.by_name(bare)
    if body is not None:
        return _of_known(body)
    unit = _unit_and_whole(bare, parent, report, elsewhere or {})
    if unit is not None:
        own, whole = unit
        return _unit(bare, own, identify(whole, report, country, None, elsewhere))
    key = keys.key_of(bare)
    scope = " ".join(f"@{code.lower()}" for code in key.countries)
    own_country = key.countries[0] if len(key.countries) == 1 else country
    if key.is_generic:
        own_country = country or report.country
        scope = f"@{own_country.lower()}" if own_country else _of_submitter(report, str(key))
    elif report.country and not key.countries:
        placed = keys.Key(key.words, (report.country,), is_generic=False)
        if str(placed) in report.names:
            own_country, scope = report.country, f"@{report.country.lower()}"
    return Identity(key.words, scope, None, bare, own_country)


def strip(name: str) -> str:
    """Returns a name without the article before it, the possessive after it, and extra spaces."""
    return (
        _POSSESSIVE.sub(
            "", _ARTICLE.sub("", " ".join(name.split()), count=1) if _ARTICLE.match(name) else " ".join(name.split())
        )
        or name
    )


def undotted(name: str) -> str:
    """Returns `U.N.` as `UN`."""
    return name.replace(".", "") if re.fullmatch(r"(?:[A-Za-z]\.){2,}[A-Za-z]?", name) else name


def _of_acronym(acronym: str, report: ReportNames, country: str | None, elsewhere: Elsewhere) -> Identity:
    full = report.definitions.get(acronym) or report.definitions.get(acronym.upper())
    if full is not None and not keys.is_acronym(full):
        return identify(full, report, country, None, elsewhere)
    body = known.by_acronym(acronym)
    if body is not None:
        return _of_known(body)
    body_elsewhere = elsewhere.get(acronym)
    if body_elsewhere is not None:
        return body_elsewhere
    is_shared = acronym in elsewhere or _OF_A_GOVERNMENT.fullmatch(acronym) is not None
    place = (country or report.country) if is_shared else None
    return Identity((acronym,), f"@{place.lower()}" if place else "", None, acronym, place, is_acronym=True)


def _of_known(body: known.Known) -> Identity:
    key = keys.key_of(body.name)
    scope = " ".join(f"@{code.lower()}" for code in key.countries)
    return Identity(key.words, scope, None, body.name, body.country, is_known=True)


def _of_submitter(report: ReportNames, key: str) -> str:
    return f"({report.submitter})" if report.submitter and report.submitter != key else ""


def _unit(name: str, own: str, whole: Identity) -> Identity:
    key = keys.key_of(own)
    countries = [f"@{code.lower()}" for code in key.countries if f"@{code.lower()}" not in whole.scope.split()]
    return Identity(key.words, " ".join(countries), whole, name, whole.country)


def _unit_and_whole(name: str, parent: str | None, report: ReportNames, elsewhere: Elsewhere) -> tuple[str, str] | None:
    """Splits `International Division of JNCSW` into the unit's own name and the whole's."""
    if parent is not None and keys.key_of(parent).words not in ((), ("government",), keys.key_of(name).words):
        own = _without(name, parent, report)
        return (own, parent) if own else (name, parent)
    for match in _OF_A_WHOLE.finditer(name):
        own, whole = name[: match.start()], name[match.end() :]
        is_body = keys.is_acronym(undotted(whole)) or str(keys.key_of(whole)) in report.names or _is_whole(own, whole)
        if is_body and _is_unit(own) and keys.key_of(whole).words not in ((), ("government",)):
            return own, whole
    first, _, rest = name.partition(" ")
    acronym = undotted(_POSSESSIVE.sub("", first))
    is_explained = acronym in report.definitions or (
        not keys.key_of(acronym).countries and (known.by_acronym(acronym) is not None or acronym in elsewhere)
    )
    if keys.is_acronym(acronym) and is_explained and rest and len(acronym) > 1:
        return rest, acronym
    return None


def _is_unit(own: str) -> bool:
    words = keys.words_of(own)
    return bool(words) and (keys.is_unit_head(words[-1]) or keys.is_unit_head(words[0]))


def _is_whole(own: str, whole: str) -> bool:
    """`Department of Economics` of the `University of X`: both are bodies' names of their own."""
    words = keys.words_of(whole)
    has_head = bool(words) and (keys.is_whole_head(words[0]) or keys.is_whole_head(words[-1]))
    return has_head and len(keys.words_of(own)) > 1 and _is_unit(own) and whole[:1].isupper() and len(words) > 1


def _without(name: str, parent: str, report: ReportNames) -> str | None:
    """Returns the unit's own name when the whole's name, in full or as an acronym, is part of it."""
    forms = {parent, *(a for a, full in report.definitions.items() if full == strip(parent))}
    if parent in report.definitions:
        forms.add(report.definitions[parent])
    for form in sorted(forms, key=lambda f: (-len(f), f)):
        match = re.search(rf"(?<!\w){re.escape(form)}(?!\w)", name)
        if match is not None:
            rest = f"{name[: match.start()]} {name[match.end() :]}"
            own = re.sub(r"^\s*['’]s\b|[\s,(]+(?:of|at|in|under|within)?\s*(?:the)?[\s)]*$", "", rest.strip()).strip()
            return own or None
    return None


def _country(own: NameUse | None, uses: Sequence[NameUse]) -> str | None:
    """The country of a report: the submitter's, that it mostly speaks of, that of most bodies in it."""
    if own is not None:
        if own.country:
            return own.country
        countries = keys.key_of(strip(own.name)).countries
        if len(countries) == 1:
            return countries[0]
    spoken_of = Counter(use.report_country for use in uses if use.report_country)
    if spoken_of:
        return min(spoken_of, key=lambda code: (-spoken_of[code], code))
    named = {strip(use.name): use.country for use in sorted(uses, key=lambda use: (use.name, use.country or ""))}
    counts = Counter(code for name, country in named.items() for code in ([country] if country else _stated(name)))
    ranked = counts.most_common(2)
    if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        return ranked[0][0]
    return None


def _stated(name: str) -> tuple[str, ...]:
    """The country that a name states, when it states one."""
    countries = keys.key_of(name).countries
    return countries if len(countries) == 1 else ()


def _initials(uses: Iterable[NameUse]) -> dict[str, str]:
    """Acronyms of three letters or more that are the initials of exactly one full name of the report."""
    full = sorted({strip(keys.split_bracket(use.name)[0]) for use in uses if not keys.is_acronym(use.name)})
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name in full:
        for initials in _initials_of(name):
            found[initials].setdefault(str(keys.key_of(name)), name)
    return {
        initials: next(iter(names.values()))
        for initials, names in found.items()
        if len(names) == 1 and len(initials) >= 3
    }


@functools.lru_cache(maxsize=50_000)
def _initials_of(name: str) -> frozenset[str]:
    words = re.findall(r"[^\W\d_]+", name)
    capitals = "".join(word[0] for word in words if word[0].isupper())
    return frozenset({capitals, "".join(word[0].upper() for word in words)})
