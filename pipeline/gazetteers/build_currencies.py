"""Writes `currencies.json` from CLDR (babel), ISO 4217 (pycountry) and `currencies_local.yaml`.

Run `python -m pipeline.gazetteers.build_currencies` after an update of babel or pycountry or a change of the table.
"""

import csv
import json
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import babel
import pycountry
import yaml
from babel.core import get_global
from babel.numbers import get_currency_name, get_currency_precision

SOURCE = "CLDR through babel {babel}, ISO 4217 through pycountry {pycountry}, and currencies_local.yaml"
PLURAL_AND_SINGULAR = (None, 1, 2)


def build(table: dict[str, Any]) -> dict[str, Any]:
    """Returns the gazetteer: codes, names and symbols of every currency that a report may state amounts in."""
    codes = sorted(({c.alpha_3 for c in pycountry.currencies} | set(table["former"])) - set(table["no_money"]))
    names = _names(codes) | {name.casefold(): code for code, units in table["units"].items() for name in units}
    cautious = {symbol for symbols in table["cautious"].values() for symbol in symbols}
    symbols = {symbol: code for code, listed in table["symbols"].items() for symbol in listed if symbol not in cautious}
    shared = dict(table["shared"])
    shared_words = {word: sign for sign, family in shared.items() for word in (sign, *family["words"])}
    return {
        "source": SOURCE.format(babel=babel.__version__, pycountry=_version("pycountry")),
        "codes": {code: get_currency_precision(code) for code in codes},
        "cautious_codes": sorted(set(table["cautious_codes"]) & set(codes)),
        "acronym_codes": sorted(set(table["acronym_codes"]) & set(codes)),
        "names": {name: code for name, code in sorted(names.items()) if name not in shared_words},
        "symbols": {s: c for s, c in sorted(symbols.items()) if s not in shared_words},
        "cautious_symbols": {s: code for code, listed in sorted(table["cautious"].items()) for s in listed},
        "domestic": table["domestic"],
        "shared": {
            sign: {"default": f["default"], "members": f["members"], "countries": f["countries"]}
            for sign, f in shared.items()
        },
        "shared_words": dict(sorted(shared_words.items())),
        "minor": table["minor"],
    }


def _names(codes: list[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for code in codes:
        units = {get_currency_name(code, count, locale="en").casefold() for count in PLURAL_AND_SINGULAR}
        for name in units - {code.casefold()}:
            if " " in name:
                names.setdefault(name, code)
                for people in _peoples_of(code):
                    names.setdefault(f"{people} {name.rsplit(' ', 1)[1]}", code)
    return {name: code for name, code in names.items() if "(" not in name}


def _peoples_of(code: str) -> list[str]:
    """Returns the names and demonyms of the territories whose present money this is; demonyms where it is alone."""
    tenders = {
        territory: {currency for currency, _, end, tender in listed if tender and not end}
        for territory, listed in get_global("territory_currencies").items()
    }
    english = babel.Locale("en").territories
    own = [territory for territory, codes in tenders.items() if code in codes]
    countries = [english[t] for t in own if t in english and not any(c in english[t] for c in "(&")]
    peoples = [demonym for t in own if tenders[t] == {code} for demonym in _demonyms().get(t, ())]
    return [name.casefold() for name in (*countries, *peoples)]


@cache
def _demonyms() -> dict[str, list[str]]:
    """The adjectives among the demonyms of each territory; one that several share is no one's."""
    text = resources.files("pipeline.gazetteers").joinpath("country_aliases.csv").read_text("utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["form"] == "demonym"]
    shared = Counter(demonym for row in rows for demonym in row["aliases"].split("|"))
    return {
        row["alpha2"]: [d for d in row["aliases"].split("|") if shared[d] == 1 and not d.endswith("s")] for row in rows
    }


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


def main() -> None:
    """Rewrites `currencies.json` beside this module."""
    table = yaml.safe_load(resources.files("pipeline.gazetteers").joinpath("currencies_local.yaml").read_text("utf-8"))
    text = json.dumps(build(table), ensure_ascii=False, indent=1) + "\n"
    Path(__file__).with_name("currencies.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
