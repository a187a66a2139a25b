"""The registry: what a person has decided about organizations, in one YAML file under version control.

    organizations:
      - name: Harbour City Council of Volunteers      # what the tables call it; the only field that must be there
        id: org-0123456789ab                          # keeps an id that is in use already, as after a new name
        aliases: [HCCV, Harbor Volunteers Council]    # these forms mean it in every report that gives no fuller name
        merges: [org-ba9876543210, Old Volunteers]    # all that would get these ids, or the ids of these names, is it
        only:                                         # these forms mean it here only, whatever they mean elsewhere
          - {form: HCCV, reports: [0123456789abcdef-1]}
          - {form: Volunteers Board, country: NZ}
        acronym: HCCV
        country: NZ
        kind: council
        parent: Harbour City                          # the name or id of an organization; `none` for none
        external_ids: {wikidata: Q42, ror: https://ror.org/012345678}
        because: the two councils became one in 2020
        by: ab
        date: 2024-05-01

`kind` and `external_ids` become columns of the table `organizations`: `kind`, `ror`, `wikidata`, and `other_ids` for
all other schemes. A decision here wins over everything that is read from reports. To split what was taken for one
organization, give each part an entry with `only`.
"""

import difflib
import re
from collections import Counter
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from pipeline import countries

FILE = "The registry (_organizations.yaml)"
"""What messages call it."""
ORGANIZATION_ID = re.compile(r"org-[0-9a-f]{12}")
_EXTERNAL = {
    "ror": re.compile(r"(?:https://ror\.org/)?0[a-z0-9]{6}[0-9]{2}"),
    "wikidata": re.compile(r"Q[1-9][0-9]*"),
}


class RegistryError(Exception):
    """The registry cannot be used; the message says where and what to change."""


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """A form that means the organization in these reports, or in reports of this country, only."""

    form: str
    reports: tuple[str, ...] = ()
    country: str | None = None


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person has decided about one organization; see the module's description."""

    name: str
    id: str | None = None
    aliases: tuple[str, ...] = ()
    merges: tuple[str, ...] = ()
    only: tuple[Condition, ...] = ()
    acronym: str | None = None
    country: str | None = None
    kind: str | None = None
    parent: str | None = None
    external_ids: dict[str, str] = {}
    because: str | None = None
    by: str | None = None
    date: str | None = None


class Registry(Struct, frozen=True):
    """All decisions, in the order of the file."""

    entries: tuple[Entry, ...] = ()


def parse_registry(data: bytes) -> Registry:
    """Reads the registry; no bytes are an empty one.

    Raises:
        RegistryError: the file is no YAML of the form above, or its decisions contradict each other.
    """
    try:
        content = yaml.load(data.decode("utf-8"), Loader=_Loader)  # a SafeLoader that leaves dates alone
    except UnicodeDecodeError as error:
        raise RegistryError(f"{FILE} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        place = f"line {mark.line + 1}: {problem}" if mark and problem else " ".join(str(error).split())
        raise RegistryError(f"{FILE} is not valid YAML: {place}.") from None
    if content is None:
        return Registry()
    if not isinstance(content, dict) or set(content) != {"organizations"}:
        raise RegistryError(f"{FILE} must have one key, `organizations`, with a list of entries.")
    rows = content["organizations"] or []
    if not isinstance(rows, list):
        raise RegistryError("`organizations` must be a list: begin each entry with `- name: ...`.")
    entries = tuple(_entry(number, row) for number, row in enumerate(rows, 1))
    _check_together(entries)
    return Registry(entries)


class _Loader(yaml.SafeLoader):
    """Reads dates as the text they are written in."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _entry(number: int, row: Any) -> Entry:
    where = f"Registry entry {number}"
    if not isinstance(row, dict):
        raise RegistryError(f"{where} must be a mapping that begins with `name:`.")
    where += f" ({row.get('name', 'without a name')})"
    for key in row:
        if key not in Entry.__struct_fields__:
            near = difflib.get_close_matches(str(key), Entry.__struct_fields__, 1)
            hint = f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(Entry.__struct_fields__)}."
            raise RegistryError(f"{where}: unknown key `{key}`{hint}")
    try:
        entry = msgspec.convert(row, Entry)
    except msgspec.ValidationError as error:
        raise RegistryError(f"{where}: {error}.") from None
    _check_entry(where, entry)
    return entry


def _check_entry(where: str, entry: Entry) -> None:
    if not entry.name.strip():
        raise RegistryError(f"{where}: `name` is empty.")
    if entry.id is not None and not ORGANIZATION_ID.fullmatch(entry.id):
        raise RegistryError(f"{where}: `id` must be `org-` and 12 hex digits, not `{entry.id}`.")
    for code in (entry.country, *(condition.country for condition in entry.only)):
        if code is not None and code not in countries.by_code():
            raise RegistryError(f"{where}: `{code}` is no ISO 3166-1 alpha-2 code; write it as `NZ`.")
    for condition in entry.only:
        if not condition.reports and condition.country is None:
            raise RegistryError(f"{where}: `only` for `{condition.form}` needs `reports` or `country`.")
    for scheme, value in entry.external_ids.items():
        pattern = _EXTERNAL.get(scheme)
        if pattern is not None and not pattern.fullmatch(value):
            raise RegistryError(f"{where}: `{value}` is no {scheme} id.")


def _check_together(entries: tuple[Entry, ...]) -> None:
    for what, values in (
        ("name", [entry.name for entry in entries]),
        ("id", [entry.id for entry in entries if entry.id]),
        ("alias", [alias for entry in entries for alias in {*entry.aliases} - {entry.name}]),
        ("merged id or name", [merged for entry in entries for merged in entry.merges]),
    ):
        for value, times in Counter(values).items():
            if times > 1:
                raise RegistryError(f"The registry gives the {what} `{value}` to {times} entries; keep it in one.")
    names = {entry.name for entry in entries}
    for entry in entries:
        for alias in entry.aliases:
            if alias in names and alias != entry.name:
                raise RegistryError(
                    f"The registry has `{alias}` as an alias of `{entry.name}` and as a name of its own."
                )
