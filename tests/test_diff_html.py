"""The HTML report in a real browser: what it shows, what its filters do, and that nothing of a PDF runs in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from pipeline import changes
from pipeline.records import Box
from pipeline.views import evidence
from pipeline.views import page as report
from tests.browser import browser, watched
from tests.changed_tables import extraction
from tests.conftest import RAW

EVIL = "<script>document.title='run'</script><img src=x onerror=alert(1)>"
OLD = {
    "name": "harbour.pdf",
    "sections": {
        "1 Training": "We trained [45 officials|count 45] in [Peru|country PE].",
        "2 Funds": "The work cost [USD 1,200|money 1200 USD] in [Chad|country TD].",
    },
}
NEW = {
    "name": "harbour.pdf",
    "sections": {
        "1 Training": "We [trained 45 officials|count 45] in Peru.",
        "2 Funds": "The work cost [USD 1,200|money 1200000 USD] in [Chad|country TD].",
        f"3 </script>{EVIL}": f"We met [9 {EVIL}|count 9] on [3 May 2021|date 2021-05-03].",
    },
}


def write(path: Path, old: Any = OLD, new: Any = NEW, read: evidence.Read = lambda submission_id: None) -> Path:
    comparison = changes.compare(extraction(old), extraction(new))
    album = evidence.take(comparison.changes, read, 100)
    path.write_text(report.render(comparison, "before", f"after {EVIL}", album), "utf-8")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[tuple[Page, list[Any]]]:
    page = chromium.new_page()
    seen = watched(page)
    page.goto(write(tmp_path / "report.html").as_uri())
    yield page, seen
    page.close()


def words(page: Page) -> list[str]:
    return page.locator(".card .words").all_text_contents()


def test_losses_come_first_with_their_sentence(opened: tuple[Page, list[Any]]) -> None:
    page, _ = opened
    assert page.locator("h2").all_inner_texts() == ["Losses", "Failed checks", "Everything else"]
    first = page.locator(".card").first
    assert first.locator(".badge").inner_text() == "gone"
    assert first.locator("mark").inner_text() == "Peru"
    assert page.locator("#count").inner_text() == "6 changes"


def test_an_edited_span_and_a_changed_value_show_both_sides(opened: tuple[Page, list[Any]]) -> None:
    page, _ = opened
    check = page.locator(".card.changed", has_text="USD 1,200")
    assert check.locator(".value").inner_text() == "1,200 USD → 1,200,000 USD"
    assert check.locator(".check").inner_text() == "amount is another order of magnitude"
    assert (
        page.locator(".card.changed .words", has_text="officials").inner_text() == "45 officials → trained 45 officials"
    )


def test_nothing_of_a_pdf_runs(opened: tuple[Page, list[Any]]) -> None:
    page, seen = opened
    page.locator(".card", has_text="onerror").first.wait_for()
    page.wait_for_timeout(100)
    assert page.title().startswith("What changed: before → after <script>")
    assert page.locator("img").count() == 0
    assert seen == []


def test_the_policy_refuses_what_is_not_its_own(opened: tuple[Page, list[Any]]) -> None:
    page, seen = opened
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title=1\">')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'document.title=2'}))")
    page.wait_for_timeout(100)
    assert page.title() not in ("1", "2")
    assert all("Content Security Policy" in str(message) for message in seen)
    assert seen


def test_filters_and_search(opened: tuple[Page, list[Any]]) -> None:
    page, _ = opened
    page.locator("label", has_text="gone").click()
    assert "Peru" not in words(page)
    page.locator("label", has_text="structure").click()
    page.locator("#search").fill("usd 1,200")
    assert words(page) == ["USD 1,200"]
    assert page.locator("#count").inner_text() == "1 of 6 changes"
    page.locator("#search").fill("nowhere to be found")
    page.get_by_role("button", name="Show everything").click()
    assert page.locator(".card").count() == 6
    page.locator("#report").select_option(index=1)
    assert page.locator(".card").count() == 6


def test_the_keyboard_goes_from_card_to_card(opened: tuple[Page, list[Any]]) -> None:
    page, _ = opened
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        classes = page.locator(".card").evaluate_all("cards => cards.map(card => card.matches('.here'))")
        assert classes.index(True) == place
        assert sum(classes) == 1
    page.keyboard.press("/")
    page.keyboard.type("jk")
    assert page.locator("#search").input_value() == "jk"


def test_many_changes_are_placed_as_they_come_into_view(chromium: Browser, tmp_path: Path) -> None:
    many = " ".join(f"[{number} officials|count {number}]" for number in range(1, 301))
    page = chromium.new_page()
    page.goto(write(tmp_path / "many.html", {**OLD, "sections": {"1 All": many}}, OLD).as_uri())
    placed = page.locator(".card").count()
    assert placed < 120
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".card").count() > 300
    page.close()


def test_crops_of_the_page_are_in_the_file(chromium: Browser, tmp_path: Path) -> None:
    data = (RAW / "flood_situation_update_no14.pdf").read_bytes()
    page = chromium.new_page()
    seen = watched(page)
    page.goto(write(tmp_path / "crops.html", read=lambda submission_id: data).as_uri())
    page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 20)")
    assert page.locator("img").count() >= 4
    assert seen == []
    page.close()


def test_a_pdf_that_is_no_pdf_gives_no_pictures() -> None:
    comparison = changes.compare(extraction(OLD), extraction(NEW))
    assert evidence.take(comparison.changes, lambda submission_id: b"no PDF", 100).crops == []


@pytest.mark.parametrize(("shift", "pictures"), [(1.0, 1), (40.0, 2)])
def test_a_box_that_hardly_shifts_needs_no_second_picture(shift: float, pictures: int) -> None:
    data = (RAW / "flood_situation_update_no14.pdf").read_bytes()
    new = {
        **OLD,
        "sections": {**OLD["sections"], "1 Training": "We trained [45 officials|count 46] in [Peru|country PE]."},
    }
    (change,) = [c for c in changes.compare(extraction(OLD), extraction(new)).changes if c.kind]
    (box,) = change.old_boxes
    moved = Box(1, tuple(edge + shift for edge in box.bbox))  # type: ignore[arg-type]

    change = msgspec.structs.replace(change, new_boxes=(moved,))
    assert len(evidence.take([change], lambda submission_id: data, 9).pictures[0]) == pictures


def test_equal_extractions(chromium: Browser, tmp_path: Path) -> None:
    page = chromium.new_page()
    seen = watched(page)
    page.goto(write(tmp_path / "equal.html", OLD, OLD).as_uri())
    assert page.locator("h1").inner_text() == "Nothing changed"
    assert seen == []
    page.close()
