"""Links by mail with which somebody chooses a password, and changing one's own."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from socialmap.accounts.models import PasswordLink, Role, User
from socialmap.accounts.operations import LINK_VALID, disable, invite
from socialmap.kit import clock
from socialmap.kit.database import session, transaction

from ..conftest import SHIPPED_HASHER
from ..page import PASSWORD, Page
from ..world import make_organization, make_user

NEW = "een heel nieuw wachtwoord"


@pytest.fixture
def database_kind() -> str:
    """The words of these pages; what the two databases might do apart is tested elsewhere."""
    return "sqlite"


@pytest.fixture
def mentor(site):
    with transaction():
        return make_user(Role.MENTOR, make_organization(refers=True))


@pytest.fixture
def invited(site):
    with transaction():
        user = make_user(Role.MENTOR, make_organization(refers=True), password=None)
        invite(user)
        return user


def link_in(mail) -> str:
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", mail.body)
    return link


def choose(page, password: str, again: str | None = None, status: int = 200):
    page.fill(password=password, password_again=password if again is None else again)
    return page.press("Bewaar wachtwoord", status=status)


def test_invited_colleague_chooses_a_password_and_logs_in(page, invited, outbox):
    assert outbox.only().kind == "accounts/invitation"
    page.get(link_in(outbox.only()))
    assert invited.email in page.main
    choose(page, NEW)
    assert page.address == "/inloggen" and "Je wachtwoord is bewaard" in page.main
    page.sign_in(invited.email, NEW)
    assert page.get("/account").address == "/account"


def test_link_works_once(page, invited, outbox):
    link = link_in(outbox.only())
    choose(page.get(link), NEW)
    assert "werkt niet meer" in page.get(link, status=410).main


def test_opening_a_link_uses_nothing_up(page, invited, outbox):
    """Mail scanners open every link; only the button acts."""
    link = link_in(outbox.only())
    page.get(link)
    choose(page.get(link), NEW)


@pytest.mark.parametrize(("early", "works"), [(1, True), (-1, False)])
def test_link_works_seven_days(page, invited, outbox, early, works):
    assert timedelta(days=7) == LINK_VALID
    with transaction() as db:
        db.exec(select(PasswordLink)).one().expires_at = clock.now() + timedelta(minutes=early)
    page.get(link_in(outbox.only()), status=200 if works else 410)


def test_made_up_link_opens_nothing(page, mentor):
    page.get("/uitnodiging/" + "x" * 43, status=410)
    page.get("/wachtwoord/" + "x" * 43, status=410)


def test_link_of_a_closed_account_opens_nothing(page, invited, outbox):
    link = link_in(outbox.only())
    with transaction() as db:
        disable(db.get_one(User, invited.id))
    page.get(link, status=410)


def test_link_is_not_in_the_database_as_it_is(invited, outbox):
    token = link_in(outbox.only()).rpartition("/")[2]
    assert session().exec(select(PasswordLink)).one().token_hash != token


@pytest.mark.parametrize(
    ("password", "again", "message"),
    [
        ("elf tekens!", "elf tekens!", "Kies een wachtwoord van minstens 12 tekens."),
        (NEW, NEW + "!", "Deze twee wachtwoorden zijn niet gelijk."),
    ],
)
def test_password_that_does_not_fit_is_told_and_the_link_stays_good(
    page, invited, outbox, password, again, message
):
    page.get(link_in(outbox.only()))
    choose(page, password, again, status=422)
    assert page.errors() == [message] and invited.email in page.main
    assert page.title.startswith("Fout:")
    choose(page, NEW)
    assert page.address == "/inloggen"


# Forgotten ------------------------------------------------------------------


def ask_link(page, email: str, status: int = 200):
    return page.get("/wachtwoord").fill(email=email).press("Stuur mij de link", status=status)


def test_forgotten_password_is_replaced_by_a_link(page, mentor, outbox):
    ask_link(page, mentor.email)
    assert outbox.only().kind == "accounts/new_password"
    choose(page.get(link_in(outbox.only())), NEW)
    page.sign_in(mentor.email, NEW)


def test_asking_a_link_tells_nothing_about_who_has_an_account(page, mentor, outbox):
    known = ask_link(page, mentor.email).main
    unknown = ask_link(page, "niemand@kompas.example").main
    assert known == unknown and len(outbox.all()) == 1


def test_demo_and_closed_accounts_get_no_link(page, outbox):
    with transaction():
        school = make_organization(refers=True)
        demo = make_user(Role.MENTOR, school, is_demo=True)
        closed = make_user(Role.MENTOR, school)
        disable(closed)
    ask_link(page, demo.email)
    ask_link(page, closed.email)
    assert outbox.all() == []


def test_nobody_can_flood_a_mailbox_with_links(page, mentor, outbox):
    for _time in range(6):
        ask_link(page, mentor.email)
    ask_link(page, mentor.email, status=429)
    assert len(outbox.all()) == 6


def test_what_is_no_address_is_told(page, mentor):
    ask_link(page, "geen adres", status=422)
    assert page.errors() == ["Dit is geen mailadres."] and "geen adres" in page.response.text


# One's own ------------------------------------------------------------------


def test_new_password_ends_every_other_session_but_this_one(site, page, mentor):
    elsewhere = Page(site)
    elsewhere.sign_in(mentor.email)
    page.sign_in(mentor.email).get("/account")
    choose(page, NEW)
    assert "Je nieuwe wachtwoord is bewaard" in page.main
    assert page.get("/account").address == "/account"
    assert elsewhere.get("/account").address == "/inloggen"


def test_after_a_new_password_the_old_one_and_old_links_are_worthless(site, page, mentor, outbox):
    ask_link(page, mentor.email)
    link = link_in(outbox.only())
    page.sign_in(mentor.email).get("/account")
    choose(page, NEW)
    other = Page(site)
    other.get(link, status=410)
    other.get("/inloggen").fill(email=mentor.email, password=PASSWORD).press("Log in", status=422)


def test_too_short_password_of_ones_own_is_refused(page, mentor):
    page.sign_in(mentor.email).get("/account")
    choose(page, "kort", status=422)
    assert page.errors() == ["Kies een wachtwoord van minstens 12 tekens."]
    assert 'value="kort"' not in page.response.text


def test_empty_form_says_what_is_missing(page, mentor):
    page.sign_in(mentor.email).get("/account")
    choose(page, "", status=422)
    assert page.errors()[0] == "Kies een wachtwoord."


def test_passwords_are_kept_as_argon2(mentor):
    assert mentor.password_hash.startswith("$argon2id$")


def test_a_password_is_slow_to_guess():
    """The second choice of RFC 9106: 64 MiB and three passes."""
    assert SHIPPED_HASHER.memory_cost >= 64 * 1024
    assert SHIPPED_HASHER.time_cost >= 3
