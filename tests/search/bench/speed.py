"""How fast the answers come: ours with six facets beside other engines, in one process.

Every question is asked once in a run, of all engines in turn: a hundred questions of one, the
same of the next, so that a busy machine hits all alike and no engine waits at every question
for what another pushed out of the processor's caches. Only ratios of one run compare. No
engine keeps an answer from one run to the next.
A slow engine is asked fewer of the questions, and compared with ours on the same.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from socialmap.search.suggest import suggest

from . import ours
from .adapters import Catalogue, NotHere, Search, tantivy_or
from .figures import Figure, percentile, rounded, table, tell
from .make_catalogue import generate
from .plain_sqlite import fts5_or_facets
from .questions import beginnings, questions, words_of

QUESTIONS = 2000
TOGETHER = 100
"""Questions that one engine is asked before the next one's turn."""
FEW = 200
"""Questions for an engine that is slow."""
SLOW = 0.020
"""Seconds for an answer, from which an engine is."""
ASKED_FROM = 2000
"""The words of so many services are asked, the same at every size: of a larger catalogue the
first services are the same."""
BEGINNINGS = 1000

OURS, TANTIVY, FTS5 = "ours, six facets", "tantivy, no facets", "FTS5, six facets"
PEERS: dict[str, Callable[[Catalogue], Search]] = {TANTIVY: tantivy_or, FTS5: fts5_or_facets}

LARGE = 20_000
"""From so many services the goals beside other engines count."""
SMALLEST, LARGEST = 2000, 100_000
"""The growth between these has a goal."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--services", type=int, nargs="+", default=[LARGE], metavar="N")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    """Measure at every size and tell; the exit code, 1 when a goal is missed."""
    figures, slowest = [], {}
    for services in sorted(options.services):
        found = measure(services, options.seed, options.runs)
        slowest[services] = found.engines[OURS].at(0.95)
        figures += found.figures
    code = tell(figures)
    return max(code, tell(list(growth(slowest))))


@dataclass
class Engine:
    """A search and how long its answers took: seconds by question, of each run."""

    search: Search
    questions: set[str]
    runs: list[dict[str, float]] = field(default_factory=list)

    def at(self, share: float, among: set[str] | None = None) -> float:
        """The seconds that a share of the answers stays below: the median of the runs."""
        asked = self.questions if among is None else self.questions & among
        return median(percentile((took[q] for q in asked), share) for took in self.runs)


@dataclass
class Measured:
    """What was found at one size."""

    engines: dict[str, Engine]
    figures: list[Figure]


def measure(services: int, seed: int, runs: int) -> Measured:
    """All figures of one size; what is not a figure is told at once."""
    site, catalogue = ours.kept(services, seed), list(generate(services, seed))
    words = words_of(catalogue[:ASKED_FROM])
    asked = questions(words, QUESTIONS, seed)
    print(f"\n{services:,} services, {len(words):,} different words asked for")
    _tell_building(site)
    engines = {name: Engine(search, set(asked)) for name, search in _peers(catalogue)}
    names = [service["name"] for service in catalogue]
    del catalogue
    with ours.opened(site.folder) as index:
        engines = {OURS: Engine(ours.search_of(index, ours.FACETS), set(asked)), **engines}
        _spare_the_slow(engines, questions(words, 20, seed + 1), random.Random(seed))
        race(engines, asked, runs)
        suggesting = suggestions(index.snapshot(), beginnings(names, BEGINNINGS, seed))
    print(_told(engines))
    return Measured(
        engines,
        [
            *_beside_peers(services, engines),
            *_of_a_fresh_process(services, site.folder, words, asked[:100]),
            _under(services, "a suggestion, p95", suggesting, 1),
        ],
    )


def _tell_building(site: ours.Kept) -> None:
    told = ", ".join(f"{part} {seconds:.0f} s" for part, seconds in site.seconds.items())
    print(f"  ours was built{'' if site.is_new else ' before'}: {told}")


def _peers(catalogue: Catalogue) -> Iterator[tuple[str, Search]]:
    for name, factory in PEERS.items():
        began = time.perf_counter()
        try:
            search = factory(catalogue)
        except NotHere as reason:
            print(f"  {name} is left out: {reason}")
            continue
        print(f"  {name} was built: {time.perf_counter() - began:.0f} s")
        yield name, search


# Asking ------------------------------------------------------------------------------


def _took(search: Search, question: str) -> float:
    began = time.perf_counter()
    search(question, 10)
    return time.perf_counter() - began


def _spare_the_slow(engines: dict[str, Engine], trial: list[str], chance: random.Random) -> None:
    """Ask a few questions that are not counted, and let the slow engines have fewer."""
    for engine in engines.values():
        if sum(_took(engine.search, question) for question in trial) / len(trial) > SLOW:
            engine.questions = set(chance.sample(sorted(engine.questions), FEW))


def race(engines: dict[str, Engine], asked: list[str], runs: int) -> None:
    """Ask every question of every engine, once a run; each engine is first as often."""
    row = list(engines.values())
    for _run in range(runs):
        for engine in row:
            engine.runs.append({})
        for first in range(0, len(asked), TOGETHER):
            row.append(row.pop(0))
            for engine in row:
                for question in asked[first : first + TOGETHER]:
                    if question in engine.questions:
                        engine.runs[-1][question] = _took(engine.search, question)


def suggestions(snapshot: Any, typed: list[str]) -> float:
    """The seconds that 95 of 100 suggestions stay below."""
    return percentile(map(partial(_suggesting, snapshot), typed), 0.95)


def _suggesting(snapshot: Any, typed: str) -> float:
    began = time.perf_counter()
    suggest(snapshot, typed)
    return time.perf_counter() - began


# In a fresh process ------------------------------------------------------------------


def first_touches(folder: Path, words: list[str]) -> list[float]:
    """How many seconds each word takes that nobody asked for since the index was loaded."""
    with ours.opened(folder) as index:
        search = ours.search_of(index, ours.FACETS)
        return [_took(search, word) for word in words]


def memory(folder: Path, asked: list[str]) -> dict[str, float]:
    """Megabytes of a process that loaded the index and answered some questions."""
    with ours.opened(folder) as index:
        search = ours.search_of(index, ours.FACETS)
        for question in asked:
            search(question, 10)
        lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(size.split()[0]) for name, size in (line.split(":") for line in lines)}
    return {name: sizes[name] * 1024 / 1e6 for name in ("Rss", "Pss")}


@contextmanager
def _fresh_process() -> Iterator[Callable[..., Any]]:
    """What calls a function in a process that has loaded nothing yet."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda function, *arguments: pool.submit(function, *arguments).result()


