"""What every test may ask for: a site with an empty or a demo database, a visitor, an outbox.

``site`` runs on SQLite and, where it is there, on PostgreSQL; each test gets a database
of its own, copied from one that was made once.
"""

import os
import shutil
import uuid
from datetime import date
from pathlib import Path
from types import CodeType
from typing import ClassVar

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.engine import make_url
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

from .outbox import Outbox
from .page import Page

MONDAY = date(2026, 11, 23)
"""The day of the tests: a Monday, no holiday, in the first half of the school year."""

DEMO_PASSWORD = "een lang wachtwoord"
FIELD_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
POSTGRES = os.environ.get("SOCIALMAP_TEST_POSTGRES")


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
        name = f"test_{uuid.uuid4().hex[:12]}"
        _on_postgres(
            # Copies the files, which is quicker than writing a log of them.
            f'CREATE DATABASE "{name}" TEMPLATE "{_name_in(template.database_url)}" '
            "STRATEGY FILE_COPY"
        )
        return make_config(to, _url_of(name))

    def _make(self, kind: str, with_demo: bool) -> Config:
        folder = self.folder / f"{kind}-{with_demo}"
        url = None
        if kind == "postgresql":
            name = f"template_{uuid.uuid4().hex[:12]}"
            _on_postgres(f'CREATE DATABASE "{name}"')
            url = _url_of(name)
        config = make_config(folder, url)
        fill(config, with_demo=with_demo)
        return config


def _on_postgres(statement: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement)


def _url_of(name: str) -> str:
    return POSTGRES.replace("postgresql://", "postgresql+psycopg://").replace(
        "/postgres?", f"/{name}?"
    )


def _name_in(url: str) -> str:
    return make_url(url).database or ""


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


def _site(config: Config):
    app = create_app(config)
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
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
