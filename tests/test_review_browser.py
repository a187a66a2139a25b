"""The review page in a real browser, over a run of the pipeline: what a reviewer does in it, and what becomes of it."""

import io
import itertools
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from pipeline import corrections, store
from pipeline.batch import Batch, process
from pipeline.params import Params
from pipeline.stages import CHAIN
from pipeline.tabulate import tabulate
from tests.browser import browser

expect.set_options(timeout=15_000)
EVIL = "<script>document.title='run'</script><img src=x onerror=alert(1)>"
EVIL_NAME = "<img src=x onerror=alert(1)>.pdf"
LINES = (
    "1. Training",
    f"We trained 45 officials of Peru on 3 May 2021 {EVIL}",
    "and spent USD 4,500 on it. Boatmen were paid as well, five of them.",
    "2. Relief",
    "More than 500 families were reached in Chad in 2021.",
)


def report() -> bytes:
    """A report on one page, with markup in its text."""
    sink = io.BytesIO()
    canvas = Canvas(sink, pagesize=A4)
    for number, text in enumerate(("Harbour Council", "Activity Report", "January 2021 - December 2021")):
        canvas.setFont("Helvetica-Bold", 15 - number)
        canvas.drawCentredString(A4[0] / 2, 780 - 22 * number, text)
    for number, text in enumerate(LINES):
        heading = text[0].isdigit()
        canvas.setFont("Helvetica-Bold" if heading else "Helvetica", 13 if heading else 10)
        canvas.drawString(60, 690 - 24 * number, text)
    canvas.showPage()
    canvas.save()
    return sink.getvalue()


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `raw`, `out` and, as an older extraction, `before`."""
    folder = tmp_path_factory.mktemp("review")
    raw = folder / "raw"
    raw.mkdir()
    (raw / EVIL_NAME).write_bytes(report())
    batch = Batch(raw, folder / "out", Params())
    process(batch, CHAIN, lambda done, total: None)
    tabulate(batch)
    shutil.copytree(folder / "out" / "tables", folder / "before")
    change(folder / "before" / "money_mentions.parquet", lambda rows: [{**row, "currency": "EUR"} for row in rows])
    change(folder / "before" / "country_mentions.parquet", lambda rows: [row for row in rows if row["text"] != "Chad"])
    change(folder / "out" / "tables" / "date_mentions.parquet", lambda rows: rows[:0])
    return folder


def change(path: Path, work: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Writes other rows in place of those of a table."""
    table = pq.read_table(path)
    pq.write_table(table.from_pylist(work(table.to_pylist()), schema=table.schema), path)


