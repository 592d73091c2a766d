"""20,000 services come in while the site works on, and every page stays quick and small.

The site runs on the demo as a user starts it. Another process imports made services, a third
of them with dates on which one can begin and a third open all year. Meanwhile visitors keep
asking, a mentor keeps referring a pupil, and somebody keeps waiting for a turn to write in
the database. When all of it is found, every page is asked five times as a browser asks it.
"""

import gzip
import json
import random
import re
import sqlite3
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from socialmap.config import ROOT

from ..conftest import MONDAY, fill, make_config
from ..page import Page
from ..processes.running import PATIENCE, Running, command, environment, running, wait_until
from ..processes.test_processes import fill_in
from ..search.bench.make_catalogue import generate, json_line
from . import Claim, Outcome, table

SEED = 1
SERVICES = 20_000

FINDABLE = 180.0
"""Seconds from the start of the import until all of it is found."""
STORED = 3.0
"""Seconds from the button of a referral to its confirmation."""
TURN = 1.0
"""Seconds that somebody waits for a turn to write: so long holds an import the database."""
QUICK = 1.0
"""Seconds for a page."""
PAGE_KB, POINTS_KB = 150, 500
"""On the line, of 1,000 bytes."""

LONGEST = 15 * 60.0
"""Seconds after which an import or its index is not waited for any more."""
TIMES = 5
"""How often every page is asked at the end."""

QUESTIONS = (
    "",
    "?q=schulden",
    "?q=begeleiding+jongeren+leiden",
    "?gemeente=leiden&thema=leerwerk",
    "?bij=2312&binnen=20",
)
POINTS = "/kaart/punten.json"
NEXT_MONTH = (MONDAY.replace(day=1) + timedelta(days=31)).strftime("%Y-%m")
PAGES = {
    "results": tuple(f"/aanbod{question}" for question in QUESTIONS),
    "map": (*(f"/kaart{question}" for question in QUESTIONS), POINTS),
    "agenda": ("/instroom", f"/instroom?maand={NEXT_MONTH}"),
    "other pages": ("/", "/aanbieders", "/netwerk"),
}
ASKED_MEANWHILE = {
    "/": r"([\d.]+) plekken voor jongeren",
    "/aanbod": r"Alle ([\d.]+) plekken",
    "/api/v1/search?limit=0": r'"total":\s*(\d+)',
}
"""Pages that tell how much there is, and where it stands in them."""


# The services --------------------------------------------------------------------


def write_services(file: Path, count: int) -> None:
    """Write made services with intake moments as JSONL; the same for the same count."""
    chance = random.Random(f"scale-{SEED}")
    with file.open("w", encoding="utf-8") as lines:
        for row in generate(count, SEED):
            lines.write(json_line(row | _moments(chance)))


