"""The review page without a browser: who may ask, what is refused, and that nobody's decision is overwritten."""

import datetime
import functools
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from pipeline import changes, corrections, schema, store
from pipeline.cli.app import app
from pipeline.corrections import Correction
from pipeline.records import Passage, Piece, Report, Section
from pipeline.review import Desk, forms, make_app, open_stand, subjects, words
from pipeline.review.decisions import Known, Log
from pipeline.review.forms import Mistake
from pipeline.review.pictures import LATE, NO_FILE, Pictures
from pipeline.review.side import Side
from pipeline.review.subjects import Refused
from pipeline.revisions import RevisionError
from tests.changed_tables import extraction
from tests.conftest import RAW

TOKEN, PORT = "a-token-of-this-start", 8321
HOST = f"127.0.0.1:{PORT}"
ROOT = f"http://{HOST}/{TOKEN}"
TRAINING = "We trained [45 officials|count 45] and five boatmen in [Peru|country PE] on [3 May 2021|date 2021-05-03]."
FUNDS = "The work cost [USD 1,200|money 1200 USD] and reached [300 people|count 300]."
OLD = {"name": "harbour.pdf", "sections": {"1 Training": TRAINING, "2 Funds": FUNDS}}
NEW = {
    "name": "harbour.pdf",
    "sections": {
        "1 Training": TRAINING.replace("[45 officials|count 45]", "45 officials"),
        "2 Funds": FUNDS.replace("1200 USD", "1200000 USD"),
    },
}


def passage(text: str, top: float) -> Passage:
    """A line of text, five points a character."""
    pieces, start = [], 0
    for word in text.split(" "):
        box = (72.0 + 5 * start, top, 72.0 + 5 * (start + len(word)), top + 10)
        pieces.append(Piece(start, start + len(word), 1, int(top), box))
        start += len(word) + 1
    return Passage(text, tuple(pieces))


def segmented(submission_id: str) -> Sequence[Report]:
    side = tables("new")[1]
    sections = tuple(
        Section(
            n, None, 1, f"{n}.", row["path"], passage(row["title"], 80.0 * n), passage(row["text"], 80.0 * n + 20), 1, 1
        )
        for n, row in enumerate(side.sections.values(), 1)
    )
    return (Report(1, "Harbour Council", None, None, None, None, 1, 1, sections),)


@functools.cache
def tables(which: str) -> tuple[Any, Side]:
    made = extraction({"old": OLD, "new": NEW}[which])
    return made, Side(made)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "_corrections.jsonl")


@functools.cache
def compared(new: str) -> changes.Comparison:
    return changes.compare(tables("old")[0], tables(new)[0])


def desk_of(log: Log, new: str = "new") -> Desk:
    ticks = iter(range(10_000))
    return Desk(
        tables(new)[1],
        log,
        Pictures(lambda submission_id: None),
        segmented,
        comparison=compared(new),
        old=tables("old")[1],
        clock=lambda: datetime.datetime(2025, 2, 3, tzinfo=datetime.UTC) + datetime.timedelta(seconds=next(ticks)),
    )


@pytest.fixture
def client(log: Log) -> Iterator[TestClient]:
    with TestClient(
        make_app(desk_of(log), TOKEN, PORT), base_url=f"http://{HOST}", headers={"Origin": f"http://{HOST}"}
    ) as opened:
        yield opened


