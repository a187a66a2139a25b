"""Writes `currencies.json` from CLDR (babel), ISO 4217 (pycountry) and `currencies_local.yaml`.

Run `python -m pipeline.gazetteers.build_currencies` after an update of babel or pycountry or a change of the table.
"""

import json
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
                for country in _countries_of(code):
                    names.setdefault(f"{country} {name.rsplit(' ', 1)[1]}", code)
    return {name: code for name, code in names.items() if "(" not in name}


def _countries_of(code: str) -> list[str]:
    """Returns the English names of the territories whose present money this is, where it is theirs alone."""
    territories = [
        territory
        for territory, tenders in get_global("territory_currencies").items()
        if any(currency == code and not end and tender for currency, _, end, tender in tenders)
    ]
    english = babel.Locale("en").territories
    return [english[t].casefold() for t in territories if t in english and not any(c in english[t] for c in "(&")]


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