# Telling -----------------------------------------------------------------------------


def _told(engines: dict[str, Engine]) -> str:
    rows = [
        [f"  {name}", *(rounded(engine.at(share) * 1000) for share in (0.5, 0.95)),
         len(engine.questions)]
        for name, engine in engines.items()
    ]  # fmt: skip
    return table(["  ms", "p50", "p95", "questions"], rows)


def _under(services: int, words: str, seconds: float, limit: float | None) -> Figure:
    return Figure(f"{services:,}: {words}", seconds * 1000, "ms", at_most=limit)


def _beside_peers(services: int, engines: dict[str, Engine]) -> Iterator[Figure]:
    mine, is_large = engines[OURS], services >= LARGE
    if peer := engines.get(TANTIVY):
        ratio, goal = mine.at(0.95, peer.questions) / peer.at(0.95), 1.5 if is_large else None
        yield Figure(f"{services:,}: p95 beside tantivy's", ratio, "x", at_most=goal)
    if peer := engines.get(FTS5):
        ratio, goal = peer.at(0.95) / mine.at(0.95, peer.questions), 50 if is_large else None
        yield Figure(f"{services:,}: p95 of FTS5 beside ours", ratio, "x", at_least=goal)


def _of_a_fresh_process(
    services: int, folder: Path, words: list[str], asked: list[str]
) -> Iterator[Figure]:
    with _fresh_process() as call:
        seconds = call(first_touches, folder, words)
    yield _under(services, "a word that is asked first, p95", percentile(seconds, 0.95), 50)
    yield _under(services, "a word that is asked first, slowest", max(seconds), None)
    with _fresh_process() as call:
        sizes = call(memory, folder, asked)
    yield Figure(f"{services:,}: memory of a process, RSS", sizes["Rss"], "MB", at_most=400)
    yield Figure(f"{services:,}: memory of a process, PSS", sizes["Pss"], "MB")


def growth(slowest: dict[int, float]) -> Iterator[Figure]:
    """How our p95 grows from the smallest to each larger size."""
    first, *others = sorted(slowest)
    for services in others:
        goal = 12 if (first, services) == (SMALLEST, LARGEST) else None
        words = f"p95 at {services:,} beside {first:,}"
        yield Figure(words, slowest[services] / slowest[first], "x", at_most=goal)
