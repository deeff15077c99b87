"""A browser that drives our pages, for the tests of `nox -s pages`: they need a Chromium and playwright."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHOTS = Path(__file__).resolve().parents[2] / "build" / "pages"
# CSS pixels, of a large and of a small screen.
WIDTHS = {"wide": 1300, "narrow": 390}
Scheme = Literal["light", "dark"]


@dataclass
class Visit:
    """An open page, with what it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def shoot(self, name: str) -> None:
        """Keep a picture of the whole page, for people to look at."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def wait_for(self, expression: str, seconds: float = 10.0) -> None:
        """Until this JavaScript is true. (playwright's own way of waiting is against the page's policy.)"""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, f"still not so: {expression}"
            self.page.wait_for_timeout(50)

    def overflow(self) -> float:
        """How many pixels the page is wider than the window."""
        return float(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


Visitor = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """An installed Chromium, without a window; CHROMIUM names one that is called otherwise."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(f"no browser: install one of {', '.join(NAMES)}, or name it with CHROMIUM=path")
    with sync_playwright() as playwright:
        # Containers have no sandbox of their own kernel, and no sound card.
        arguments = ["--no-sandbox", "--mute-audio", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Visitor:
    """Open a page from the disk. When it is closed, it must not have asked for anything, nor complained.

    A page with ``sounds`` may ask for the files in that folder beside it.
    """

    @contextmanager
    def opened(
        path: Path, width: str = "wide", scheme: Scheme = "light", sounds: bool = False
    ) -> Iterator[Visit]:
        context = browser.new_context(
            viewport={"width": WIDTHS[width], "height": 900}, color_scheme=scheme, offline=True
        )
        page = context.new_page()
        visit = Visit(page)

        def note(request: Any) -> None:
            ours = f"{path.parent.as_uri()}/sounds/" if sounds else "data:"
            if not request.url.startswith(("data:", "blob:", ours)):
                visit.requests.append(request.url)

        page.on("request", note)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                visit.complaints.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.goto(path.as_uri())
        yield visit
        context.close()
        assert visit.requests == [path.as_uri()]
        assert visit.complaints == []

    return opened
