"""What a run was made with: for each stage its parameters, the digest of its code, its libraries, its files.

Nothing of it depends on the machine or the hour. It stands beside the tables, not in them, so that a later comparison
can tell a changed parameter from changed code.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs

from pipeline import stages
from pipeline.params import Params


class Recipe(Struct, frozen=True):
    """What shaped the results of one stage, each part by its name."""

    code: str = ""
    parameters: dict[str, Any] = {}
    libraries: dict[str, str] = {}
    files: dict[str, str] = {}


class Provenance(Struct, frozen=True):
    """The recipe of each stage. `seal` is the digest of its JSON with an empty seal."""

    stages: dict[str, Recipe] = {}
    seal: str = ""


def parse_provenance(data: bytes) -> Provenance:
    """Reads what `tabulate` left; empty when there is nothing that can be read."""
    try:
        return msgspec.json.decode(data, type=Provenance) if data else Provenance()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Provenance()


def of_run(params: Params, files: Mapping[str, bytes]) -> Provenance:
    """The recipe of each stage with these parameters; `files` are what a person keeps for `tabulate`."""
    recipes = {stage: _recipe(stage, params) for stage in (*stages.CHAIN, "tabulate")}
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    recipes["tabulate"] = msgspec.structs.replace(recipes["tabulate"], files=digests)
    return Provenance(recipes)


def _recipe(stage: str, params: Params) -> Recipe:
    parameters: dict[str, Any] = msgspec.to_builtins(getattr(params, stage))
    return Recipe(
        code=stages.code_digest(stage),
        parameters=parameters,
        libraries=stages.versions(stage),
        files={"model": stages.model_digest(params)} if stage == "tag" else {},
    )


def encode_provenance(provenance: Provenance) -> bytes:
    """The provenance as JSON to be kept under version control, under its seal."""
    bare = structs.replace(provenance, seal="")
    seal = hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()
    return msgspec.json.format(msgspec.json.encode(structs.replace(bare, seal=seal), order="sorted"), indent=1) + b"\n"


def is_whole(data: bytes) -> bool:
    """Whether this is a provenance as it was encoded, to the byte."""
    return encode_provenance(parse_provenance(data)) == data
