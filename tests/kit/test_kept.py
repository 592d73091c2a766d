"""What somebody wrote when the clock had just signed them out comes back, and only to them."""

from datetime import timedelta

import pytest
from sqlmodel import select

from socialmap.accounts.models import Role, WebSession
from socialmap.accounts.sessions import IDLE
from socialmap.kit import clock
from socialmap.kit.database import session, transaction

from ..page import PASSWORD
from ..world import make_organization, make_service, make_user

WORDS = "Zij durft de grote klas niet in, en thuis is het druk."


@pytest.fixture
def database_kind() -> str:
    """What is asked here is asked of the site; its rows are tested on both databases elsewhere."""
    return "sqlite"


@pytest.fixture
def school(site):
    with transaction():
        return make_organization("Vmbo Het Kompas", refers=True)


@pytest.fixture
def mentor(school):
    with transaction():
        return make_user(Role.MENTOR, school)


@pytest.fixture
def service(school):
    with transaction():
        return make_service()


def let_the_session_run_out() -> None:
    with transaction() as db:
        for row in db.exec(select(WebSession)):
            row.seen_at = clock.now() - IDLE - timedelta(minutes=1)
            db.add(row)


@pytest.fixture
def too_late(page, mentor, service):
    """Somebody sends the first step of a referral after the session ended."""
    page.sign_in(mentor.email)
    page.get(f"/aanbod/{service.slug}/aanmelden")
    address = page.address
    let_the_session_run_out()
    page.fill(why_here=WORDS).press("Verder naar: over de leerling")
    assert page.address == "/inloggen"
    assert "Wat je schreef is bewaard" in page.main and WORDS not in page.text
    return address


def test_what_was_written_comes_back_after_logging_in_again(page, mentor, too_late):
    page.fill(email=mentor.email, password=PASSWORD).press("Log in")
    assert page.address == too_late
    assert WORDS in page.main
    page.fill(done_so_far="Gesprekken", handover="to_help").press("Verder naar: over de leerling")
    assert page.address != too_late, "and it can be sent at once"


def test_it_survives_a_mistyped_password(page, mentor, too_late):
    page.fill(email=mentor.email, password="verkeerd wachtwoord").press("Log in", status=422)
    page.fill(email=mentor.email, password=PASSWORD).press("Log in")
    assert WORDS in page.main


def test_colleague_who_logs_in_on_the_same_computer_sees_nothing(page, school, too_late):
    with transaction():
        colleague = make_user(Role.MENTOR, school)
    page.fill(email=colleague.email, password=PASSWORD).press("Log in")
    assert page.address == too_late and WORDS not in page.text


def test_it_is_given_back_once(page, mentor, too_late):
    page.fill(email=mentor.email, password=PASSWORD).press("Log in")
    assert WORDS not in page.get(too_late).main


def test_it_is_unreadable_in_the_database_meanwhile(page, too_late):
    raw = session().connection().exec_driver_sql("SELECT content FROM web_session").scalars()
    stored = b"".join(bytes(value) for value in raw)
    assert stored and b"grote klas" not in stored


def test_secrets_are_not_kept(page, mentor):
    page.sign_in(mentor.email).get("/account")
    let_the_session_run_out()
    page.fill(password="een nieuw lang wachtwoord", password_again="een nieuw lang wachtwoord")
    page.press("Bewaar wachtwoord")
    with transaction() as db:
        contents = [row.content for row in db.exec(select(WebSession))]
    assert "ben je uitgelogd" in page.main and "is bewaard" not in page.main
    assert contents and all("nieuw lang" not in content for content in contents)


def test_stranger_is_not_told_that_something_was_kept(page, mentor, service):
    """Without a session that ended there is nobody to keep it for."""
    page.get("/inloggen")
    form, _button = page._form_with("Log in")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    page.post("/account", {"csrf_token": token, "password": "x"})
    assert page.address == "/inloggen"
    assert "is bewaard" not in page.text