def get(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(f"{ROOT}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(client: TestClient, path: str, status: int = 200, **body: Any) -> Any:
    answer = client.post(f"{ROOT}/{path}", json={"who": "ab", **body})
    assert answer.status_code == status, answer.text
    return answer.json()


def line(client: TestClient, text: str, queue: str = "changes") -> str:
    """The id of the line about these words."""
    (found,) = [entry[0] for entry in get(client, "queue.json", name=queue, below=2)["lines"] if entry[5] == text]
    return str(found)


def decide(client: TestClient, text: str, action: str, status: int = 200, **body: Any) -> Any:
    item = get(client, "item.json", id=line(client, text))
    return post(client, "decide", status, id=item["id"], action=action, version=item["version"], **body)


def decisions(log: Log) -> list[Correction]:
    return list(corrections.in_force(log.read().corrections))


# Who may ask


@pytest.mark.parametrize("path", ["/", "/start.json", f"/{TOKEN[:-1]}/", f"/{TOKEN}x/start.json", "//", f"/ü{TOKEN}/"])
def test_without_the_token_nothing_is_told(client: TestClient, path: str) -> None:
    answer = client.get(f"http://{HOST}{path}")
    assert answer.status_code == 403
    assert "Open the address that" in answer.text


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1", f"127.0.0.1.example.com:{PORT}", f"localhost:{PORT + 1}"])
def test_another_host_is_refused(client: TestClient, host: str) -> None:
    assert client.get(f"{ROOT}/start.json", headers={"Host": host}).status_code == 403
    assert client.get(f"{ROOT}/start.json", headers={"Host": f"localhost:{PORT}", "Origin": ""}).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://example.com"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_origin_is_refused(client: TestClient, log: Log, headers: dict[str, str]) -> None:
    body = {"decision": "c-1", "who": "ab"}
    assert client.post(f"{ROOT}/undo", json=body, headers=headers).status_code == 403
    assert client.get(f"{ROOT}/start.json", headers=headers).status_code == 403


def test_what_changes_something_needs_an_origin_and_a_measure(client: TestClient) -> None:
    del client.headers["Origin"]
    assert client.get(f"{ROOT}/start.json").status_code == 200
    assert client.post(f"{ROOT}/undo", json={}).status_code == 403
    client.headers["Origin"] = f"http://{HOST}"
    assert client.post(f"{ROOT}/undo", content=b"x" * 70_000).status_code == 403
    assert client.post(f"{ROOT}/undo", content=iter([b"x"])).status_code == 403


def test_every_answer_lets_nothing_foreign_run(client: TestClient) -> None:
    for path in ("/", "/start.json", "/nowhere", "/assets/review.js"):
        headers = client.get(ROOT + path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nowhere", 404),
        ("assets/..%2Fguard.py", 404),
        ("assets/item.html", 404),
        ("queue.json?name=nothing", 404),
        ("item.json?id=nothing", 404),
        ("item.json?id=problem-x-1", 404),
        ("sheet.json?of=x&page=1", 404),
        ("sheet.json?of=x&page=-1", 404),
        ("page.webp?of=x&page=١", 404),
        ("crop.webp?of=x&box=1,2", 404),
        ("decide", 404),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(client: TestClient, path: str, status: int) -> None:
    answer = client.get(f"{ROOT}/{path}")
    assert answer.status_code == status
    assert answer.json()["message"].endswith(".")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"id": 1}', b'{"id": "x", "action": "eat", "who": "", "version": ""}']
)
def test_what_is_no_decision_is_not_understood(client: TestClient, body: bytes) -> None:
    answer = client.post(f"{ROOT}/decide", content=body)
    assert answer.status_code == 422
    assert "was not understood" in answer.json()["message"]


def test_a_reader_is_told_in_html_that_a_page_is_not_there(client: TestClient) -> None:
    answer = client.get(f"{ROOT}/nowhere", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_the_address_may_lack_its_last_slash(client: TestClient) -> None:
    assert "<h1>Review</h1>" in client.get(ROOT).text


# Decisions


def test_losses_come_first_and_only_mentions_are_decided_on(client: TestClient) -> None:
    queue = get(client, "queue.json", name="changes")
    assert [(entry[5], entry[4], entry[6]) for entry in queue["lines"]] == [
        ("45 officials", "gone", "45 officials"),
        ("USD 1,200", "changed", "1,200 USD → 1,200,000 USD"),
    ]
    assert queue["states"] == {}


def test_accept_reject_and_undo_are_lines_of_the_file(client: TestClient, log: Log) -> None:
    made = decide(client, "USD 1,200", "accept", why="seen on page 1")
    assert made["state"] == "accepted"
    assert "seen on page 1" in made["html"]
    assert get(client, "queue.json", name="changes")["states"] == {made["id"]: ["accepted", "ab"]}
    (decision,) = decisions(log)
    assert (decision.decision, decision.who, decision.why) == ("accept", "ab", "seen on page 1")
    assert decision.machine == {"amount": "1200000", "amount_max": None, "qualifier": "exact", "currency": "USD"}

    again = decide(client, "USD 1,200", "accept", 422)
    assert "accepted already" in again["message"]
    assert decide(client, "USD 1,200", "reject")["state"] == "rejected"
    undone = post(client, "undo", decision=log.read().corrections[-1].id, id=made["id"])
    assert undone["state"] == "accepted", "the decision before holds again"
    assert len(log.read().corrections) == 3
    assert "3 decisions" in undone["html"]
    assert "Took back by ab" in undone["html"]


def test_an_edit_and_the_old_value(client: TestClient, log: Log) -> None:
    made = decide(client, "USD 1,200", "edit", value={"amount": "1,300.50", "currency": "usd", "qualifier": "exact"})
    assert made["state"] == "edited"
    assert "1,300.5 USD" in made["html"]
    post(client, "undo", decision=made["decision"])
    decide(client, "USD 1,200", "restore")
    (decision,) = decisions(log)
    assert decision.value is not None
    assert (decision.decision, decision.value["amount"], decision.why) == ("edit", "1200", "the old value is right")


def test_what_is_gone_is_agreed_on_or_put_back(client: TestClient, log: Log) -> None:
    assert decide(client, "45 officials", "accept")["state"] == "rejected"
    assert "It is gone already" in decide(client, "45 officials", "reject", 422)["message"]
    post(client, "undo", decision=log.read().corrections[-1].id)
    made = decide(client, "45 officials", "restore")
    assert made["state"] == "added"
    (decision,) = decisions(log)
    assert decision.decision == "add"
    assert decision.mention is not None
    assert (decision.mention.text, decision.mention.path) == ("45 officials", "1")
    assert decide(client, "45 officials", "reject")["state"] == "open"


@pytest.mark.parametrize(
    ("value", "field", "message"),
    [
        ({"amount": "a lot"}, "amount", "‘Amount’ cannot be 'a lot': it is a number."),
        ({"amount": ""}, "amount", "‘Amount’ is missing."),
        ({"amount": "1200", "currency": "XXXX"}, "currency", "no currency code"),
        ({"amount": "1200", "amount_max": "1000", "qualifier": "range"}, "amount_max", "below the lower value"),
        ({"amount": "1200", "qualifier": "roughly"}, "qualifier", "it is one of exact"),
        ({"amount": "9" * 40, "qualifier": "exact"}, "amount", "does not fit"),
    ],
)
def test_a_mistake_is_told_beside_its_field(
    client: TestClient, log: Log, value: dict[str, str], field: str, message: str
) -> None:
    told = decide(client, "USD 1,200", "edit", 422, value={"currency": "USD", "qualifier": "exact", **value})
    assert message in told["fields"][field]
    assert log.read().corrections == ()


def test_nobody_decides_without_a_name(client: TestClient, log: Log) -> None:
    told = decide(client, "USD 1,200", "accept", 422, who="  ")
    assert "Say who you are" in told["fields"]["who"]
    assert log.read().corrections == ()


def test_two_pages_never_overwrite_each_other(client: TestClient, log: Log) -> None:
    item = get(client, "item.json", id=line(client, "USD 1,200"))
    mine = {"id": item["id"], "version": item["version"]}
    post(client, "decide", action="reject", **{**mine, "who": "cd"})
    told = post(client, "decide", 409, action="accept", **mine)
    assert "cd decided (reject)" in told["message"]
    assert told["state"] == "rejected"
    assert "by cd" in told["html"]
    assert [decision.decision for decision in log.read().corrections] == ["reject"]
    post(client, "decide", action="accept", id=item["id"], version=told["version"])
    assert [decision.decision for decision in decisions(log)] == ["accept"]

    taken_back = post(client, "undo", 422, decision=log.read().corrections[0].id)
    assert "another one came after it" in taken_back["message"]


def test_a_decision_of_another_process_is_seen_under_the_lock(log: Log, tmp_path: Path) -> None:
    desk, other = desk_of(log), desk_of(Log(log.path))
    (subject_id,) = [entry.id for entry in desk.entries("changes", 2) if entry.words == "USD 1,200"]
    version = "-"
    desk.log.read()
    other.decide(subject_id, "reject", who="cd", why="", version=version, typed={})
    known = desk.log._known
    desk.log.read = lambda: known  # type: ignore[method-assign]
    with pytest.raises(Exception, match="somebody else decided") as raised:
        desk.decide(subject_id, "accept", who="ab", why="", version=version, typed={})
    assert raised.value.other.who == "cd"  # type: ignore[attr-defined]
    assert len(Known(*store.read_log(log.path)).corrections) == 1


def test_an_interrupted_save_loses_only_the_decision_in_flight(client: TestClient, log: Log) -> None:
    decide(client, "USD 1,200", "accept")
    whole = log.path.read_bytes()
    log.path.write_bytes(whole + whole[: len(whole) // 2])
    notice = get(client, "queue.json", name="changes")["notice"]
    assert "A save was interrupted" in notice
    assert "the next decision moves it to" in notice
    decide(client, "45 officials", "accept")
    assert store.torn_path(log.path).read_bytes() == whole[: len(whole) // 2] + b"\n"
    assert "it was moved to" in get(client, "version.json")["notice"]
    assert len(log.read().corrections) == 2


def test_a_file_that_failed_is_a_problem_and_has_no_page_to_turn_to(log: Log) -> None:
    made = dict(tables("new")[0])
    there = made["submissions"].to_pylist()
    told = "The file is damaged: export it as PDF again."
    failed = there[0] | {"file_name": "cut.pdf", "submission_id": "f" * 16, "status": "failed", "error_message": told}
    made["submissions"] = pa.Table.from_pylist([*there, failed | {"error_code": "corrupt"}], made["submissions"].schema)
    page = {"submission_id": there[0]["submission_id"], "page_number": 1, "width": 595.0, "height": 842.0}
    made["pages"] = pa.Table.from_pylist([page], schema.TABLES["pages"].schema)
    desk = Desk(Side(made), log, Pictures(lambda submission_id: None), segmented)
    with TestClient(make_app(desk, TOKEN, PORT), base_url=f"http://{HOST}") as client:
        item = get(client, "item.json", id=line(client, told, "problems"))
        assert "corrupt" in item["html"]
        assert "What to do about it is said above" in item["html"]
        files = get(client, "start.json")["files"]
        assert [name for _, name, _ in files] == ["harbour.pdf"]
        assert "cut.pdf" not in get(client, "sheet.json", of=files[0][0], page=1)["html"]


def test_a_file_of_decisions_that_cannot_be_used_is_told(client: TestClient, log: Log) -> None:
    log.path.write_bytes(b"{}\n")
    answer = client.get(f"{ROOT}/queue.json", params={"name": "changes"})
    assert answer.status_code == 422
    assert "Line 1 of the corrections (_corrections.jsonl) cannot be used" in answer.json()["message"]


def test_a_folder_that_cannot_be_written_is_told(client: TestClient, log: Log) -> None:
    item = get(client, "item.json", id=line(client, "USD 1,200"))
    log.path.mkdir()
    log.path.rmdir()
    log.path.parent.joinpath("file").write_bytes(b"")
    log.path = log.path.parent / "file" / "_corrections.jsonl"
    answer = client.post(
        f"{ROOT}/decide", json={"id": item["id"], "action": "accept", "who": "ab", "version": item["version"]}
    )
    assert answer.status_code in (422, 503)
    assert "could not be" in answer.json()["message"]


def test_a_decision_that_no_longer_holds_is_queued_again(log: Log) -> None:
    first = desk_of(log, new="old")
    mention_id = next(entry.id for entry in first.entries("unsure", 2) if entry.words == "USD 1,200")
    first.decide(mention_id, "accept", who="ab", why="", version="-", typed={})
    later = desk_of(log)
    (stale,) = later.entries("problems", 0.7)
    assert (stale.words, stale.heading) == ("USD 1,200", "Decisions that do not hold any more")
    known = later.log.read()
    subject = later.subject(stale.id, known)
    assert subject is not None
    now = subjects.standing(subject, known)
    assert (now.state, now.why) == ("stale", "the machine's value has changed since: amount was 1200, is 1200000")
    later.decide(stale.id, "accept", who="ab", why="", version=now.version, typed={})
    assert later.entries("problems", 0.7) == []


@pytest.mark.parametrize(("action", "state"), [("accept", "rejected"), ("restore", "added")])
def test_a_decision_about_what_the_machine_lost_is_queued_again(log: Log, action: Any, state: str) -> None:
    first = desk_of(log, new="old")
    mention_id = next(entry.id for entry in first.entries("unsure", 2) if entry.words == "45 officials")
    first.decide(mention_id, "accept", who="ab", why="", version="-", typed={})
    later = desk_of(log)
    (lost,) = later.entries("problems")
    known = later.log.read()
    subject = later.subject(lost.id, known)
    assert subject is not None
    now = subjects.standing(subject, known)
    assert (now.state, now.why) == ("stale", "the machine no longer finds this mention")
    later.decide(lost.id, action, who="ab", why="", version=now.version, typed={})
    assert subjects.standing(subject, later.log.read()).state == state
    assert later.entries("problems") == []


def test_all_decisions_are_listed_the_last_one_first(client: TestClient) -> None:
    decide(client, "45 officials", "restore", why="it is there")
    decide(client, "USD 1,200", "edit", value={"amount": "7", "currency": "USD", "qualifier": "exact"})
    lines = get(client, "queue.json", name="decisions")["lines"]
    assert [(entry[2], entry[5], entry[6]) for entry in lines] == [
        ("ab, 2025-02-03", "USD 1,200", "1,200,000 USD → 7 USD"),
        ("ab, 2025-02-03", "45 officials", "45 officials"),
    ]


# Adding


def box_around(text: str, row: int = 1) -> list[float]:
    whole = tables("new")[1].sections
    line_text = list(whole.values())[row - 1]["text"]
    start = line_text.index(text)
    return [70.0 + 5 * start, 80.0 * row + 18, 74.0 + 5 * (start + len(text)), 80.0 * row + 32]


def submission_id(client: TestClient) -> str:
    (found,) = tables("new")[1].files
    return found


def add(client: TestClient, text: str, kind: str, value: dict[str, str], status: int = 200) -> Any:
    of = submission_id(client)
    found = post_words(client, box_around(text))
    place = {name: found[name] for name in ("section_id", "field", "start", "end")}
    return post(client, "add", status, of=of, kind=kind, value=value, **place)


def post_words(client: TestClient, box: list[float], status: int = 200) -> Any:
    body = {"of": submission_id(client), "page": 1, "box": box}
    answer = client.post(f"{ROOT}/words", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_box_gives_its_words_and_their_place(client: TestClient) -> None:
    found = post_words(client, box_around("five boatmen"))
    text = found["line"]
    assert text[found["start"] : found["end"]] == "five boatmen"
    assert (found["path"], found["field"], found["line_start"]) == ("1", "text", 0)
    end = post_words(client, box_around("3 May 2021."))
    assert text[end["start"] : end["end"]] == "3 May 2021", "the full stop is no part of it"


def test_what_was_boxed_is_read_by_the_machines_own_rules(client: TestClient) -> None:
    found = post_words(client, box_around("five boatmen"))
    assert found["suggestion"]["kind"] == "count"
    assert (
        found["suggestion"]["values"]["count"] | {"value": "5", "unit": "boatmen"}
        == (found["suggestion"]["values"]["count"])
    )
    place = {"of": submission_id(client), "section_id": found["section_id"], "field": "text"}
    start = found["line"].index("3 May 2021")
    body = {**place, "start": start, "end": start + 10}
    answer = client.post(f"{ROOT}/suggest", json=body).json()
    assert (answer["kind"], answer["values"]["date"]["start_date"]) == ("date", "2021-05-03")
    assert client.post(f"{ROOT}/suggest", json={**body, "section_id": "nowhere"}).status_code == 422


@pytest.mark.parametrize("box", [[0, 0, 60, 60], [72, 500, 300, 520], [72, 100, 73, 110]])
def test_a_box_without_words_is_refused(client: TestClient, box: list[float]) -> None:
    assert "no words of a section in this box" in post_words(client, box, 422)["message"]


def test_a_mention_that_was_missed_is_added_changed_and_taken_out(client: TestClient, log: Log) -> None:
    made = add(client, "five boatmen", "count", {"value": "5", "unit": "boatmen", "qualifier": "exact"})
    assert made["state"] == "added"
    (decision,) = decisions(log)
    assert decision.mention is not None
    assert (decision.decision, decision.mention.text, decision.boxes[0].page_number) == ("add", "five boatmen", 1)
    assert "added already" in add(client, "five boatmen", "count", {"value": "5"}, 422)["message"]
    edited = post(
        client,
        "decide",
        id=made["id"],
        action="edit",
        version=made["version"],
        value={"value": "6", "qualifier": "exact"},
    )
    assert edited["state"] == "added"
    assert "6" in edited["html"]
    post(client, "decide", id=made["id"], action="reject", version=edited["version"])
    assert decisions(log) == []


def test_what_the_machine_found_is_not_added_twice(client: TestClient) -> None:
    told = add(client, "Peru", "country", {"alpha2": "Peru", "form": "name"}, 422)
    assert "There is a country already: “Peru”" in told["message"]


def test_a_wrong_value_of_a_new_mention_is_told_beside_its_field(client: TestClient) -> None:
    assert "is missing" in add(client, "five boatmen", "count", {"qualifier": "exact"}, 422)["fields"]["value"]


def test_a_place_that_is_not_in_the_tables_is_refused(client: TestClient) -> None:
    facts = {"of": submission_id(client), "field": "text", "kind": "count", "value": {"value": "5"}}
    for place in (
        {"section_id": "nowhere", "start": 0, "end": 2},
        {"section_id": f"{submission_id(client)}-1/1", "start": 5, "end": 5},
        {"section_id": f"{submission_id(client)}-1/1", "start": -2, "end": 1},
        {"section_id": f"{submission_id(client)}-1/1", "start": 0, "end": 10**6},
    ):
        post(client, "add", 422, **facts, **place)


def test_words_of_two_lines_and_a_sloppy_box() -> None:
    text = "reached more than 500 families (WHO)"
    pieces = passage(text, 100.0).pieces
    moved = tuple(
        Piece(p.start, p.end, 1, 2, (p.bbox[0] - 90, 112, p.bbox[2] - 90, 122)) if p.start >= 18 else p for p in pieces
    )
    section = Section(1, None, 1, "1.", "1", Passage("Aid"), Passage(text, moved), 1, 1)
    report = Report(1, None, None, None, None, None, 1, 1, (section,))
    both = words.inside([report], 1, (60.0, 98.0, 260.0, 124.0))
    assert both.text == "reached more than 500 families (WHO"[: len(both.text)]
    name = words.inside([report], 1, (138.0, 110.0, 170.0, 124.0))
    assert name.text == "WHO"


def test_without_the_map_to_the_page_adding_is_refused_with_a_remedy(log: Log) -> None:
    desk = Desk(tables("new")[1], log, Pictures(lambda submission_id: None), lambda submission_id: None)
    with pytest.raises(Refused, match="Run `pipeline run` in this folder"):
        desk.words_in("x", 1, (0, 0, 10, 10))


def test_newer_tables_are_told(log: Log) -> None:
    pictures = Pictures(lambda submission_id: None)
    desk = Desk(tables("new")[1], log, pictures, segmented, is_current=lambda: False)
    assert "start it again" in desk.notice(log.read())
    assert desk.queues == ("unsure", "problems", "decisions")


# Values


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("date", {"start_date": "2021-05"}, {"edtf": "2021-05", "precision": "month"}),
        ("date", {"start_date": "2019", "end_date": "2020"}, {"edtf": "2019/2020", "kind": "range"}),
        ("date", {"start_date": "1990", "end_date": "1999", "precision": "decade"}, {"precision": "decade"}),
        ("date", {"duration": "P3Y"}, {"kind": "duration", "start_date": None, "edtf": None}),
        ("count", {"value": "1 200", "qualifier": "exact"}, {"value": 1200.0}),
        ("count", {"value": "6", "unit": "food parcels", "qualifier": "exact"}, {"unit_head": "parcel"}),
        ("count", {"value": "6", "unit": "§ 3", "qualifier": "exact"}, {"unit": "§ 3"}),
        ("count", {"value": "6", "unit": " ", "qualifier": "exact"}, {"unit": None, "unit_head": None}),
        ("count", {"value": "12,34,567", "qualifier": "exact"}, {"value": 1234567.0}),
        ("country", {"alpha2": "viet nam", "form": "name"}, {"alpha2": "VN", "alpha3": "VNM"}),
        ("country", {"alpha2": "pe", "form": "name", "inside_organization": "yes"}, {"inside_organization": True}),
        ("organization", {"organization_id": "river trust", "form": "alias"}, {"organization_id": "org-1"}),
    ],
)
def test_a_value_is_read_as_people_type_it(kind: Any, typed: dict[str, str], found: dict[str, Any]) -> None:
    read = forms.read(kind, typed, None, {"org-1": "River Trust"})
    assert {name: str(value) for name, value in found.items()}.items() <= {n: str(v) for n, v in read.items()}.items()


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        ("date", {"start_date": "May"}, "start_date"),
        ("date", {"start_date": "2021-02-30"}, "start_date"),
        ("date", {"start_date": "2021-03-02", "end_date": "2021-03-01"}, "end_date"),
        ("date", {}, "start_date"),
        ("count", {"value": "many", "qualifier": "exact"}, "value"),
        ("count", {"value": "20", "value_max": "10", "qualifier": "range"}, "value_max"),
        ("country", {"alpha2": "Atlantis", "form": "name"}, "alpha2"),
        ("organization", {"organization_id": "Nobody", "form": "name"}, "organization_id"),
    ],
)
def test_what_is_no_value_is_told_by_field(kind: Any, typed: dict[str, str], field: str) -> None:
    with pytest.raises(Mistake) as raised:
        forms.read(kind, typed, None, {})
    assert list(raised.value.fields) == [field]
    assert raised.value.fields[field].endswith(".")


def test_the_mentions_of_one_submission_come_as_they_are_read(client: TestClient) -> None:
    lines = get(client, "queue.json", name="unsure", below=2, of=submission_id(client))["lines"]
    assert [(entry[2], entry[5]) for entry in lines] == [
        ("§ 1 Training", "Peru"),
        ("§ 1 Training", "3 May 2021"),
        ("§ 2 Funds", "USD 1,200"),
        ("§ 2 Funds", "300 people"),
    ]
    assert get(client, "queue.json", name="unsure", below="nonsense")["lines"] == []


def test_what_is_shown_in_the_fields_is_read_back_unchanged() -> None:
    side = tables("old")[1]
    for kind in ("count", "money", "country"):
        for _, row in [(k, r) for k, r in side.unsure(2, 100) if k == kind]:
            value = subjects.value_of(kind, row)  # type: ignore[arg-type]
            assert forms.read(kind, forms.shown(kind, value, {}), value, {}) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "shown", "facts"),
    [
        ("2021-05-03", "2021-05-03", ("2021-05-03", "", ""), {}),
        ("2021-05-03", "2021-05-05", ("2021-05-03", "2021-05-05", ""), {}),
        ("2021-05-01", "2021-05-31", ("2021-05", "", ""), {}),
        ("2021-05-01", "2021-07-31", ("2021-05", "2021-07", ""), {}),
        ("2021-07-01", "2021-09-30", ("2021-07", "2021-09", "quarter"), {"precision": "quarter", "edtf": "2021-35"}),
        ("2021-01-01", "2021-12-31", ("2021", "", ""), {"edtf": "2021~", "is_approximate": True}),
        ("2019-01-01", "2020-12-31", ("2019", "2020", ""), {}),
        ("1990-01-01", "1999-12-31", ("1990", "1999", "decade"), {"precision": "decade", "edtf": "199X"}),
        (None, "2023-03-31", ("", "2023-03-31", "day"), {"kind": "range", "edtf": "../2023-03-31", "precision": "day"}),
        (None, None, ("", "", ""), {"kind": "recurrence", "duration": "P1Y"}),
    ],
)
def test_dates_are_shown_as_one_would_type_them(
    start: str | None, end: str | None, shown: tuple[str, str, str], facts: dict[str, Any]
) -> None:
    value = corrections.complete("date", {"start_date": start, "end_date": end, **facts})
    fields = forms.shown("date", value, {})
    assert (fields["start_date"], fields["end_date"], fields["precision"]) == shown
    assert forms.read("date", fields, value, {}) == value


