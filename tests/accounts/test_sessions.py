"""Sessions and failed log-ins as rows: what they hold, when they end, how they are counted."""

from datetime import timedelta

import pytest
from sqlmodel import select

from socialmap.accounts import sessions, throttle
from socialmap.accounts.models import LoginFailure, Role, WebSession
from socialmap.kit import clock
from socialmap.kit.database import session, transaction

from ..page import PASSWORD
from ..world import make_organization, make_user


@pytest.fixture
def mentor(site):
    with transaction():
        return make_user(Role.MENTOR, make_organization(refers=True))


def is_in(page) -> bool:
    return page.get("/account").address == "/account"


def move_sessions(**by) -> None:
    """Make every session so much older."""
    with transaction() as db:
        for row in db.exec(select(WebSession)):
            row.seen_at -= by.get("seen", timedelta())
            row.created_at -= by.get("created", timedelta())
            db.add(row)


# The session ----------------------------------------------------------------


def test_session_gets_a_new_id_at_log_in(page, mentor):
    page.get("/inloggen")
    before = page.client.get_cookie("socialmap").value
    page.fill(email=mentor.email, password=PASSWORD).press("Log in")
    assert page.client.get_cookie("socialmap").value != before
    hashes = session().exec(select(WebSession.token_hash)).all()
    assert hashes == [sessions.hash_token(page.client.get_cookie("socialmap").value)]


def test_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site):
    flags = site.test_client().get("/inloggen", follow_redirects=True).headers["Set-Cookie"]
    assert "HttpOnly" in flags and "SameSite=Lax" in flags and "Path=/" in flags
    assert "Expires" not in flags and "Max-Age" not in flags, "it ends with the browser"


def test_cookie_is_not_in_the_database_as_it_is(page, mentor):
    page.sign_in(mentor.email)
    cookie = page.client.get_cookie("socialmap").value
    row = session().exec(select(WebSession)).one()
    assert cookie not in (row.token_hash, row.content) and row.user_id == mentor.id


@pytest.mark.parametrize(
    ("older", "still_in"),
    [
        ({"seen": sessions.IDLE - timedelta(minutes=2)}, True),
        ({"seen": sessions.IDLE + timedelta(minutes=2)}, False),
        ({"created": sessions.LONGEST - timedelta(minutes=2)}, True),
        ({"created": sessions.LONGEST + timedelta(minutes=2)}, False),
    ],
)
def test_session_ends_by_itself(page, mentor, older, still_in):
    page.sign_in(mentor.email)
    move_sessions(**older)
    assert is_in(page) is still_in


def test_who_keeps_clicking_stays_in(page, mentor):
    page.sign_in(mentor.email)
    for _click in range(3):
        move_sessions(seen=sessions.IDLE * 0.8)
        assert is_in(page)


def test_ended_sessions_are_thrown_away_in_the_end(page, mentor):
    page.sign_in(mentor.email)
    with transaction():
        sessions.clear_ended(clock.now() + sessions.IDLE)
    assert session().exec(select(WebSession)).all()
    with transaction():
        sessions.clear_ended(clock.now() + timedelta(days=2))
    assert session().exec(select(WebSession)).all() == []


# Guessing -------------------------------------------------------------------

ADDRESS = "10.0.0.5"


def fail(email: str, *, times: int, address: str = ADDRESS) -> None:
    for _time in range(times):
        throttle.note_failure(email, address, clock.now())


@pytest.mark.parametrize(
    ("failures", "blocked"), [(throttle.PER_ACCOUNT - 1, False), (throttle.PER_ACCOUNT, True)]
)
def test_account_is_blocked_after_so_many_failures_wherever_they_came_from(site, failures, blocked):
    fail("ingrid@kompas.example", times=failures)
    assert throttle.is_blocked("ingrid@kompas.example", "10.9.9.9", clock.now()) is blocked
    assert not throttle.is_blocked("els@kompas.example", "10.9.9.9", clock.now())


def test_address_that_tries_many_accounts_is_blocked(site):
    for number in range(throttle.PER_ADDRESS):
        fail(f"account{number}@kompas.example", times=1)
    assert throttle.is_blocked("nog@een.example", ADDRESS, clock.now())
    assert not throttle.is_blocked("nog@een.example", "10.9.9.9", clock.now())


def test_after_a_quarter_of_an_hour_one_may_try_again(site):
    fail("ingrid@kompas.example", times=throttle.PER_ACCOUNT)
    later = clock.now() + throttle.WINDOW + timedelta(seconds=1)
    assert not throttle.is_blocked("ingrid@kompas.example", ADDRESS, later)


def test_forgiving_an_account_does_not_forgive_the_address(site):
    fail("ingrid@kompas.example", times=throttle.PER_ADDRESS)
    with transaction():
        throttle.forgive("ingrid@kompas.example")
    assert not throttle.is_blocked("ingrid@kompas.example", "10.9.9.9", clock.now())
    assert throttle.is_blocked("ingrid@kompas.example", ADDRESS, clock.now())


def test_failures_name_nobody_and_old_ones_are_thrown_away(site):
    fail("ingrid@kompas.example", times=1)
    subjects = session().exec(select(LoginFailure.subject)).all()
    assert len(subjects) == 2
    assert all("ingrid" not in subject and ADDRESS not in subject for subject in subjects)
    with transaction():
        throttle.clear_old(clock.now())
    assert len(session().exec(select(LoginFailure)).all()) == 2
    with transaction():
        throttle.clear_old(clock.now() + throttle.WINDOW + timedelta(seconds=1))
    assert session().exec(select(LoginFailure)).all() == []
