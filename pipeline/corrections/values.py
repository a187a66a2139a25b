"""The values of corrections: how they are written in JSON, checked, and filled up."""

import calendar
import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa

from pipeline import countries, schema
from pipeline.records import Kind

CURRENCY = re.compile(r"[A-Z]{3}")
TYPES: dict[pa.DataType, type] = {
    schema.STRING: str,
    schema.FLOAT: float,
    schema.BOOL: bool,
    schema.DATE: datetime.date,
    schema.MONEY_TYPE: Decimal,
}
DEFAULTS: dict[Kind, dict[str, Any]] = {
    "date": {"kind": "date", "is_approximate": False, "is_inferred": False},
    "count": {"qualifier": "exact"},
    "money": {"qualifier": "exact"},
    "country": {"form": "name", "inside_organization": False},
    "organization": {"form": "name"},
}

Row = Mapping[str, Any]


class CorrectionError(ValueError):
    """A decision cannot be used; the message says which and why."""


def plain(kind: Kind, row: Row) -> dict[str, Any]:
    """The value columns of a row in JSON's types; numbers that are equal are written the same."""
    return {column.name: _plain(row.get(column.name)) for column in schema.value_columns(kind)}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    return value.isoformat() if isinstance(value, datetime.date) else value


def machine_value(kind: Kind, row: Row) -> dict[str, Any]:
    """What the machine says: the row's value, or what it was before a correction replaced it."""
    if row.get("machine_value"):
        value: dict[str, Any] = msgspec.json.decode(row["machine_value"])
        return value
    return plain(kind, row)


def parse_value(kind: Kind, value: Row) -> dict[str, Any]:
    """Checks the value columns of a mention, as JSON or Python has them, and gives them their types.

    Raises:
        CorrectionError: a column is unknown or missing, or its value is not allowed.
    """
    columns = {column.name: column for column in schema.value_columns(kind)}
    for name in value:
        if name not in columns:
            raise CorrectionError(f"a {kind} has no {name}; it has {', '.join(columns)}")
    result = {name: _parsed(column, value.get(name)) for name, column in columns.items()}
    for complaint in CHECKS[kind](result):
        raise CorrectionError(complaint)
    return result


def _parsed(column: schema.Column, value: Any) -> Any:
    if value is None or value == "":
        if not column.nullable:
            raise CorrectionError(f"{column.name} is missing")
        return None
    try:
        parsed: Any = msgspec.convert(value, TYPES[column.type], strict=False)
    except (msgspec.ValidationError, ArithmeticError):
        raise CorrectionError(f"{column.name} cannot be {value!r}: it is a {_words(column.type)}") from None
    if column.values and parsed not in column.values:
        raise CorrectionError(f"{column.name} cannot be {value!r}: it is one of {', '.join(column.values)}")
    try:
        pa.scalar(parsed, column.type)
    except (pa.ArrowException, UnicodeEncodeError, OverflowError):
        raise CorrectionError(f"{column.name} cannot be {value!r}: it does not fit") from None
    if isinstance(parsed, float) and not abs(parsed) < float("inf"):
        raise CorrectionError(f"{column.name} cannot be {value!r}: it is a number")
    return parsed


def _words(type_: pa.DataType) -> str:
    names = {schema.STRING: "text", schema.BOOL: "yes or no (true or false)", schema.DATE: "day (YYYY-MM-DD)"}
    return names.get(type_, "number")


def _date_complaints(value: Row) -> Iterator[str]:
    start, end = value["start_date"], value["end_date"]
    if start and end and end < start:
        yield "end_date is before start_date"
    if not start and not end and not value["duration"]:
        yield "a date needs start_date, end_date or duration"


def _count_complaints(value: Row) -> Iterator[str]:
    yield from _range_complaints(value["value"], value["value_max"], value["qualifier"], "value_max")


def _money_complaints(value: Row) -> Iterator[str]:
    yield from _range_complaints(value["amount"], value["amount_max"], value["qualifier"], "amount_max")
    if value["currency"] and not CURRENCY.fullmatch(value["currency"]):
        yield f"currency cannot be {value['currency']!r}: it has three capitals (ISO 4217)"


def _range_complaints(low: Any, high: Any, qualifier: str, name: str) -> Iterator[str]:
    if high is not None and high < low:
        yield f"{name} is below the lower value"
    if (high is not None) != (qualifier == "range"):
        yield f"{name} and the qualifier `range` go together"


def _country_complaints(value: Row) -> Iterator[str]:
    try:
        known = _country(value["alpha2"])
    except CorrectionError as error:
        yield str(error)
        return
    if value["alpha2"] != known["alpha2"] or (value["alpha3"], value["name"]) != (known["alpha3"], known["name"]):
        yield f"alpha2, alpha3 and name of this country are {', '.join(known.values())}"


def _no_complaints(value: Row) -> Iterator[str]:
    yield from ()


CHECKS: dict[Kind, Callable[[Row], Iterator[str]]] = {
    "date": _date_complaints,
    "count": _count_complaints,
    "money": _money_complaints,
    "country": _country_complaints,
    "organization": _no_complaints,
}


def complete(kind: Kind, given: Row, before: Row | None = None) -> dict[str, Any]:
    """A whole value from the columns that a reviewer gave, checked.

    Args:
        kind: the kind.
        given: the columns given, and no others.
        before: the row or value to start from; without it, what is usual.

    What follows from the given columns and was not given is worked out: a country's names, how precise a date is.

    Raises:
        CorrectionError: a value is not allowed.
    """
    known = {column.name for column in schema.value_columns(kind)}
    value = (
        dict(DEFAULTS[kind]) | {k: v for k, v in (before or {}).items() if k in known and v is not None} | dict(given)
    )
    if kind == "country" and "alpha2" in given:
        value |= _country(str(given["alpha2"]))
    if kind == "date" and {"start_date", "end_date"} & given.keys():
        value |= {name: found for name, found in _date_facts(value).items() if name not in given}
    if kind == "count" and "unit" in given and "unit_head" not in given:
        words = str(given["unit"] or "").split()
        value["unit_head"] = words[-1].casefold() if words else None
    for name in ("value_max", "amount_max"):
        if name in given and "qualifier" not in given:
            value["qualifier"] = "exact" if given[name] in (None, "") else "range"
    return parse_value(kind, value)


def _country(alpha2: str) -> dict[str, str]:
    country = countries.by_code().get(alpha2.upper())
    if country is None:
        raise CorrectionError(f"alpha2 cannot be {alpha2!r}: it is an ISO 3166-1 code")
    return {"alpha2": country.alpha2, "alpha3": country.alpha3, "name": country.name}


def _date_facts(value: Row) -> dict[str, Any]:
    """Precision, kind and EDTF of a pair of days."""
    try:
        start, end = (datetime.date.fromisoformat(str(value.get(name))) for name in ("start_date", "end_date"))
    except ValueError:
        return {}
    whole_months = start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
    if start == end:
        return {"precision": "day", "kind": "date", "edtf": f"{start}"}
    if whole_months and (start.month, end.month) == (1, 12):
        one = start.year == end.year
        edtf = f"{start:%Y}" if one else f"{start:%Y}/{end:%Y}"
        return {"precision": "year", "kind": "date" if one else "range", "edtf": edtf}
    if whole_months:
        one = (start.year, start.month) == (end.year, end.month)
        edtf = f"{start:%Y-%m}" if one else f"{start:%Y-%m}/{end:%Y-%m}"
        return {"precision": "month", "kind": "date" if one else "range", "edtf": edtf}
    return {"precision": "day", "kind": "range", "edtf": f"{start}/{end}"}
