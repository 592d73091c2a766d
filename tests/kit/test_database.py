"""One commit a request, moments that mean the same on both databases, errors that tell nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import select

from socialmap.kit.changes import Change, record
from socialmap.kit.crypto import Setting
from socialmap.kit.database import own_session, session, transaction
from socialmap.kit.security import public

from ..page import Page
from ..world import the_region


def test_moment_comes_back_in_utc_with_its_zone(site):
    moment = datetime(2026, 7, 1, 14, 30, 15, tzinfo=ZoneInfo("Europe/Amsterdam"))
    with transaction() as db:
        db.add(Change(kind="x", key="y", at=moment))
    session.remove()
    found = session().exec(select(Change).where(Change.kind == "x")).one().at
    assert found == moment
    assert found.tzinfo is UTC and found.hour == 12


def test_moments_are_compared_as_moments(site):
    with transaction() as db:
        db.add(Change(kind="x", key="y", at=datetime(2026, 7, 1, 12, tzinfo=UTC)))
    in_amsterdam = datetime(2026, 7, 1, 13, 59, tzinfo=ZoneInfo("Europe/Amsterdam"))
    query = select(Change).where(Change.kind == "x", Change.at > in_amsterdam)
    assert session().exec(query).one()


def test_error_never_tells_what_was_written(site):
    with transaction() as db:
        db.add(Setting(name="once", value="first"))
    with pytest.raises(IntegrityError) as caught, transaction() as db:
        db.add(Setting(name="once", value="Dounia zit thuis"))
    assert "Dounia" not in str(caught.value)


def test_transaction_is_all_or_nothing(site):
    with pytest.raises(KeyboardInterrupt), transaction() as db:
        db.add(Setting(name="half", value="done"))
        db.flush()
        raise KeyboardInterrupt
    assert session().get(Setting, "half") is None


def test_session_of_its_own_stands_whatever_the_request_does(site):
    with pytest.raises(RuntimeError), transaction():
        with own_session() as apart:
            apart.add(Setting(name="apart", value="stays"))
        raise RuntimeError
    assert session().get(Setting, "apart").value == "stays"


def test_change_row_lives_and_dies_with_the_change(site):
    with pytest.raises(RuntimeError), transaction():
        record("service", "s1")
        raise RuntimeError
    with transaction():
        record("service", "s2")
    keys = session().exec(select(Change.key).where(Change.kind == "service")).all()
    assert keys == ["s2"]


@pytest.fixture
def visitor(site):
    """Of a site where a fault of ours is told as to a visitor, instead of raised."""
    with transaction():
        the_region()
    site.testing = False
    return Page(site)


def test_request_that_fails_leaves_nothing(site, visitor):
    @site.get("/fails")
    @public
    def fails():
        session().add(Setting(name="half", value="done"))
        session().flush()
        raise RuntimeError

    visitor.get("/fails", status=500)
    assert "Er ging iets mis bij ons" in visitor.main
    assert session().get(Setting, "half") is None


def test_failure_at_the_commit_is_told_as_a_fault_of_ours(site, visitor):
    @site.get("/fails-late")
    @public
    def fails_late():
        session().add(Setting(name="half"))  # Without the value that it must have.
        return "gelukt"

    visitor.get("/fails-late", status=500)
    assert "Er ging iets mis bij ons" in visitor.main
    assert session().get(Setting, "half") is None


def test_who_was_second_hears_that_somebody_was_first_also_at_the_commit(site, visitor):
    with transaction() as db:
        db.add(Setting(name="shared", value="a"))

    @site.get("/second")
    @public
    def second():
        mine = session().get(Setting, "shared")
        with own_session() as other:
            other.delete(other.get(Setting, "shared"))
        mine.value = "b"
        return "gelukt"

    visitor.get("/second", status=409)
    assert "Iemand was je net voor" in visitor.main
    assert StaleDataError.__name__ not in visitor.text
