"""Every mail arrives, in order, although the mail server and the workers are killed.

Schools refer pupils and providers answer, by the real operations, while two workers deliver
to a mail server. Between the deeds a worker or the server is killed with `kill -9` and started
again. Here a minute of waiting takes a second, and a claim as long as the text below says.

A mail may arrive twice only when a worker died between sending it and noting that, or when the
server took it and died before it could say so. Then the second copy follows a kill, and there
are no more second copies than mails that were on their way at a kill: one of a worker that is
killed, one for each worker when the server is.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from statistics import median

from socialmap import create_app
from socialmap.accounts.models import Role, User
from socialmap.catalogue.models import Service
from socialmap.config import ROOT
from socialmap.kit import clock, database
from socialmap.kit.database import transaction
from socialmap.kit.envelope import marks_in
from socialmap.referrals import operations
from socialmap.referrals.models import Referral
from socialmap.referrals.queries import by_reference

from ..conftest import fill, make_config
from ..processes.running import environment, free_port, wait_until
from ..world import intaker_of, make_organization, make_referral, make_service, make_user
from . import Claim, Outcome, table

SEED = 1
REFERRALS = 500
WORKERS = 2
KILLS = ("worker", "worker", "server") * 14
"""What is killed, one after another."""
CLAIM, MINUTE = 20.0, 1.0
"""Seconds for which a worker has a mail for itself, and that a minute of waiting takes."""
SLOWNESS = 0.03
"""Seconds between taking a mail and saying so."""
PAUSE = 2.0
"""Seconds at most between the last deed and a kill."""
LONGEST = 15 * 60.0
"""Seconds after which no mail is waited for any more."""
ON_THE_LINE = 5.0
"""Seconds at most that a mail is with the server and not yet written down when its sender dies."""


# The post office -----------------------------------------------------------------


@dataclass(frozen=True)
class Kill:
    """What was killed, when it was dead, and how many mails were waiting then."""

    what: str
    at: float
    waiting: int


@dataclass
class Office:
    """A mail server and workers as processes, which can be killed and come back."""

    folder: Path
    claim: float
    minute: float
    slowness: float
    port: int = field(default_factory=free_port)
    server: subprocess.Popen | None = None
    workers: list[subprocess.Popen] = field(default_factory=list)

    @property
    def received(self) -> Path:
        return self.folder / "received.jsonl"

    def open(self) -> None:
        self.server = self._start_server()
        self.workers = [self._start_worker() for _number in range(WORKERS)]

    def kill_server(self, seconds: float) -> Kill:
        """Kill the server; it comes back after so many seconds."""
        assert self.server is not None
        _kill(self.server)
        kill = Kill("server", time.monotonic(), _waiting(self.folder))
        time.sleep(seconds)
        self.server = self._start_server()
        return kill

    def kill_worker(self, number: int) -> Kill:
        """Kill a worker; another begins at once."""
        _kill(self.workers[number])
        kill = Kill("worker", time.monotonic(), _waiting(self.folder))
        self.workers[number] = self._start_worker()
        return kill

    def close(self) -> None:
        for process in filter(None, (self.server, *self.workers)):
            _kill(process)

    def _start_server(self) -> subprocess.Popen:
        return self._start("mail_server", self.port, self.received, self.slowness)

    def _start_worker(self) -> subprocess.Popen:
        return self._start("postman", self.claim, self.minute)

    def _start(self, name: str, *words: object) -> subprocess.Popen:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"tests.proofs.{name}", *map(str, words)],
                env=environment(
                    self.folder,
                    SOCIALMAP_SMTP_URL=f"smtp://127.0.0.1:{self.port}",
                    SOCIALMAP_TODAY="",
                ),
                cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip


def _kill(process: subprocess.Popen) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


# The deeds -----------------------------------------------------------------------


@dataclass(frozen=True)
class Town:
    """Mentors and services, of which each referral has one by chance."""

    mentors: list[User]
    services: list[Service]
    chance: random.Random

    @classmethod
    def build(cls, chance: random.Random) -> "Town":
        with transaction():
            return cls(
                [make_user(Role.MENTOR, make_organization(refers=True)) for _n in range(5)],
                [make_service(organization=f"Aanbieder {n}") for n in range(5)],
                chance,
            )

    def refer(self) -> str:
        """Send a referral; gives its reference."""
        with transaction():
            mentor, service = self.chance.choice(self.mentors), self.chance.choice(self.services)
            return make_referral(service=service, mentor=mentor).reference


def _open(referral: Referral) -> None:
    operations.open_referral(referral, actor=intaker_of(referral), now=clock.now())


def _accept(referral: Referral) -> None:
    operations.accept(
        referral, actor=intaker_of(referral), contact="Noor", note="", now=clock.now()
    )


def _begin(referral: Referral) -> None:
    operations.start(referral, actor=intaker_of(referral), on=clock.today(), now=clock.now())


def deeds(town: Town, referrals: int) -> Iterator[Callable[[], None]]:
    """All referrals are sent, then all are opened, accepted, begun."""
    references: list[str] = []
    for _number in range(referrals):
        yield lambda: references.append(town.refer())
    for step in (_open, _accept, _begin):
        for number in range(referrals):
            yield lambda step=step, number=number: _take(step, references[number])


def _take(step: Callable[[Referral], None], reference: str) -> None:
    with transaction():
        referral = by_reference(reference)
        assert referral is not None
        step(referral)


# The measurement -----------------------------------------------------------------


@dataclass(frozen=True)
class Mail:
    """A row of the outbox at the end."""

    id: int
    message_id: str
    line: tuple[str, ...]
    """Thread and recipient: within these the mails come in order."""
    is_sent: bool


@dataclass(frozen=True)
class Arrival:
    """A mail as the server took it."""

    at: float
    message_id: str
    sender: str


@dataclass(frozen=True)
class Measured:
    """All that was seen. Moments are seconds of one clock."""

    referrals: int
    claim: float
    began: float
    kills: list[Kill]
    mails: list[Mail]
    arrivals: list[Arrival]

    @property
    def copies(self) -> dict[str, list[Arrival]]:
        """The arrivals of each mail, by its Message-ID."""
        found: dict[str, list[Arrival]] = defaultdict(list)
        for arrival in self.arrivals:
            found[arrival.message_id].append(arrival)
        return found

    @property
    def second_copies(self) -> list[tuple[Arrival, Arrival]]:
        """Each second copy with the one before it."""
        return [pair for copies in self.copies.values() for pair in pairwise(copies)]

    @property
    def most_second_copies(self) -> int:
        """How many mails can have been on their way at all kills together."""
        return sum(WORKERS if kill.what == "server" else 1 for kill in self.kills)


def measure(
    folder: Path, referrals: int, kills: tuple[str, ...] = KILLS, *, claim: float = CLAIM,
    minute: float = MINUTE, slowness: float = SLOWNESS, pause: float = PAUSE,
) -> Measured:  # fmt: skip
    """Let it all happen in a folder that holds an empty site."""
    chance, done = random.Random(f"mail-{SEED}"), []
    began = time.monotonic()
    with _writing(folder), _delivering(folder, claim, minute, slowness) as office:
        planned = list(deeds(Town.build(chance), referrals))
        size = -(-len(planned) // (len(kills) + 1))
        for number, what in enumerate(kills):
            _do(planned[number * size : (number + 1) * size])
            time.sleep(chance.uniform(0, pause))
            if what == "server":
                done.append(office.kill_server(chance.uniform(0, pause)))
            else:
                done.append(office.kill_worker(chance.randrange(WORKERS)))
        _do(planned[len(kills) * size :])
        wait_until(lambda: not _waiting(folder), folder / "postman.log", LONGEST)
        return Measured(
            referrals, claim, began, done, _mails(folder), _arrivals(office.received)
        )  # fmt: skip


def _do(some: list[Callable[[], None]]) -> None:
    for deed in some:
        deed()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """The site in this process, on the real day, without a worker."""
    app = create_app(replace(make_config(folder), today=None))
    try:
        with app.app_context():
            yield
    finally:
        database.session.remove()
        database.engine().dispose()


@contextmanager
def _delivering(folder: Path, *pace: float) -> Iterator[Office]:
    office = Office(folder, *pace)
    try:
        office.open()
        yield office
    finally:
        office.close()


def _rows(folder: Path, question: str) -> list[tuple]:
    with closing(sqlite3.connect(folder / "socialmap.db", timeout=60)) as db:
        return db.execute(question).fetchall()


def _waiting(folder: Path) -> int:
    return _rows(
        folder, "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL"
    )[0][0]  # fmt: skip


def _mails(folder: Path) -> list[Mail]:
    rows = _rows(
        folder,
        "SELECT id, message_id, thread, recipient_kind, recipient_id, "
        "sent_at IS NOT NULL AND dead_at IS NULL FROM outbox ORDER BY id",
    )
    return [Mail(id, message_id, tuple(line), bool(sent)) for id, message_id, *line, sent in rows]


def _arrivals(file: Path) -> list[Arrival]:
    return [Arrival(**json.loads(line)) for line in file.read_text().splitlines()]


# What it proves ------------------------------------------------------------------


def prove(folder: Path) -> Outcome:
    """The proof at its full size."""
    data = folder / "data"
    fill(make_config(data), with_demo=False)
    found = measure(data, REFERRALS)
    return Outcome(is_right(found), figures(found))


def is_right(found: Measured) -> list[Claim]:
    """What must hold at every size, on every machine."""
    total, known = len(found.mails), {mail.message_id for mail in found.mails}
    sent = sum(mail.is_sent for mail in found.mails)
    arrived = len(known & set(found.copies))
    strangers = len(set(found.copies) - known)
    disorder = out_of_order(found)
    explained = sum(_follows_a_kill(found, *pair) for pair in found.second_copies)
    marked = _marked(found)
    return [
        Claim("each referral tells several people several things",
              f"at least {7 * found.referrals} mails", str(total), total >= 7 * found.referrals),
        Claim("every mail is noted as sent", f"{total}", str(sent), sent == total),
        Claim("every mail arrives", f"{total}", str(arrived), arrived == total),
        Claim("nothing else arrives", "0", str(strangers), not strangers),
        Claim("in order for each referral and recipient", "0 before their turn",
              str(len(disorder)), not disorder),
        Claim("a second copy follows a kill", f"{len(found.second_copies)}",
              str(explained), explained == len(found.second_copies)),
        Claim("no more second copies than mails on their way at a kill",
              f"at most {found.most_second_copies}", str(len(found.second_copies)),
              len(found.second_copies) <= found.most_second_copies),
        Claim("the sender on each envelope names its mail", f"{len(found.arrivals)}",
              str(marked), marked == len(found.arrivals)),
    ]  # fmt: skip


def out_of_order(found: Measured) -> list[Arrival]:
    """What came after a later mail about the same referral to the same recipient."""
    by_id = {mail.message_id: mail for mail in found.mails}
    newest: dict[tuple[str, ...], int] = defaultdict(int)
    wrong = []
    for arrival in found.arrivals:
        mail = by_id.get(arrival.message_id)
        if mail is None:
            continue
        if mail.id < newest[mail.line]:
            wrong.append(arrival)
        newest[mail.line] = max(newest[mail.line], mail.id)
    return wrong


def _follows_a_kill(found: Measured, first: Arrival, second: Arrival) -> bool:
    """Whether something died while the first copy was on its way, or after it came."""
    return any(first.at - ON_THE_LINE <= kill.at <= second.at for kill in found.kills)


def _marked(found: Measured) -> int:
    """How many arrivals bear the number of their mail."""
    ids = {mail.message_id: mail.id for mail in found.mails}
    return sum(
        [number for number, _mark in marks_in(arrival.sender)] == [ids.get(arrival.message_id)]
        for arrival in found.arrivals
    )


def figures(found: Measured) -> str:
    """What happened, in Markdown."""
    took = found.arrivals[-1].at - found.began
    apart = [second.at - first.at for first, second in found.second_copies]
    told = f", {median(apart):.1f} seconds after the first (median)" if apart else ""
    rows: list[tuple[object, ...]] = [
        (what, len(kills), min(k.waiting for k in kills), max(k.waiting for k in kills))
        for what in dict.fromkeys(kill.what for kill in found.kills)
        for kills in [[kill for kill in found.kills if kill.what == what]]
    ]
    return f"""\
{found.referrals} referrals, {len(found.mails)} mails, {len(found.arrivals)} arrivals in {took:.0f}
seconds, with {WORKERS} workers and claims of {found.claim:.0f} seconds. Second copies:
{len(apart)}{told}.

## What was killed

{table(("what", "times", "fewest mails waiting", "most mails waiting"), rows)}"""
