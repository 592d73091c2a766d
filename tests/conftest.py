"""What every test may ask for: a site with an empty or a demo database, a visitor, an outbox.

``site`` runs on SQLite and, where it is there, on PostgreSQL; each test gets a database
as it was made once: a copy of the file, or on PostgreSQL one that was put back.
"""

import gc
import shutil
from datetime import date
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from socialmap import create_app, schema
from socialmap.accounts import operations as accounts
from socialmap.catalogue import vocabularies
from socialmap.config import Config
from socialmap.editorial import demo
from socialmap.kit import clock, crypto, database
from socialmap.kit.database import transaction
from socialmap.network.operations import load_municipalities
from socialmap.search.index import SearchIndex
from socialmap.search.lexicon import Lexicon
from socialmap.search.snapshot import Snapshot

from . import postgres
from .outbox import Outbox
from .page import Page

MONDAY = date(2026, 11, 23)
"""The day of the tests: a Monday, no holiday, in the first half of the school year."""

DEMO_PASSWORD = "een lang wachtwoord"
FIELD_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
POSTGRES = postgres.SERVER


def pytest_collection_finish() -> None:
    """What was loaded until now stays: do not look again and again whether it is in use.

    Most of what a test leaves goes by itself; the rest is looked for once in so many tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


SHIPPED_HASHER = accounts._hasher
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Makes passwords as the shipped one does, but not slow to guess: a log-in takes no time."""


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", QUICK_HASHER)
        yield


def make_config(folder: Path, url: str | None = None) -> Config:
    return Config(
        data_dir=folder,
        database_url=url or f"sqlite:///{folder / 'socialmap.db'}",
        secret_key="a secret for tests only",
        field_keys=(FIELD_KEY,),
        today=MONDAY,
    )


def fill(config: Config, *, with_demo: bool) -> None:
    """Make the schema and what every site has; with the demo also its 150 services."""
    config.prepare_data_dir()
    database.connect(config.database_url)
    schema.upgrade()
    clock.fix(config.today)
    with transaction() as db:
        crypto.establish(db, config.field_keys, config.keys_dir / "field.key")
        load_municipalities()
        vocabularies.load()
    if with_demo:
        app = create_app(config)
        with app.app_context():
            with transaction():
                demo.load(config.content_dir, today=MONDAY, password=DEMO_PASSWORD)
            app.extensions["search"].reindex()
    database.engine().dispose()


class Templates:
    """Databases made once, of which every test gets a copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[tuple[str, bool], Config] = {}
        self._in_use: dict[str, str] = {}
        self._loaded: tuple[Snapshot, tuple[int, Lexicon]] | None = None

    def load_index(self, index: SearchIndex) -> None:
        """Let a copy of the demo's index have what another copy loaded: it is read only.

        A change that a test makes is read beside it, as in a process that runs on.
        """
        if self._loaded is None:
            self._loaded = index.snapshot(), index._lexicon
        index._snapshot, index._lexicon = self._loaded
        index._stamp = index._current_stamp()

    def copy(self, kind: str, with_demo: bool, to: Path) -> Config:
        template = self.made.get((kind, with_demo)) or self._make(kind, with_demo)
        self.made[kind, with_demo] = template
        to.mkdir(parents=True, exist_ok=True)
        shutil.copytree(template.data_dir, to, dirs_exist_ok=True)
        if kind == "sqlite":
            return make_config(to)
        return make_config(to, self._like(template.database_url))

    def _like(self, template: str) -> str:
        """The database of this process that is like a template; a new one when that is broken."""
        url = self._in_use.get(template)
        if url is None or not postgres.put_back(url):
            url = self._in_use[template] = postgres.remember(postgres.make(template))
        return url

    def _make(self, kind: str, with_demo: bool) -> Config:
        folder = self.folder / f"{kind}-{with_demo}"
        config = make_config(folder, postgres.make() if kind == "postgresql" else None)
        fill(config, with_demo=with_demo)
        return config


@pytest.fixture(scope="session")
def templates(tmp_path_factory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request) -> str:
    if request.param == "postgresql" and not POSTGRES:
        pytest.skip("PostgreSQL is not there; scripts/test starts one where it is installed")
    return request.param


class _Compiled(BytecodeCache):
    """The templates of all sites of a process, compiled once: each site is a new application."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


COMPILED = _Compiled()


class _Address(Rule):
    """An address of a site. How it is written is compiled once, as the templates are.

    Were the method to get another name, each site would compile its own again.
    """

    _written: ClassVar[dict[object, object]] = {}

    def _compile_builder(self, append_unknown: bool = True):
        defaults = frozenset((self.defaults or {}).items())
        key = self.rule, tuple(self._trace), defaults, append_unknown
        if key not in self._written:
            self._written[key] = super()._compile_builder(append_unknown)
        return self._written[key]


@pytest.fixture(scope="session", autouse=True)
def addresses_compiled_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_rule_class", _Address)
        yield


class _Statements(dict[tuple, Any]):
    """The SQL of all databases of a kind, written once: each site has an engine of its own.

    SQLAlchemy keeps it by the dialect of one engine; here it is kept by the name of that.
    """

    def get(self, key: tuple, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple, statement: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), statement)


STATEMENTS = _Statements()


def _site(config: Config):
    app = create_app(config)
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    database.engine().update_execution_options(compiled_cache=STATEMENTS)
    return app


@pytest.fixture
def site(database_kind, templates, tmp_path):
    """A site with a schema, the municipalities and the vocabularies, and nothing else."""
    app = _site(templates.copy(database_kind, False, tmp_path / "data"))
    with app.app_context():
        yield app
        database.session.remove()
    database.engine().dispose()


@pytest.fixture
def demo_site(templates, tmp_path):
    """The site as a new user sees it after the first start, on SQLite."""
    app = _site(templates.copy("sqlite", True, tmp_path / "data"))
    with app.app_context():
        templates.load_index(app.extensions["search"])
        yield app
        database.session.remove()
    database.engine().dispose()


@pytest.fixture
def page(site) -> Page:
    """A visitor of the empty site; checks the HTML of every page it gets."""
    return Page(site)


@pytest.fixture
def demo_page(demo_site) -> Page:
    """A visitor of the demo."""
    return Page(demo_site)


@pytest.fixture
def outbox(request) -> Outbox:
    """The mails that wait or were sent, in order."""
    return Outbox()


@pytest.fixture
def on_day():
    """Make it another day: ``on_day(date(2027, 1, 4))``; the tests' Monday comes back after."""
    yield clock.fix
    clock.fix(MONDAY)


@pytest.fixture
def config(tmp_path) -> Config:
    return make_config(tmp_path / "data")
