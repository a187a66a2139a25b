"""The browser that end-to-end tests drive: Debian's chromium, without a network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless browser; without chromium the test fails and says how to get it."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("chromium is not installed, which this test needs: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


def watched(page: Page) -> list[Any]:
    """Whatever the page complains of, runs into, or asks the network for."""
    seen: list[Any] = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: seen.append(request.url) if request.url.startswith("http") else None)
    return seen