class Running:
    """A review that is served, as the command does it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "pipeline.cli", "review", *arguments, "--raw", str(folder / "raw")]
        command += ["--out", str(folder / "out"), "--no-browser"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        told = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/\S+/", told)
        assert found, told + self.process.stdout.read()
        self.address = found[0]

    def stop(self) -> str:
        """Interrupts it; returns what it says at its end."""
        self.process.send_signal(signal.SIGINT)
        told, _ = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, told
        return told


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(extracted: Path) -> Iterator[Running]:
    running = Running(extracted, str(extracted / "before"), str(extracted / "out"))
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def clean(extracted: Path) -> Path:
    """The file of decisions, which is not there yet."""
    path = extracted / "raw" / "_corrections.jsonl"
    path.unlink(missing_ok=True)
    return path


def open_page(chromium: Browser, running: Running, who: str = "Mira") -> tuple[Page, list[str]]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(15_000)
    seen: list[str] = []
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: None if request.url.startswith(running.address) else seen.append(request.url))
    page.goto(running.address)
    page.fill("#who-name", who)
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_hidden()
    expect(page.locator("#item:not([aria-busy]) .card")).to_be_visible()
    return page, seen


@pytest.fixture
def page(chromium: Browser, served: Running, clean: Path) -> Iterator[Page]:
    opened, seen = open_page(chromium, served)
    yield opened
    assert [url for url in seen if not url.startswith("data:")] == []
    opened.close()


def decisions(path: Path) -> list[tuple[str, str]]:
    """What is in force: decision and words."""
    found = corrections.in_force(corrections.parse_corrections(path.read_bytes()))
    return [(item.decision, item.mention.text) for item in found if item.mention is not None]


def choose(page: Page, text: str) -> None:
    page.locator(".line", has_text=text).first.click()
    expect(page.locator("#item:not([aria-busy]) .card .words").first).to_contain_text(text)


def test_a_name_is_asked_once_and_can_be_changed(page: Page, clean: Path) -> None:
    expect(page.locator("#reviewer")).to_have_text("Mira")
    page.reload()
    expect(page.locator("#item:not([aria-busy]) .card")).to_be_visible()
    expect(page.locator("#reviewer")).to_have_text("Mira")
    page.click("#reviewer")
    page.fill("#who-name", "Tomas")
    page.keyboard.press("Enter")
    expect(page.locator("#reviewer")).to_have_text("Tomas")
    expect(page.locator("#who")).to_be_hidden()
    page.keyboard.press("a")
    expect(page.locator("#toast")).to_be_visible()
    assert corrections.parse_corrections(clean.read_bytes())[0].who == "Tomas"


def test_accept_reject_undo_by_keys_and_reload(page: Page, clean: Path) -> None:
    choose(page, "USD 4,500")
    expect(page.locator("#item .value").first).to_contain_text("4,500 EUR")
    page.keyboard.press("c")
    page.keyboard.type("the page says dollars")
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    expect(page.locator("#toast")).to_contain_text("Accepted: “USD 4,500”")
    assert decisions(clean) == [("accept", "USD 4,500")]
    page.reload()
    expect(page.locator(".line", has_text="USD 4,500").locator(".tickmark")).to_have_text("accepted")
    choose(page, "USD 4,500")
    expect(page.locator(".why")).to_have_text("“the page says dollars”")
    page.keyboard.press("r")
    expect(page.locator(".line", has_text="USD 4,500").locator(".tickmark")).to_have_text("rejected")
    assert decisions(clean) == [("reject", "USD 4,500")]
    mark = page.locator(".line", has_text="USD 4,500").locator(".tickmark")
    choose(page, "USD 4,500")
    page.keyboard.press("u")
    expect(mark).to_have_text("accepted")
    assert decisions(clean) == [("accept", "USD 4,500")]
    choose(page, "USD 4,500")
    page.keyboard.press("u")
    expect(mark).to_have_count(0)
    assert decisions(clean) == []


def test_a_value_is_edited_with_its_mistake_told_beside_the_field(page: Page, clean: Path) -> None:
    choose(page, "USD 4,500")
    page.keyboard.press("e")
    expect(page.locator("#edit-amount")).to_be_focused()
    page.keyboard.type("a lot")
    page.keyboard.press("Enter")
    expect(page.locator("#edit-amount-hint")).to_have_text("‘Amount’ cannot be 'a lot': it is a number.")
    page.fill("#edit-amount", "4,500,000")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("Edited")
    choose(page, "USD 4,500")
    expect(page.locator(".effect")).to_have_text("4,500,000 USD")
    (decision,) = corrections.parse_corrections(clean.read_bytes())
    assert decision.value is not None
    assert decision.value["amount"] == "4500000"


def test_filters_and_search(page: Page) -> None:
    before = page.locator(".line").count()
    page.keyboard.press("/")
    page.keyboard.type("4,500 eur")
    expect(page.locator(".line")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_have_value("4,500 eur")
    page.fill("#search", "nowhere to be found")
    expect(page.locator("#lines .none")).to_contain_text("Nothing fits")
    page.get_by_role("button", name="Show everything").click()
    expect(page.locator(".line")).not_to_have_count(1)
    page.click("#filters-open")
    page.locator("#groups label", has_text="money").click()
    expect(page.locator(".line", has_text="USD 4,500")).to_have_count(0)
    page.locator("#sorts label", has_text="gone").click()
    expect(page.locator(".line", has_text="3 May 2021")).to_have_count(0)
    expect(page.locator(".line", has_text="Chad")).to_have_count(1)
    assert before >= 2


def test_what_is_gone_is_shown_where_it_was_and_put_back(page: Page, clean: Path) -> None:
    choose(page, "3 May 2021")
    expect(page.locator("#item .badge").first).to_have_text("gone")
    expect(page.locator("#sheet .ghost rect")).to_have_count(1)
    page.keyboard.press("r")
    expect(page.locator("#mistake")).to_contain_text("It is gone already")
    page.keyboard.press("o")
    expect(page.locator("#toast")).to_contain_text("Added: “3 May 2021”")
    assert decisions(clean) == [("add", "3 May 2021")]
    choose(page, "3 May 2021")
    expect(page.locator(".said")).to_contain_text("Put back by Mira", ignore_case=True)


def test_two_pages_show_each_others_decisions_and_never_overwrite(
    chromium: Browser, served: Running, clean: Path
) -> None:
    one, _ = open_page(chromium, served, "Mira")
    other, _ = open_page(chromium, served, "Tomas")
    for page in (one, other):
        choose(page, "USD 4,500")
    one.keyboard.press("r")
    expect(one.locator("#toast")).to_contain_text("Rejected")
    other.keyboard.press("a")
    expect(other.locator("#mistake")).to_contain_text("Mira decided (reject)")
    expect(other.locator(".said")).to_contain_text("by Mira")
    assert decisions(clean) == [("reject", "USD 4,500")]
    other.keyboard.press("a")
    expect(other.locator("#toast")).to_contain_text("Accepted")
    expect(one.locator(".line", has_text="USD 4,500").locator(".tickmark")).to_have_text("accepted")
    one.close()
    other.close()


def drag(page: Page, text: str, line: int) -> None:
    """Draws a box around words of a line of the report."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    before, width = (stringWidth(part, "Helvetica", 10) for part in (LINES[line].partition(text)[0], text))
    box = page.locator("#sheet svg").bounding_box()
    assert box is not None
    scale = box["width"] / A4[0]
    top = A4[1] - (690 - 24 * line)
    page.mouse.move(box["x"] + (59 + before) * scale, box["y"] + (top - 11) * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + (61 + before + width) * scale, box["y"] + (top + 4) * scale, steps=3)
    page.mouse.up()


