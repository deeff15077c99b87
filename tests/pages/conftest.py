"""A browser that shows our pages, for the tests of `nox -s pages`: they need playwright, and a Chromium.

BROWSER=firefox takes an installed Firefox (WebDriver BiDi, from release 153 on) instead.
"""

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
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

Name = Literal["chromium", "firefox"]
COMMANDS: dict[Name, tuple[str, ...]] = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "firefox": ("firefox-esr", "firefox"),
}
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


@dataclass
class Browsers:
    """An installed browser, without a window: one that runs for each colour scheme that is asked for."""

    name: Name
    path: str
    playwright: Playwright
    running: dict[Scheme, Browser] = field(default_factory=dict)

    def context(self, width: str = "wide", scheme: Scheme = "light", offline: bool = True) -> BrowserContext:
        """A profile of its own; Chromium's is without a network, if ``offline``."""
        viewport: Any = {"width": WIDTHS[width], "height": 900}
        if self.name == "chromium":
            if not self.running:
                # Containers have no sandbox of their own kernel, and no sound card.
                arguments = ["--no-sandbox", "--mute-audio", "--autoplay-policy=no-user-gesture-required"]
                self.running[scheme] = self.playwright.chromium.launch(
                    executable_path=self.path, args=arguments
                )
            (browser,) = self.running.values()
            return browser.new_context(viewport=viewport, color_scheme=scheme, offline=offline)
        if scheme not in self.running:
            # Firefox takes the scheme when it starts, and not by the protocol.
            settings: Any = {
                "layout.css.prefers-color-scheme.content-override": 0 if scheme == "dark" else 1,
                "media.autoplay.default": 0,
            }
            self.running[scheme] = self.playwright.firefox.launch(
                channel="moz-firefox", executable_path=self.path, firefox_user_prefs=settings
            )
        return self.running[scheme].new_context(viewport=viewport)


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    """BROWSER says which, and CHROMIUM or FIREFOX where it is, if it is called otherwise."""
    name: Name = "firefox" if os.environ.get("BROWSER") == "firefox" else "chromium"
    commands = COMMANDS[name]
    found = os.environ.get(name.upper()) or next(filter(None, map(shutil.which, commands)), None)
    if found is None:
        pytest.fail(f"no browser: install one of {', '.join(commands)}, or name it with {name.upper()}=path")
    with sync_playwright() as playwright:
        started = Browsers(name, found, playwright)
        yield started
        for browser in started.running.values():
            browser.close()


@pytest.fixture
def visit(browsers: Browsers) -> Visitor:
    """Open a page from the disk. When it is closed, it must not have asked for anything, nor complained.

    A page with ``sounds`` may ask for the files in that folder beside it.
    """

    @contextmanager
    def opened(
        path: Path, width: str = "wide", scheme: Scheme = "light", sounds: bool = False
    ) -> Iterator[Visit]:
        context = browsers.context(width, scheme)
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
        # Firefox does not tell of the page itself, which is a file.
        assert [url for url in visit.requests if url != path.as_uri()] == []
        assert visit.complaints == []

    return opened