def test_an_approximate_date_says_so_in_edtf() -> None:
    read = forms.read("date", {"start_date": "2019", "end_date": "2020", "is_approximate": "yes"}, None, {})
    assert read["edtf"] == "2019~/2020~"


# The command


def test_a_port_that_is_taken_and_tables_that_are_not_there_are_told(tmp_path: Path) -> None:
    with open_stand().socket as held, pytest.raises(RevisionError, match="Choose another one with --port"):
        open_stand(held.getsockname()[1])
    result = CliRunner().invoke(app, ["review", str(tmp_path / "nowhere"), "--no-browser"])
    assert result.exit_code == 2
    assert "is neither a folder nor a git revision" in result.output


def test_every_start_has_a_token_of_its_own_on_the_loopback_interface() -> None:
    stands = [open_stand(), open_stand()]
    assert stands[0].token != stands[1].token
    for stand in stands:
        assert len(stand.token) >= 32
        assert stand.address == f"http://127.0.0.1:{stand.port}/{stand.token}/"
        assert stand.socket.getsockname()[0] == "127.0.0.1"
        stand.socket.close()


# Pages


def test_a_pdf_that_is_not_at_hand_is_told() -> None:
    assert Pictures(lambda submission_id: None).page("x", 1).trouble == NO_FILE


