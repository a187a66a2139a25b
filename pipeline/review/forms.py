"""The fields in which a value is typed, by kind, and what is wrong with what was typed."""

import calendar
import datetime
import re
from collections.abc import Mapping
from typing import Any, get_args

from msgspec import Struct

from pipeline import countries, gazetteers, nouns, schema
from pipeline.corrections import CorrectionError, complete
from pipeline.gazetteers import currencies
from pipeline.records import Kind, Qualifier
from pipeline.views import words

Row = Mapping[str, Any]

PRECISIONS = ("day", "month", "quarter", "season", "half", "year", "decade", "century")
WORKED_OUT = ("", "work it out")
GROUPING = re.compile(r"(?<=\d)[,\s'’_](?=(?:\d\d,)*\d{3}(?!\d))")
"""What parts the thousands of a number, or its lakhs."""
NUMBERS = ("value", "value_max", "amount", "amount_max")
NO_SUCH_ORGANIZATION = "No organization is called so. Choose one from the list; new ones come from the reports."


class Field(Struct, frozen=True):
    """One field: the column it is for, its label, how it is typed, and the choices when there are any."""

    name: str
    label: str
    input: str = "text"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    choices_from: str = ""


class Mistake(Exception):
    """What was typed is no value: what is wrong, by field; under `""` what concerns none of them."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


def _choices(values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((value, value.replace("_", " ")) for value in values)


_QUALIFIER = Field("qualifier", "Bounded by", "select", "", _choices(get_args(Qualifier)))
FIELDS: dict[Kind, tuple[Field, ...]] = {
    "date": (
        Field("start_date", "First day", hint="YYYY-MM-DD, YYYY-MM or YYYY"),
        Field("end_date", "Last day", hint="inclusive; empty for the same"),
        Field("precision", "Precision", "select", "", (WORKED_OUT, *_choices(PRECISIONS))),
        Field("duration", "Duration", hint="ISO 8601, such as P3Y; then no days"),
        Field("is_approximate", "about, early, late …", "checkbox"),
    ),
    "count": (
        Field("value", "Number"),
        Field("value_max", "Up to", hint="for a range"),
        _QUALIFIER,
        Field("unit", "Of what", hint="as written"),
    ),
    "money": (
        Field("amount", "Amount", hint="in whole units: 1500000, not 1.5m"),
        Field("amount_max", "Up to", hint="for a range"),
        _QUALIFIER,
        Field("currency", "Currency", hint="ISO 4217; empty when the text does not say", choices_from="currencies"),
    ),
    "country": (
        Field("alpha2", "Country", hint="name or ISO 3166-1 code", choices_from="countries"),
        Field("form", "Written as", "select", "", _choices(("name", "demonym", "abbreviation"))),
        Field("inside_organization", "part of an organization’s name", "checkbox"),
    ),
    "organization": (
        Field("organization_id", "Organization", hint="its name", choices_from="organizations"),
        Field("form", "Written as", "select", "", _choices(("name", "acronym", "alias"))),
    ),
}


def shown(kind: Kind, value: Row | None, organizations: Mapping[str, str]) -> dict[str, str]:
    """What stands in the fields at first; without a value, what is usual."""
    if value is None:
        return {"qualifier": "exact", "form": "name"}
    found = {field.name: _typed(field, value.get(field.name)) for field in FIELDS[kind]}
    if kind == "date":
        found |= _shown_days(value)
    if kind == "country":
        found["alpha2"] = str(value["name"])
    if kind == "organization":
        found["organization_id"] = organizations.get(value["organization_id"], value["organization_id"])
    return found


def _shown_days(value: Row) -> dict[str, str]:
    """Days as one would type them: a month or a year alone, and no precision where it follows from the days."""
    start, end = value["start_date"], value["end_date"]
    if start is None or end is None:
        return {}
    worked_out = complete("date", {"start_date": start, "end_date": end})
    typed = {"start_date": f"{start}", "end_date": f"{end}"}
    if worked_out["precision"] in ("month", "year"):
        length = 7 if worked_out["precision"] == "month" else 4
        typed = {name: day[:length] for name, day in typed.items()}
    if typed["start_date"] == typed["end_date"]:
        typed["end_date"] = ""
    return typed | ({"precision": ""} if worked_out["precision"] == value["precision"] else {})


def _typed(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if field.input == "checkbox":
        return "yes" if value else ""
    return words.number(value) if field.name in NUMBERS else str(value)


def read(kind: Kind, typed: Mapping[str, str], before: Row | None, organizations: Mapping[str, str]) -> dict[str, Any]:
    """The value that was typed, whole and checked.

    Args:
        kind: the kind.
        typed: what stands in the fields.
        before: the value to start from, if there is one.
        organizations: names by id.

    Raises:
        Mistake: it is no value.
    """
    given = {field.name: str(typed.get(field.name, "")).strip() for field in FIELDS[kind]}
    mistakes: dict[str, str] = {}
    value = _columns(kind, given, before, organizations, mistakes)
    if not mistakes:
        try:
            whole = complete(kind, value, before)
        except CorrectionError as error:
            mistakes = _told(kind, str(error))
        else:
            return _date_in_edtf(whole, before) if kind == "date" else whole
    raise Mistake(mistakes)


def _columns(
    kind: Kind,
    given: dict[str, str],
    before: Row | None,
    organizations: Mapping[str, str],
    mistakes: dict[str, str],
) -> dict[str, Any]:
    value: dict[str, Any] = dict(given)
    for field in FIELDS[kind]:
        if field.input == "checkbox":
            value[field.name] = bool(given[field.name])
        elif field.name in NUMBERS:
            value[field.name] = GROUPING.sub("", given[field.name])
    if kind == "date":
        value = _date_columns(value, (before or {}).get("kind"), mistakes)
    elif kind == "count":
        value["unit_head"] = _head(given["unit"], before or {})
    elif kind == "money":
        value["currency"] = given["currency"].upper()
        if value["currency"] and value["currency"] not in currencies.load().codes:
            mistakes["currency"] = f"{given['currency']!r} is no currency code of ISO 4217, such as USD."
    elif kind == "country":
        code = _country_code(given["alpha2"])
        value["alpha2"] = code
        if not code:
            mistakes["alpha2"] = f"{given['alpha2']!r} is no country of ISO 3166-1. Type its name or its code."
    elif kind == "organization":
        found = _organization_id(given["organization_id"], organizations)
        value["organization_id"] = found
        if not found:
            mistakes["organization_id"] = NO_SUCH_ORGANIZATION
    return value


def _date_columns(value: dict[str, Any], kind: str | None, mistakes: dict[str, str]) -> dict[str, Any]:
    """Whole days from what may be a month or a year; what follows from the days is left to be worked out."""
    first, last = _days(value["start_date"]), _days(value["end_date"] or value["start_date"])
    for name, days in (("start_date", first), ("end_date", last)):
        if days is None and value[name]:
            mistakes[name] = f"{value[name]!r} is no day. Write YYYY-MM-DD, YYYY-MM or YYYY."
    if first is None or last is None:
        return value
    value["start_date"], value["end_date"] = first[0], last[1]
    if not value["start_date"] and not value["end_date"]:
        value |= {"kind": "recurrence" if kind == "recurrence" else "duration", "edtf": None}
    elif not value["precision"]:
        del value["precision"]
    return value


def _date_in_edtf(value: dict[str, Any], before: Row | None) -> dict[str, Any]:
    """The date with its EDTF: as it was where nothing else was changed, else with the marks of what is approximate."""
    said = [column.name for column in schema.value_columns("date") if column.name not in ("edtf", "kind")]
    if before is not None and all(value[name] == before.get(name) for name in said):
        return value | {name: before.get(name) for name in ("edtf", "kind")}
    if value["is_approximate"] and value["edtf"]:
        return value | {"edtf": "/".join(f"{part}~" for part in value["edtf"].split("/"))}
    return value


def _days(typed: str) -> tuple[str, str] | None:
    """First and last day of a day, a month or a year; None when it is neither."""
    if not typed:
        return "", ""
    parts = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", typed)
    if parts is None:
        return None
    year, month, day = parts.groups()
    try:
        first = datetime.date(int(year), int(month or 1), int(day or 1))
        last = first.replace(month=int(month or 12))
        last = last if day else last.replace(day=calendar.monthrange(last.year, last.month)[1])
    except ValueError:
        return None
    return f"{first}", f"{last}"


def _head(unit: str, before: Row) -> str | None:
    """The head noun of what is counted, as the machine would have it."""
    if not unit or unit == before.get("unit"):
        return before.get("unit_head") if unit else None
    phrase = nouns.noun_phrase(unit, 0) or nouns.noun_phrase(unit, 0, singular=True)
    return phrase.head if phrase is not None else nouns.lemma(unit.split()[-1])


def _country_code(typed: str) -> str:
    if typed.upper() in countries.by_code():
        return typed.upper()
    folded = typed.casefold()
    by_name = {country.name.casefold(): code for code, country in countries.by_code().items()}
    return by_name.get(folded) or countries.codes_by_spelling().get(
        " ".join(gazetteers.fold(w) for w in typed.split()), ""
    )


def _organization_id(typed: str, organizations: Mapping[str, str]) -> str:
    if typed in organizations:
        return typed
    found = [key for key, name in organizations.items() if name.casefold() == typed.casefold()]
    return found[0] if len(found) == 1 else ""


def _told(kind: Kind, message: str) -> dict[str, str]:
    """A complaint beside the field that it is about, in the words of the form."""
    names = sorted((column.name for column in schema.value_columns(kind)), key=len, reverse=True)
    labels = {field.name: field.label for field in FIELDS[kind]}
    about = min((name for name in names if name in message and name in labels), key=message.index, default="")
    for name in names:
        message = re.sub(rf"\b{name}\b", f"‘{labels.get(name, name)}’", message)
    return {about: f"{message[0].upper()}{message[1:]}."}
