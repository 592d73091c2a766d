"""A real browser on a real site: Debian's Chromium, with nothing reachable but the site."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from ..conftest import DEMO_PASSWORD
from ..processes.running import Running, running

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not there; scripts/test installs it where it may")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--no-first-run",
            ],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live(templates, tmp_path_factory) -> Iterator[Running]:
    """The demo, running; shared by the journeys of one worker, which do not disturb each other."""
    folder = templates.copy("sqlite", True, tmp_path_factory.mktemp("live") / "data").data_dir
    with running(folder) as site:
        yield site


@dataclass
class Tab:
    """A tab of the browser that keeps what no page may have."""

    page: Page
    site: Running
    foreign: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def go(self, path: str) -> "Tab":
        self.page.goto(self.site.address + path)
        return self

    def sign_in(self, who: str) -> "Tab":
        self.page.context.clear_cookies()
        self.go("/inloggen")
        self.page.fill("#email", f"{who}@demo.example")
        self.page.fill("#password", DEMO_PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        return self

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def assert_clean(self) -> None:
        """Nothing was asked of another host, and the browser complained about nothing."""
        assert self.foreign == []
        assert self.messages == []

    def assert_fits(self) -> None:
        """Nothing sticks out of the window."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.page.viewport_size["width"], f"{self.path} is {wide} wide"


def open_tab(context: BrowserContext, site: Running) -> Tab:
    tab = Tab(context.new_page(), site)

    def on_request(request: Request) -> None:
        if not request.url.startswith((site.address, "data:")):
            tab.foreign.append(request.url)

    def on_console(message) -> None:
        # A form with a mistake comes back with 422, which Chromium calls an error.
        if "status of 422" not in message.text:
            tab.messages.append(message.text)

    tab.page.on("request", on_request)
    tab.page.on("console", on_console)
    tab.page.on("pageerror", lambda error: tab.messages.append(str(error)))
    tab.page.set_default_timeout(30_000)
    return tab


@pytest.fixture
def tab(browser, live) -> Iterator[Tab]:
    """A tab at 1280 pixels wide."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    yield open_tab(context, live)
    context.close()


@pytest.fixture
def narrow_tab(browser, live) -> Iterator[Tab]:
    """A tab as a small telephone has, without JavaScript."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, locale="nl-NL", java_script_enabled=False
    )
    yield open_tab(context, live)
    context.close()