def test_a_missed_mention_is_added_by_drawing_a_box(page: Page, clean: Path) -> None:
    page.click("[data-queue=pages]")
    expect(page.locator("#lines h2").first).to_have_text("Page 1")
    expect(page.locator(".mention.kind-country").first).to_be_visible()
    page.keyboard.press("b")
    drag(page, "Council", 0)
    expect(page.locator("#toast")).to_contain_text("no words of a section in this box")
    drag(page, "Boatmen were", 2)
    expect(page.locator("#add-line mark")).to_have_text("Boatmen were")
    page.click("#add [data-edge=end][data-step='-1']")
    expect(page.locator("#add-line mark")).to_have_text("Boatmen")
    page.get_by_role("radio", name="count", exact=True).check(force=True)
    page.locator("#add-form").get_by_role("button", name="Add").click()
    expect(page.locator("#add-count-value-hint")).to_have_text("‘Number’ is missing.")
    page.fill("#add-count-value", "5")
    page.fill("#add-count-unit", "boatmen")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("Added: “Boatmen”")
    expect(page.locator(".mention.added")).to_have_count(1)
    assert decisions(clean) == [("add", "Boatmen")]
    page.reload()
    page.click("[data-queue=decisions]")
    expect(page.locator(".line")).to_have_count(1)
    expect(page.locator(".said")).to_contain_text("added by Mira")


def test_a_box_on_the_page_chooses_its_mention(page: Page) -> None:
    page.click("[data-queue=pages]")
    page.locator(".mention.kind-country", has_text="Chad").click()
    expect(page.locator("#item .card .words").first).to_have_text("Chad")
    expect(page.locator(".mention.here")).to_have_attribute("data-kind", "country")
    page.locator(".legend label", has_text="country").click()
    expect(page.locator(".mention.kind-country").first).to_be_hidden()


