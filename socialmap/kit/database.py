"""The database: one engine, one session a request, one commit at its end.

Operations ask for ``session()`` and never commit. A request commits once, when its view
returned; a command or a job does the same with ``transaction()``. An error rolls back.
SQLite and PostgreSQL are used alike; what differs is in ``connect``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import DateTime, Engine, event
from sqlalchemy import create_engine as sa_create_engine
from sqlalchemy.orm import scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_factory: sessionmaker[Session] = sessionmaker(class_=Session, expire_on_commit=False)
session: scoped_session[Session] = scoped_session(_factory)
"""Call it: ``session()`` is the open session of this request, command or job."""


class Moment(TypeDecorator[datetime]):
    """A point in time, stored in UTC and given back with its zone on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def connect(url: str) -> Engine:
    """Open the database and use it for every session from now on."""
    # hide_parameters: an error in the log must not carry what somebody wrote about a pupil.
    engine = sa_create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    session.remove()
    if (before := _factory.kw.get("bind")) is not None:
        before.dispose()
    _factory.configure(bind=engine)
    return engine


def _tune_sqlite(connection, _record) -> None:
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "synchronous=FULL",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def engine() -> Engine:
    return _factory.kw["bind"]


@contextmanager
def transaction() -> Iterator[Session]:
    """All or nothing for a command or a job: commit at the end, roll back on an error."""
    try:
        yield session()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.remove()


@contextmanager
def own_session() -> Iterator[Session]:
    """A session apart from the request's, for what must stand whatever the request does."""
    with _factory() as apart:
        yield apart
        apart.commit()


def init_app(app: Flask) -> None:
    """Give every request its transaction."""

    @app.after_request
    def commit_once(response):
        if session.registry.has():
            session.commit()
        return response

    @app.teardown_request
    def let_go(_error):
        session.remove()
