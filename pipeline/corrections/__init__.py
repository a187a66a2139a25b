"""A person's decisions about mentions, and their replay at the end of every run.

Decisions stand in `_corrections.jsonl` in the folder of submissions, one JSON object a line, and are only ever
appended:

    {"id": "c-5d1f0c9a7b21", "when": "2025-02-03T09:30:00Z", "who": "ab", "decision": "edit",
     "why": "page 12: the table header says 'in thousands'",
     "mention": {"mention_id": "money-0123456789abcdef", "kind": "money", "submission_id": "8c764ac73e03f024",
                 "report": "harbour council|2022-01-01|2022-12-31", "path": "2.1", "field": "text", "start": 40,
                 "end": 49, "text": "USD 4,500"},
     "machine": {"amount": "4500", "amount_max": null, "qualifier": "exact", "currency": "USD"},
     "value": {"amount": "4500000", "amount_max": null, "qualifier": "exact", "currency": "USD"}}

`accept` confirms the machine's value, `reject` takes the mention out, `edit` replaces its value, `add` puts in a
mention that the machine missed (`machine` is null, `boxes` say where it is), and `undo` takes back the decision whose
id `undoes` names. The last decision about a mention that was not taken back is in force. `reject` or `edit` after
`add` is about the mention that was added. A decision holds for the value that the machine had then: when the machine
now says something else, the decision is stale, is not applied, and is listed.

An interrupted save can leave half a line at the end; it is no decision, and the next save moves it to
`_corrections.jsonl.torn`.

`log` reads and writes the lines, `values` checks the values, `replay` applies decisions to the rows of a submission.
"""

from pipeline.corrections.log import (
    Correction,
    Decision,
    Target,
    base_id,
    decide,
    encode,
    in_force,
    parse_corrections,
    standing,
)
from pipeline.corrections.replay import ADDED, Replay, Stale, added_id, nearest, problem, why_stale
from pipeline.corrections.values import CorrectionError, complete, machine_value, parse_value, plain

__all__ = [
    "ADDED",
    "Correction",
    "CorrectionError",
    "Decision",
    "Replay",
    "Stale",
    "Target",
    "added_id",
    "base_id",
    "complete",
    "decide",
    "encode",
    "in_force",
    "machine_value",
    "nearest",
    "parse_corrections",
    "parse_value",
    "plain",
    "problem",
    "standing",
    "why_stale",
]