def test_a_pdf_that_is_put_there_later_is_drawn() -> None:
    found: list[bytes] = []
    pictures = Pictures(lambda submission_id: found[0] if found else None)
    assert pictures.page("x", 1).trouble == NO_FILE
    found.append((RAW / "flood_situation_update_no14.pdf").read_bytes())
    drawn = pictures.page("x", 2)
    assert drawn.picture.startswith(b"RIFF")
    assert drawn.height > drawn.width > 500
    assert "no such page" in pictures.page("x", 99).trouble
    pictures.close()


def test_nobody_waits_for_a_picture_that_takes_long() -> None:
    ready = threading.Event()

    def read(submission_id: str) -> bytes | None:
        ready.wait(10)
        return None

    pictures = Pictures(read)
    assert pictures.page("x", 1, 0) is LATE
    assert pictures.page("x", 1, 0) is LATE
    ready.set()
    assert pictures.page("x", 1).trouble == NO_FILE
    pictures.close()


def test_a_file_that_is_no_pdf_costs_its_picture_only() -> None:
    pictures = Pictures(lambda submission_id: b"no PDF")
    try:
        assert "cannot be drawn" in pictures.page("x", 1).trouble
        assert "cannot be drawn" in pictures.page("x", 2).trouble
    finally:
        pictures.close()
