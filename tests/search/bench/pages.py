"""How fast whole search pages come, and what one weighs: ours beside two others.

Each site is served by two processes on the same services and asked by wrk with eight
connections in turn, the next request another question: once the words that schools use most
(``everyday.txt``) in turn, once made questions of which none comes back. The weight is what an
anonymous browser gets.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from playwright.sync_api import sync_playwright

from socialmap.config import ROOT

from ...processes.running import free_port, running, wait_until
from . import ours, plain_sqlite
from .adapters import NotHere
from .evaluate import HERE
from .figures import Figure, rounded, table, tell
from .make_catalogue import generate
from .questions import questions, words_of
from .speed import ASKED_FROM

EVERYDAY = "everyday words"
NEW = "new questions"
QUESTIONS = 20_000
"""More new questions than are asked in a run: so no page is asked for twice in it."""
WARMING = 20
"""Seconds of other questions before it counts, for every process to have loaded what it needs."""
CONNECTIONS = 8

OURS, PLAIN, DATASETTE = "ours", "plain Flask and FTS5", "Datasette"

GOALS = {(EVERYDAY, PLAIN): 5, (EVERYDAY, DATASETTE): 100, (NEW, PLAIN): 5}
"""How many times as many pages a second as a peer. Datasette finds nothing for most new
questions, for it asks for every word of them: what it does then is no search page.
"""

OUR_PAGE = "/aanbod?q="
FACETS = "".join(
    [f"&_facet={name}" for name in plain_sqlite.ONE_VALUE]
    + [f"&_facet_array={name}" for name in plain_sqlite.MORE_VALUES]
)
LIMITS = {"facet_time_limit_ms": 2000, "sql_time_limit_ms": 5000}
"""Datasette may take its time: so it leaves no facet out."""

WEIGHED = 20
"""So many pages are weighed; the heaviest counts."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--services", type=int, default=20_000, metavar="N")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    """Measure and tell; the exit code, 1 when a goal is missed."""
    words = words_of(generate(min(options.services, ASKED_FROM), options.seed))
    asked = questions(words, QUESTIONS, options.seed)
    with TemporaryDirectory(prefix="socialmap-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        everyday = (HERE / "everyday.txt").read_text().splitlines()
        asking = {
            EVERYDAY: (_write(folder / "everyday", everyday),) * 2,
            NEW: (
                _write(folder / "warming", questions(words, QUESTIONS, options.seed + 1)),
                _write(folder / "questions", asked),
            ),
        }
        standing = dict(_standing(stack, _sites(folder, options.services, options.seed)))
        loads = {
            kind: load(standing, warming, file, options.seconds, options.runs)
            for kind, (warming, file) in asking.items()
        }
        figures = [*beside_others(loads), *weight(standing[OURS].address, asked[:WEIGHED])]
    print(f"{options.services:,} services, {CONNECTIONS} connections, {options.seconds} seconds")
    print(_told(loads))
    return tell(figures)


def _write(file: Path, asked: list[str]) -> Path:
    file.write_text("".join(f"{quote(question)}\n" for question in asked))
    return file


# The sites ---------------------------------------------------------------------------


class Page(NamedTuple):
    """Where a site answers, and the path of its search page before and after the question."""

    address: str
    before: str
    after: str = ""


Site = AbstractContextManager[Page]


def _standing(stack: ExitStack, sites: dict[str, Site]) -> Iterator[tuple[str, Page]]:
    """Start the sites; they run until the stack is left."""
    for name, site in sites.items():
        try:
            yield name, stack.enter_context(site)
        except NotHere as reason:
            print(f"{name} is left out: {reason}")


def _sites(folder: Path, services: int, seed: int) -> dict[str, Site]:
    database = folder / "services.db"
    metadata = plain_sqlite.write(database, generate(services, seed))
    return {
        OURS: _ours(folder / "ours", ours.kept(services, seed).folder),
        PLAIN: _plain(database),
        DATASETTE: _datasette(database, metadata),
    }


@contextmanager
def _ours(folder: Path, kept: Path) -> Iterator[Page]:
    """``socialmap serve`` on a copy, for a site that is served is written to."""
    shutil.copytree(kept, folder)
    with running(folder, words=("serve",)) as site:
        yield Page(site.address, OUR_PAGE)


@contextmanager
def _plain(database: Path) -> Iterator[Page]:
    """The same server with as many processes and threads as ours."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "4",
        "--bind", f"127.0.0.1:{port}", f"{__package__}.plain_page:app",
    ]  # fmt: skip
    with _serving(command, port, PLAIN_CATALOGUE=str(database)) as address:
        yield Page(address, "/?q=")


@contextmanager
def _datasette(database: Path, metadata: Path) -> Iterator[Page]:
    program = Path(sys.executable).with_name("datasette")
    if not program.exists():
        raise NotHere("datasette is not installed")
    port = free_port()
    command = [
        str(program), "serve", "-i", str(database), "-m", str(metadata), "-p", str(port),
    ]  # fmt: skip
    for name, value in LIMITS.items():
        command += ["--setting", name, str(value)]
    with _serving(command, port) as address:
        yield Page(address, f"/{database.stem}/services?_search=", f"{FACETS}&_size=20")


@contextmanager
def _serving(command: list[str], port: int, **variables: str) -> Iterator[str]:
    """Run a server until it answers, and stop it afterwards; its address."""
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | variables, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: process.poll() is not None or _answers(address))
        if process.poll() is not None:
            raise NotHere(f"{Path(command[0]).name} stopped with {process.returncode}")
        yield address
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except URLError:
        return False


# The load ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Load:
    """What wrk saw; milliseconds."""

    a_second: float
    p50: float
    p95: float
    answers: int
    wrong: int


def load(
    sites: dict[str, Page], warming: Path, asked: Path, seconds: int, runs: int
) -> dict[str, Load]:
    """Load each site in turn, as often as there are runs: of each the run in the middle."""
    if not shutil.which("wrk"):
        print("the pages are not loaded: wrk is not installed")
        return {}
    for page in sites.values():
        wrk(page, warming, WARMING)
    seen: dict[str, list[Load]] = {site: [] for site in sites}
    for _run in range(runs):
        for site, page in sites.items():
            seen[site].append(wrk(page, asked, seconds))
    return {
        site: sorted(found, key=lambda one: one.a_second)[len(found) // 2]
        for site, found in seen.items()
    }


def wrk(page: Page, asked: Path, seconds: int) -> Load:
    """Ask for the pages of questions for so many seconds."""
    told = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s",
         "-s", str(HERE / "rotate.lua"), page.address],
        env=os.environ | {"PRE": page.before, "SUF": page.after, "QUESTIONS": str(asked)},
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return read_load(told)


def read_load(told: str) -> Load:
    """What ``rotate.lua`` wrote at the end."""
    found = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", told)}
    answers, wrong = int(found["answers"]), int(found["wrong"])
    return Load(found["a_second"], found["p50"], found["p95"], answers, wrong)


def _told(loads: dict[str, dict[str, Load]]) -> str:
    rows = [
        [
            f"  {site}, {kind}",
            *map(rounded, (one.a_second, one.p50, one.p95)),
            one.answers,
            one.wrong,
        ]
        for kind, found in loads.items()
        for site, one in found.items()
    ]
    return table(["", "pages/s", "p50 ms", "p95 ms", "answers", "wrong"], rows)


def beside_others(loads: dict[str, dict[str, Load]]) -> Iterator[Figure]:
    for kind, found in loads.items():
        for site, one in found.items():
            if site == OURS:
                yield Figure(f"answers that are no page, {kind}", one.wrong, at_most=0)
            else:
                ratio = found[OURS].a_second / one.a_second
                words = f"pages a second beside {site}, {kind}"
                yield Figure(words, ratio, "x", at_least=GOALS.get((kind, site)))


# The weight --------------------------------------------------------------------------


def weight(address: str, asked: list[str]) -> Iterator[Figure]:
    """The heaviest of some search pages, and how many requests a browser makes for one."""
    pages = [f"{address}{OUR_PAGE}{quote(question)}" for question in asked]
    for packing in ("gzip", "br"):
        heaviest = max(_size(page, packing) for page in pages)
        words = f"the heaviest of {len(pages)} pages, {packing}"
        yield Figure(words, heaviest / 1000, "kB", at_most=30)
    if chromium := shutil.which("chromium"):
        yield Figure("requests for a page", requests(chromium, pages[0]), at_most=6)
    else:
        print("the requests for a page are left out: chromium is not installed")


def _size(page: str, packing: str) -> int:
    with urlopen(Request(page, headers={"Accept-Encoding": packing}), timeout=20) as answer:
        if answer.headers["Content-Encoding"] != packing:
            raise ValueError(f"the page does not come packed by {packing}")
        return len(answer.read())


def requests(chromium: str, address: str) -> int:
    """How many requests a browser makes for a page that it sees for the first time."""
    seen: set[str] = set()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: seen.add(request.url))
        page.goto(address, wait_until="networkidle")
        # Not every Chromium tells of the icon that it fetches.
        seen |= set(page.eval_on_selector_all("link[rel~=icon]", "all => all.map(i => i.href)"))
        browser.close()
    return len(seen)