def _moments(chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Of three services one has days to begin on, one is open all year, one says nothing."""
    kind = chance.randrange(9)
    if kind >= 6:
        return {}
    if kind >= 3:
        return {"intake_moments": [{"type": "always"}]}
    return {"intake_moments": [(_weekly, _monthly, _on_dates)[kind](chance)]}


def _weekly(chance: random.Random) -> dict[str, Any]:
    rule = _rule(chance, "week")
    if chance.random() < 0.75:
        return rule
    anchor = MONDAY - timedelta(days=chance.randrange(14))
    return rule | {"every": 2, "anchor": anchor.isoformat()}


def _monthly(chance: random.Random) -> dict[str, Any]:
    return _rule(chance, "month") | {"nth": chance.choice((1, 2, 3, 4, -1))}


def _rule(chance: random.Random, unit: str) -> dict[str, Any]:
    return {
        "type": "every",
        "unit": unit,
        "weekday": chance.choice(("monday", "tuesday", "wednesday", "thursday", "friday")),
        "time": _hour(chance),
        "deadline_days": chance.choice((None, 2, 7, 14)),
        "skip_school_holidays": chance.random() < 0.7,
    }


def _on_dates(chance: random.Random) -> dict[str, Any]:
    days = sorted(chance.sample(range(7, 365), chance.randint(1, 4)))
    dates = [_date(chance, MONDAY + timedelta(days=day)) for day in days]
    return {"type": "dates", "dates": dates, "deadline_days": chance.choice((None, 14))}


def _date(chance: random.Random, day: date) -> dict[str, Any]:
    return {
        "start": day.isoformat(),
        "time": _hour(chance),
        "places_free": chance.choice((0, 2, 8)),
        "places_on": MONDAY.isoformat(),
        "cancelled": chance.random() < 0.05,
    }


def _hour(chance: random.Random) -> str:
    return f"{chance.randint(9, 15):02d}:{chance.choice(('00', '15', '30', '45'))}"


# Asking --------------------------------------------------------------------------


@dataclass(frozen=True)
class Took:
    """When something began, and how many seconds it took."""

    began: float
    seconds: float

    @property
    def ended(self) -> float:
        return self.began + self.seconds


@dataclass(frozen=True)
class Answer(Took):
    """What came on a request."""

    address: str
    status: int
    """0 when none came."""
    size: int = 0
    """Bytes on the line, packed."""
    text: str = ""

    @property
    def total(self) -> int | None:
        """How many services it says there are; ``None`` when it does not say."""
        told = re.search(ASKED_MEANWHILE.get(self.address, "$^"), self.text)
        return int(told[1].replace(".", "")) if told else None


def ask(site: Running, address: str) -> Answer:
    """Ask as a visitor without a session, over a connection of its own."""
    began = time.monotonic()
    with closing(HTTPConnection(urlsplit(site.address).netloc, timeout=PATIENCE)) as connection:
        try:
            connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
            response = connection.getresponse()
            body = response.read()
        except (OSError, HTTPException):
            return Answer(began, time.monotonic() - began, address, 0)
    seconds = time.monotonic() - began
    plain = gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body
    return Answer(began, seconds, address, response.status, len(body), plain.decode())


def ask_often(site: Running, address: str, times: int) -> list[Answer]:
    """A page so many times; the first is the one that nobody asked for before."""
    return [replace(ask(site, address), text="") for _time in range(times)]


def how_many(site: Running, question: str = "") -> int:
    """How many services a question finds."""
    return json.loads(ask(site, f"/api/v1/search{question or '?'}&limit=0").text)["total"]


# What goes on during the import --------------------------------------------------


@dataclass(frozen=True)
class Look:
    """An answer with the number of services that it told."""

    answer: Answer
    total: int | None


@dataclass(frozen=True)
class Sent(Took):
    """A referral that was sent, and whether it was stored at the moment of its confirmation."""

    is_stored: bool


def keep_asking(site: Running, stop: Event, looks: list[Look]) -> None:
    """Ask the pages that tell how much there is, again and again, and keep what came."""
    while not stop.wait(0.2):
        for address in ASKED_MEANWHILE:
            answer = ask(site, address)
            looks.append(Look(replace(answer, text=""), answer.total))


def ready_to_send(site: Running) -> Page:
    """A mentor who signed in and filled in everything."""
    visitor = site.visitor()
    fill_in(visitor)
    return visitor


def keep_referring(site: Running, stop: Event, mentor: Page, pause: float) -> list[Sent]:
    """Send what was filled in, and do it all over again, with seconds in between."""
    sent = [send(site, mentor)]
    while not stop.wait(pause):
        sent.append(send(site, ready_to_send(site)))
    return sent


def send(site: Running, visitor: Page) -> Sent:
    """Press the last button and wait for the confirmation, as a browser does."""
    form, _button = visitor._form_with("Verstuur de aanmelding")
    fields = MultiDict({field.get("name"): field.get("value") for field in form.iter("input")})
    began = time.monotonic()
    answer = visitor.client.post(form.get("action"), fields)
    is_confirmed = answer.status_code == 302 and (
        "De aanmelding is verstuurd" in visitor.client.get(answer.headers["Location"]).text
    )
    seconds = time.monotonic() - began
    reference = form.get("action").split("/")[2]
    return Sent(began, seconds, is_confirmed and _is_in(database_of(site), reference))


def database_of(site: Running) -> Path:
    return site.folder / "socialmap.db"


def _is_in(database: Path, reference: str) -> bool:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT state FROM referral WHERE reference = ?", (reference,))
        return rows.fetchone() == ("requested",)


def keep_writing(database: Path, stop: Event) -> list[Took]:
    """How long somebody waits for a turn to write, tried ten times a second."""
    waits = []
    with closing(sqlite3.connect(database, timeout=PATIENCE, isolation_level=None)) as db:
        while not stop.wait(0.1):
            began = time.monotonic()
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
            waits.append(Took(began, time.monotonic() - began))
    return waits


# The measurement -----------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """All that was seen, in order. Moments are seconds of one clock."""

    services: int
    before: int
    began: float
    ended: float
    """When the import was ready."""
    said: str
    """The last line of the import."""
    looks: list[Look]
    sent: list[Sent]
    waits: list[Took]
    finds: dict[str, int]
    pages: dict[str, list[list[Answer]]]
    spots: int
    memory: dict[str, list[float]]

    @property
    def after(self) -> int:
        return self.before + self.services

    @property
    def with_all(self) -> list[Answer]:
        """The answers during the import that told the new total."""
        return [look.answer for look in self.looks if look.total == self.after]

    @property
    def found_after(self) -> float:
        """Seconds from the start of the import until its services were found."""
        return min(answer.ended for answer in self.with_all) - self.began

    @property
    def sent_meanwhile(self) -> list[Sent]:
        """Referrals sent between the start of the import and its end."""
        return [sent for sent in self.sent if self.began < sent.began < self.ended]


def measure(
    folder: Path, services: int, *, pause: float = 2.0, afterwards: float = 3.0, times: int = TIMES
) -> Measured:
    """Run a site on the demo in a folder, let the services come in, and watch.

    ``pause`` are the seconds between two referrals, ``afterwards`` those in which everybody
    goes on when all of it is there; then every page is asked so many ``times``.
    """
    file = folder.with_name("services.jsonl")
    write_services(file, services)
    looks: list[Look] = []
    with running(folder) as site, ThreadPoolExecutor(3) as people:
        before, memory = how_many(site), {"before": memory_of(site)}
        mentor, stop, began = ready_to_send(site), Event(), time.monotonic()
        asking = people.submit(keep_asking, site, stop, looks)
        referring = people.submit(keep_referring, site, stop, mentor, pause)
        writing = people.submit(keep_writing, database_of(site), stop)
        try:
            said = bring_in(folder, file)
            ended = time.monotonic()
            after = before + services
            wait_until(lambda: any(look.total == after for look in looks), site.log, LONGEST)
            time.sleep(afterwards)
        finally:
            stop.set()
        asking.result()
        memory["after"] = memory_of(site)
        return Measured(
            services=services, before=before, began=began, ended=ended, said=said,
            looks=looks, sent=referring.result(), waits=writing.result(),
            finds={question: how_many(site, question) for question in QUESTIONS},
            pages=ask_for_pages(site, times),
            spots=len(json.loads(ask(site, POINTS).text)["name"]),
            memory=memory | {"after all pages": memory_of(site)},
        )  # fmt: skip


def bring_in(folder: Path, file: Path) -> str:
    """Import a file as an administrator does, beside the running site; what it said at the end."""
    result = subprocess.run(
        command("import", str(file)), env=environment(folder), cwd=ROOT, capture_output=True,
        text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    return result.stdout.strip().rpartition("\n")[2]


def ask_for_pages(site: Running, times: int) -> dict[str, list[list[Answer]]]:
    """Every page so many times, and the page of one of the services that came in."""
    found = json.loads(ask(site, "/api/v1/search?gemeente=leiden&thema=leerwerk&limit=200").text)
    made = next(result for result in found["results"] if result["id"].startswith("g"))
    groups = PAGES | {"other pages": (*PAGES["other pages"], f"/aanbod/{made['slug']}")}
    return {
        group: [ask_often(site, address, times) for address in addresses]
        for group, addresses in groups.items()
    }


def memory_of(site: Running) -> list[float]:
    """Megabytes in use by each process that answers visitors, the largest first.

    They are the grandchildren of what was started: between them stands who guards them.
    """
    parents = {pid: parent for pid, parent, _memory in _processes()}
    return sorted(
        (memory for pid, parent, memory in _processes() if parents.get(parent) == site.process.pid),
        reverse=True,
    )


def _processes() -> Iterator[tuple[int, int, float]]:
    """Number, parent and megabytes of every process."""
    for file in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":\t", 1) for line in file.read_text().splitlines())
        except (FileNotFoundError, ProcessLookupError):
            continue
        memory = int(facts.get("VmRSS", "0 kB").split()[0]) * 1024 / 1e6
        yield int(facts["Pid"]), int(facts["PPid"]), memory


# What it proves ------------------------------------------------------------------


def prove(folder: Path) -> Outcome:
    """The proof at its full size."""
    data = folder / "data"
    fill(make_config(data), with_demo=True)
    found = measure(data, SERVICES)
    return Outcome([*is_right(found), *is_quick(found), *is_small(found)], figures(found))


def is_right(found: Measured) -> list[Claim]:
    """What must hold at every size, on every machine."""
    right = sum(look.answer.status == 200 for look in found.looks)
    totals = [look.total for look in sorted(found.looks, key=lambda look: look.answer.began)]
    stored = sum(sent.is_stored for sent in found.sent)
    pages = [answer for answers in found.pages.values() for five in answers for answer in five]
    answered = sum(page.status == 200 for page in pages)
    return [
        Claim("everything in the file is new", f"{found.services} nieuw", found.said,
              f" {found.services} nieuw," in found.said),
        Claim("the site answers all the time", "every answer is 200",
              f"{right} of {len(found.looks)}", right == len(found.looks)),
        Claim("all of it appears at once", f"{found.before} first, then {found.after}",
              ", then ".join(map(str, _runs(totals))), _jumps(found)),
        Claim("a referral sent meanwhile is stored when it is confirmed", "every one, at least one",
              f"{stored} of {len(found.sent)}, {len(found.sent_meanwhile)} during the import",
              stored == len(found.sent) and bool(found.sent_meanwhile)),
        Claim("every page answers afterwards", "every answer is 200",
              f"{answered} of {len(pages)}", answered == len(pages)),
        Claim("every question that is measured finds something", "more than 0",
              ", ".join(map(str, found.finds.values())), all(found.finds.values())),
        Claim("the map holds what came in", f"at least {found.services} services",
              str(found.spots), found.services <= found.spots <= found.after),
    ]  # fmt: skip


def _runs(values: Iterable[int | None]) -> list[int | None]:
    """Each value once where it follows itself."""
    runs: list[int | None] = []
    for value in values:
        if not runs or runs[-1] != value:
            runs.append(value)
    return runs


def _jumps(found: Measured) -> bool:
    """No total between old and new, and no old one for who asks after a new one was told."""
    if not found.with_all:
        return False
    first = min(answer.ended for answer in found.with_all)
    return all(
        look.total == found.after or (look.total == found.before and look.answer.began < first)
        for look in found.looks
    )


def is_quick(found: Measured) -> list[Claim]:
    """The limits of time, for a machine that has nothing else to do."""
    referral, wait = (max(took.seconds for took in row) for row in (found.sent, found.waits))
    return [
        _under("all of it is found after", found.found_after, FINDABLE),
        _under("the slowest referral", referral, STORED),
        _under("the longest wait for a turn to write", wait, TURN),
        _under(
            "the slowest of /, /aanbod and the API once it appeared",
            max(answer.seconds for answer in found.with_all),
            QUICK,
        ),
        *(_slowest(group, answers) for group, answers in found.pages.items()),
    ]


def _under(words: str, seconds: float, limit: float, more: str = "") -> Claim:
    return Claim(words, f"under {limit:.0f} s", f"{seconds:.2f} s{more}", seconds < limit)


def _slowest(group: str, pages: list[list[Answer]]) -> Claim:
    """The slowest answer of a group of pages, those that nobody asked for before included."""
    worst = max((answer for five in pages for answer in five), key=lambda answer: answer.seconds)
    return _under(f"{group}: the slowest", worst.seconds, QUICK, f" (`{worst.address}`)")


def is_small(found: Measured) -> list[Claim]:
    """The limits of size on the line."""
    largest = {
        five[0].address: max(answer.size for answer in five) / 1000
        for pages in found.pages.values()
        for five in pages
    }
    points = largest.pop(POINTS)
    page = max(largest, key=lambda address: largest[address])
    return [
        Claim("the largest page", f"under {PAGE_KB} kB", f"{largest[page]:.1f} kB (`{page}`)",
              largest[page] < PAGE_KB),
        Claim("the points of the map", f"under {POINTS_KB} kB", f"{points:.1f} kB",
              points < POINTS_KB),
    ]  # fmt: skip


def figures(found: Measured) -> str:
    """Everything that was measured, in Markdown."""
    memory = [(when, ", ".join(f"{mb:.0f}" for mb in each)) for when, each in found.memory.items()]
    return f"""\
The import took {found.ended - found.began:.1f} seconds; its services were found
{found.found_after:.1f} seconds after its start. Times below are in seconds.

## While it came in

{_told_meanwhile(found)}

## Pages with {found.after} services

{_told_pages(found)}

## Memory of the processes that answer, in MB

{table(("when", "each"), memory)}"""


def _told_meanwhile(found: Measured) -> str:
    rows: list[tuple[object, ...]] = []
    for address in ASKED_MEANWHILE:
        looks = [look for look in found.looks if look.answer.address == address]
        late = [look.answer.seconds for look in looks if look.total == found.after]
        rows.append((f"`{address}`", *_spread([look.answer for look in looks], found), max(late)))
    rows.append(("a referral", *_spread(found.sent, found), ""))
    rows.append(("a turn to write", *_spread(found.waits, found), ""))
    head = ("what", "times", "median", "slowest", "which began at", "slowest once it appeared")
    return table(head, rows)


def _spread(took: Sequence[Took], found: Measured) -> tuple[int, float, float, float]:
    """How often, the usual and the longest time, and when after the start that one began."""
    slowest = max(took, key=lambda one: one.seconds)
    usual = median(one.seconds for one in took)
    return len(took), usual, slowest.seconds, slowest.began - found.began


def _told_pages(found: Measured) -> str:
    rows = []
    for answers in (answers for pages in found.pages.values() for answers in pages):
        seconds = [answer.seconds for answer in answers]
        size = max(answer.size for answer in answers) / 1000
        address = f"`{answers[0].address}`"
        rows.append((address, seconds[0], median(seconds), max(seconds), f"{size:.1f}"))
    return table(("page", "first", "median", "slowest", "kB on the line"), rows)
