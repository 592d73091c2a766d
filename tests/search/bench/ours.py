"""Our own search as the product gives it: a site in a folder of its own, asked in process.

Made services come in as an administrator's file does. Sites of many services are kept, for
they take minutes to build: the database as long as the code beside the search stays the same,
the index as long as all of it does.
"""

import gc
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import update

from socialmap import create_app
from socialmap.config import ROOT
from socialmap.editorial import imports, staging
from socialmap.kit import clock, database
from socialmap.kit.changes import Change
from socialmap.kit.database import transaction
from socialmap.network.operations import create_region
from socialmap.network.queries import municipalities
from socialmap.search import follower
from socialmap.search.filters import Filters
from socialmap.search.index import SearchIndex
from socialmap.search.results import search

from ...conftest import MONDAY, fill, make_config
from .adapters import Catalogue, Search
from .evaluate import JUDGED, load_yaml
from .make_catalogue import generate, json_line

FACETS = ("thema", "doelgroep", "onderwijs", "doel", "gemeente", "instroom")
"""The filters whose values are counted with every search: as many as the peer counts."""

CACHE = ROOT / "var" / "bench"


# A site ----------------------------------------------------------------------------


def build(folder: Path, services: Iterable[dict[str, Any]]) -> None:
    """Make a site in this folder into which the services were imported; it has no index yet."""
    config = make_config(folder)
    fill(config, with_demo=False)
    file = folder / "services.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(map(json_line, services))
    with create_app(config).app_context():
        with transaction():
            create_region(name="Nederland", municipalities=municipalities())
        with transaction():
            plan = imports.check(file, today=MONDAY)
        if plan.refused:
            raise ValueError(f"the import refuses a made service: {plan.refused[0]}")
        staging.apply(plan, today=MONDAY, now=clock.now)
        with transaction() as db:
            # A server that starts at an earlier hour of the same invented day would take them
            # for changes of this minute, and build the index anew beside what is measured.
            db.exec(update(Change).values(at=clock.now() - timedelta(days=2)))
    file.unlink()
    database.engine().dispose()


def reindex(folder: Path) -> None:
    """Build the index of a site anew."""
    with create_app(make_config(folder)).app_context() as context:
        context.app.extensions["search"].reindex()
    database.engine().dispose()


@contextmanager
def opened(folder: Path) -> Iterator[SearchIndex]:
    """The index of a site, loaded and warmed as a server does before it answers anybody."""
    app = create_app(make_config(folder))
    # Within a request, for a suggestion holds an address.
    with app.test_request_context():
        index = app.extensions["search"]
        follower.load(index, MONDAY)
        try:
            yield index
        finally:
            gc.unfreeze()
            database.engine().dispose()


@contextmanager
def standing(catalogue: Catalogue) -> Iterator[Search]:
    """The search of a site with this catalogue; of the demo itself when it is that."""
    with TemporaryDirectory(prefix="socialmap-bench-") as folder:
        if catalogue == load_yaml(JUDGED):
            fill(make_config(Path(folder)), with_demo=True)
        else:
            build(Path(folder), catalogue)
            reindex(Path(folder))
        with opened(Path(folder)) as index:
            yield search_of(index)


def search_of(index: SearchIndex, facets: tuple[str, ...] = ()) -> Search:
    """The search of an index, with the values of these filters counted each time."""

    def ask(question: str, k: int) -> list[str]:
        found = search(index, Filters(q=question), today=MONDAY, limit=k, facets=facets)
        return [hit.id for hit in found.hits]

    return ask


# Sites that are kept -----------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A site of made services, and in how many seconds its parts were made."""

    folder: Path
    seconds: dict[str, float]
    is_new: bool


def kept(services: int, seed: int) -> Kept:
    """A site of so many made services, built when there is none of this code."""
    folder = CACHE / f"{services}-{seed}-{_code_beside_search()}"
    seconds: dict[str, float] = {}
    if not folder.exists():
        for old in CACHE.glob(f"{services}-{seed}-*"):
            shutil.rmtree(old)
        half = folder.with_suffix(".part")
        seconds["import"] = _took(lambda: build(half, generate(services, seed)))
        _tell(half, seconds)
        half.rename(folder)
    told = json.loads((folder / "made.json").read_text())
    if is_new := told.get("index of") != _code():
        told["index"] = _took(lambda: reindex(folder))
        _tell(folder, told | {"index of": _code()})
    return Kept(folder, {part: told[part] for part in ("import", "index")}, is_new)


def _tell(folder: Path, facts: dict[str, Any]) -> None:
    (folder / "made.json").write_text(json.dumps(facts))


def _took(deed: Callable[[], None]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


@cache
def _code() -> str:
    """The version of everything that an index is made of."""
    return _version(ROOT / "socialmap", ROOT / "content" / "search")


@cache
def _code_beside_search() -> str:
    """The version of everything that an import is made of."""
    rooms = (room for room in (ROOT / "socialmap").iterdir() if room.name != "search")
    return _version(*rooms, Path(__file__).with_name("make_catalogue.py"))


def _version(*places: Path) -> str:
    files = (file for place in places for file in (place, *place.rglob("*")))
    told = sha256()
    for file in sorted(files):
        if file.is_file() and file.suffix != ".pyc":
            told.update(file.read_bytes())
    return told.hexdigest()[:12]
