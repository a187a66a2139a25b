"""What is an activity and what is not, in small reports made by hand; see `changed_tables` for the notation."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import activities, schema
from pipeline.activities import telling
from pipeline.activities.links import CELLS
from pipeline.nouns import lemma
from tests.changed_tables import extraction

DAY = "[3 May 2021|date 2021-05-03]"


def of(sections: dict[str, str], **file: Any) -> list[dict[str, Any]]:
    """The activities of a report of 2021 with these sections, in reading order."""
    made = extraction({"name": "a.pdf", "sections": sections, **file})
    counts = [row | {"unit_head": lemma(row["text"].split()[-1])} for row in made["count_mentions"].to_pylist()]
    tables = activities.tables_of(made | {"count_mentions": schema.to_arrow(schema.COUNT_MENTIONS, counts)})
    rows: list[dict[str, Any]] = sorted(tables["activities"].to_pylist(), key=lambda row: row["ordinal"])
    return rows


def one(text: str, title: str = "Youth work") -> dict[str, Any] | None:
    found = of({f"1 {title}": text})
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    "text",
    [
        f"A training course for carers was held on {DAY} in the town hall.",
        f"We opened a clinic on {DAY}.",
        "The Council distributed [400 blankets|count 400] and repaired two wells.",
        f"Our staff met the mayor on {DAY} and handed over a petition.",
        f"- Seminar for carers\n- {DAY}\n- [40 participants|count 40]",
        "Volunteers have planted [9,000 trees|count 9000].",
    ],
)
def test_what_was_done_is_an_activity(text: str) -> None:
    assert one(text) is not None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Youth work", f"A training course will be held on {DAY}."),
        ("Youth work", f"The course planned for {DAY} was cancelled."),
        ("Youth work", "Our members are [400 carers|count 400] in nine towns."),
        ("Youth work", "The centre is open to everyone and has [12 rooms|count 12]."),
        ("Plans for next year", f"Training was requested; a course is foreseen for {DAY}."),
        ("Contents", "1 Youth work 3\n2 Training 7"),
        ("Accounts", f"Income was [90 USD|money 90 USD]. The accounts were approved on {DAY}."),
        ("Secretariat", "President: Ms. A. Example\nSecretary General: Mr. B. Example"),
        ("Key figures", "- Deaths reported: [31|count 31]\n- People affected: [4,000|count 4000]"),
        ("Youth work", ""),
    ],
)
def test_what_is_planned_called_off_or_only_so_is_none(title: str, text: str) -> None:
    assert one(text, title) is None


def test_a_list_gives_an_activity_for_each_thing_done() -> None:
    text = "Together with the club we did this:\n- trained [45 nurses|count 45];\n- built [three wells|count 3];"
    assert [row["title"] for row in of({"1 Work": text})] == ["trained 45 nurses", "built three wells"]


def test_items_that_only_say_more_belong_to_the_item_before() -> None:
    text = (
        "- Study tour to the coast\n- [3 May 2021|date 2021-05-03]\n- [11 participants|count 11]\n"
        "- Study tour to the hills\n- [8 June 2021|date 2021-06-08]\n- [9 participants|count 9]"
    )
    found = of({"1 Tours": text})
    assert [(row["title"], str(row["date_start"])) for row in found] == [
        ("Study tour to the coast", "2021-05-03"),
        ("Study tour to the hills", "2021-06-08"),
    ]


def test_events_with_dates_of_their_own_are_apart() -> None:
    text = (
        "- Study tour to the coast, [3 May 2021|date 2021-05-03]\n- Summer school, [8 June 2021|date 2021-06-08]\n"
        "- Hosted by the sailing club"
    )
    assert [str(row["date_start"]) for row in of({"1 Meetings": text})] == ["2021-05-03", "2021-06-08"]


@pytest.mark.parametrize(
    "text",
    [
        "Many families told us that they would rather stay at home.",
        "We have worked with the sailing club since 2009.",
        "For next year the Council has set aside [300 USD|money 300 USD].",
        "Programmes run by members are open to all.",
    ],
)
def test_what_people_say_what_goes_on_and_what_is_set_aside_is_nothing_done(text: str) -> None:
    assert one(text) is None


def test_a_list_under_a_sentence_that_tells_of_doing_tells_of_it_too() -> None:
    text = (
        "Courses were held in:\n- Harbour, [3 May 2021|date 2021-05-03]: [28 carers|count 28]\n"
        "- Hilltown, [8 June 2021|date 2021-06-08]: [9 carers|count 9]\n- a follow-up is planned"
    )
    assert [row["people_reached"] for row in of({"1 Courses": text})] == [28.0, 9.0]


def test_details_that_open_a_list_are_those_of_all_its_items() -> None:
    text = (
        "- Dates: [3 May 2021|date 2021-05-03]\n- [90 households|count 90] received food.\n- Two wells were repaired."
    )
    assert [str(row["date_start"]) for row in of({"1 Relief": text})] == ["2021-05-03", "2021-05-03"]


def test_how_things_were_gives_no_date_where_something_done_has_one() -> None:
    row = one(f"In [2021|date 2021-01-01/2021-12-31] the hall was too small. On {DAY} we moved to the school.")
    assert row is not None
    assert str(row["date_end"]) == "2021-05-03"


def test_only_what_is_done_fills_the_cells() -> None:
    row = one(
        f"On {DAY} we trained [45 officials|count 45] in [Peru|country PE], [12|count 12] of them women, for "
        "[1,200 USD|money 1200 USD]. A second course will follow on [9 June 2021|date 2021-06-09] in "
        "[Chile|country CL]."
    )
    assert row is not None
    assert (str(row["date_start"]), str(row["date_end"]), row["date_basis"]) == ("2021-05-03", "2021-05-03", "own")
    assert (row["countries"], row["amounts"], row["people_reached"]) == ("PE", "USD 1,200", 45.0)


@pytest.mark.parametrize(
    ("text", "people", "counts"),
    [
        ("We trained [45 nurses|count 45] and [60 teachers|count 60].", 60.0, None),
        ("We trained [45 nurses|count 45], of whom [90 women|count 90].", 45.0, None),
        ("Our [80 volunteers|count 80] visited [45 patients|count 45].", 45.0, None),
        ("We met [600 people|count 600] a day and trained [45 nurses|count 45].", 45.0, None),
        ("We planted [9,000 trees|count 9000] with [45 pupils|count 45].", 45.0, "9,000 trees"),
        ("We trained [45 nurses|count 45]. There will be [300 nurses|count 300] next year.", 45.0, None),
    ],
)
def test_people_reached_is_the_largest_number_of_people_done_for(text: str, people: float, counts: str | None) -> None:
    row = one(text)
    assert row is not None
    assert (row["people_reached"], row["other_counts"]) == (people, counts)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("We paid [300 USD|money 300 USD] and [200 USD|money 200 USD].", "USD 500"),
        ("We paid [300 USD|money 300 USD], about [270 EUR|money 270 EUR].", "USD 300"),
        ("We built [3 wells|count 3] at [300 USD|money 300 USD] a well.", None),
        ("We received [300 USD|money 300 USD], of which [90 USD|money 90 USD] from members.", "USD 300"),
        ("We paid [300 USD|money 300 USD] and [5 GBP|money 5 GBP].", "GBP 5; USD 300"),
        ("We paid [300|money 300] in cash.", "XXX 300"),
        ("We gave [300 USD|money 300 USD], a third of the total budget of [900 USD|money 900 USD].", "USD 300"),
        ("It cost [900 USD|money 900 USD]; the town gave ([600 USD|money 600 USD]).", "USD 900"),
    ],
)
def test_amounts_are_added_by_currency_without_prices_parts_and_repeats(text: str, amounts: str | None) -> None:
    row = one(text)
    assert row is not None
    assert row["amounts"] == amounts


def test_dates_outside_the_period_are_background() -> None:
    row = one(f"The fund, which was set up on [1 May 1998|date 1998-05-01], paid a grant on {DAY}.")
    assert row is not None
    assert str(row["date_start"]) == "2021-05-03"


def test_ids_survive_hyphens_spaces_and_another_file() -> None:
    [first] = of({"1 Work": "- trained nurses at the clinic and built a well"})
    [second] = of({"1 Work": "- trained nur-ses  at the clinic and built a well"}, id="else", bytes="else")
    assert first["activity_id"] == second["activity_id"]


def test_the_same_report_handed_in_twice_gets_a_suffix() -> None:
    report = {"sections": {"1 Work": "We opened a clinic on the coast."}}
    tables = activities.tables_of(extraction({"name": "a.pdf", **report}, {"name": "b.pdf", **report}))
    ids = tables["activities"]["activity_id"].to_pylist()
    assert len(set(ids)) == 2
    assert {activity_id.partition("~")[0] for activity_id in ids} == {min(ids)}


def test_every_cell_names_its_mentions() -> None:
    tables = activities.tables_of(
        extraction({"name": "a.pdf", "sections": {"1 Work": f"We gave [300 USD|money 300 USD] on {DAY}."}})
    )
    links = {row["cell"]: row for row in tables["activity_mentions"].to_pylist()}
    assert set(links) == {"date_start", "amounts"}
    assert all(0 < row["confidence"] < 1 for row in links.values())
    [amount] = tables["activity_amounts"].to_pylist()
    assert (amount["currency"], str(amount["amount"]), amount["mention_count"]) == ("USD", "300.0000", 1)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    text = text.replace("[", "").encode("utf-8", "ignore").decode()
    for row in of({"1 Any": text}):
        assert text[row["char_start"] : row["char_end"]] == row["text"]


@pytest.mark.parametrize("text", ["was " * 25_000, "- a\n" * 25_000, "x: " * 30_000, "held" * 25_000, "(" * 100_000])
def test_long_text_is_read_in_bounded_time(text: str) -> None:
    of({"1 Any": text})


def test_no_word_is_in_two_lists_that_exclude_each_other() -> None:
    assert not telling.words("irregular_pasts") & telling.words("not_pasts")
    assert set(schema.ACTIVITY_ROLES) >= set(CELLS)