def test_nothing_of_a_pdf_or_of_its_name_runs(page: Page) -> None:
    page.click("[data-queue=unsure]")
    page.click("#filters-open")
    page.select_option("#below", "2")
    page.fill("#search", "document.title")
    page.locator(".line", has_text="Peru").first.click()
    expect(page.locator("#item blockquote").first).to_contain_text("<script>")
    expect(page.locator("#sheet-file")).to_contain_text(EVIL_NAME)
    assert page.title().startswith("Review")
    assert page.locator("img[src=x]").count() == 0
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'document.title=2'}))")
    assert page.title() != "2"


def test_keys_help_and_focus(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    first = page.locator(".line.here").get_attribute("data-id")
    page.keyboard.press("j")
    expect(page.locator(f".line.here:not([data-id='{first}'])")).to_have_count(1)
    page.keyboard.press("k")
    expect(page.locator(f".line.here[data-id='{first}']")).to_have_count(1)
    page.keyboard.press("z")
    expect(page.locator("#page")).to_have_class(re.compile("zoomed"))
    page.keyboard.press("p")
    expect(page.locator("#page")).to_be_hidden()
    page.keyboard.press("j")
    second = page.locator(".line.here").get_attribute("data-id")
    page.reload()
    expect(page.locator(f".line.here[data-id='{second}']")).to_have_count(1)
    expect(page.locator("#page")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (900, 700), (1440, 900)])
def test_nothing_sticks_out_on_any_screen(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#item .bar .accept")).to_be_in_viewport()


def test_a_review_that_is_killed_keeps_every_decision_that_it_acknowledged(extracted: Path, clean: Path) -> None:
    running = Running(extracted)
    origin = running.address.rsplit("/", 2)[0]
    told = []
    with httpx.Client(base_url=running.address, headers={"Origin": origin}) as client:
        lines = client.get("queue.json", params={"name": "unsure", "below": 2}).json()["lines"]
        threading.Timer(0.1, running.process.kill).start()
        try:
            for action in itertools.cycle(("reject", "accept")):
                for line in lines:
                    item = client.get("item.json", params={"id": line[0]}).json()
                    body = {"id": line[0], "action": action, "who": "ab", "version": item["version"]}
                    told.append(client.post("decide", json=body).json()["decision"])
        except httpx.TransportError:
            pass
    running.process.wait()
    whole, _ = store.read_log(clean)
    kept = [decision.id for decision in corrections.parse_corrections(whole)]
    assert kept[: len(told)] == told
    assert len(kept) <= len(told) + 1


def test_decisions_are_replayed_by_the_next_run(page: Page, extracted: Path, clean: Path, served: Running) -> None:
    choose(page, "USD 4,500")
    page.keyboard.press("e")
    page.fill("#edit-amount", "45000")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("Edited")
    batch = Batch(extracted / "raw", extracted / "out", Params())
    tabulate(batch)
    rows = pq.read_table(extracted / "out" / "tables" / "money_mentions.parquet").to_pylist()
    (found,) = [row for row in rows if row["text"] == "USD 4,500"]
    assert (found["source"], found["amount"]) == ("correction", 45000)
    assert '"amount":"4500"' in found["machine_value"]
    told = served.stop()
    assert "decisions were added to" in told
    clean.unlink()
    tabulate(batch)


def test_without_a_diff_it_browses_and_without_a_pdf_it_says_so(
    chromium: Browser, extracted: Path, tmp_path: Path
) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "out").symlink_to(extracted / "out")
    running = Running(tmp_path, "--reviewer", "Mira")
    page = chromium.new_page()
    page.goto(running.address)
    expect(page.locator("#tabs button").first).to_contain_text("Low confidence")
    expect(page.locator("#reviewer")).to_have_text("Mira")
    expect(page.locator("#who")).to_be_hidden()
    page.click("[data-queue=pages]")
    expect(page.locator("#page .mistake")).to_contain_text("The PDF is not in the folder of submissions")
    page.close()
    assert "No decisions were made." in running.stop()
