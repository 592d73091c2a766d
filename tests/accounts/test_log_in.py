"""Signing in and out: who gets in, who not, what a stranger learns, what a session is."""

import pytest
from sqlmodel import select

from socialmap.accounts import throttle
from socialmap.accounts.models import AccessEntry, Role, User
from socialmap.accounts.operations import disable, give_role
from socialmap.accounts.views import where_to_go
from socialmap.kit import clock
from socialmap.kit.database import session, transaction

from ..page import PASSWORD, Page
from ..world import make_organization, make_user

WRONG = "een verkeerd wachtwoord"


@pytest.fixture
def database_kind() -> str:
    """Sessions and failures as rows are tested on both databases in ``test_sessions``."""
    return "sqlite"


@pytest.fixture
def mentor(site):
    with transaction():
        return make_user(Role.MENTOR, make_organization(refers=True))


def try_to(page, email: str, password: str, status: int = 422):
    page.get("/inloggen").fill(email=email, password=password)
    return page.press("Log in", status=status)


def fail(email: str, *, times: int) -> None:
    """What so many wrong passwords leave behind."""
    for _time in range(times):
        throttle.note_failure(email, "127.0.0.1", clock.now())


def is_in(page) -> bool:
    return page.get("/account").address == "/account"


# In and out -----------------------------------------------------------------


def test_after_logging_in_one_is_at_the_referrals(page, mentor):
    page.sign_in(mentor.email)
    assert page.address == "/aanmeldingen"


def test_an_admin_who_has_no_referrals_begins_at_the_accounts(page, mentor):
    with transaction():
        admin = make_user(Role.ADMIN)
    page.sign_in(admin.email)
    assert page.address == "/beheer/accounts"
    page.get("/inloggen")
    assert page.address == "/beheer/accounts"


def test_an_admin_who_also_refers_begins_at_the_referrals(page, mentor):
    with transaction():
        both = make_user(Role.ADMIN)
        give_role(both, role=Role.MENTOR, organization=make_organization(refers=True))
    page.sign_in(both.email)
    assert page.address == "/aanmeldingen"


def test_who_has_no_role_yet_begins_at_the_own_account(page, mentor):
    with transaction():
        nobody = make_user(Role.ADMIN)
        session().delete(nobody.memberships[0])
    page.sign_in(nobody.email)
    assert page.address == "/account"


def test_capitals_and_spaces_in_the_address_do_not_matter(page, mentor):
    page.sign_in(f"  {mentor.email.upper()} ")
    assert is_in(page)


def test_after_logging_out_one_is_out(page, mentor):
    page.sign_in(mentor.email).get("/account").press("Uitloggen")
    assert not is_in(page)


def test_old_cookie_opens_nothing_after_logging_out(site, page, mentor):
    page.sign_in(mentor.email)
    cookie = page.client.get_cookie("socialmap").value
    page.get("/account").press("Uitloggen")
    thief = Page(site)
    thief.client.set_cookie("socialmap", cookie)
    assert not is_in(thief)


def test_log_in_is_written_down(page, mentor):
    page.sign_in(mentor.email)
    entry = session().exec(select(AccessEntry)).one()
    assert (entry.user_id, entry.action) == (mentor.id, "log in")


def test_who_is_in_already_is_not_asked_again(page, mentor):
    page.sign_in(mentor.email).get("/inloggen")
    assert page.address == "/aanmeldingen"


# Where to go ----------------------------------------------------------------


def test_after_logging_in_one_is_where_one_wanted_to_be(page, mentor):
    page.get("/account?a=b").fill(email=mentor.email, password=PASSWORD).press("Log in")
    assert page.address == "/account" and page.response.request.query_string == b"a=b"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/\\/evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http:evil.example",
        "",
    ],
)
def test_log_in_never_leads_to_another_site(site, target):
    with site.test_request_context("/inloggen", query_string={"volgende": target}):
        assert where_to_go() == "/account"


def test_log_in_leads_to_a_page_of_ours(site):
    with site.test_request_context("/inloggen", query_string={"volgende": "/aanbod?q=a//b"}):
        assert where_to_go() == "/aanbod?q=a//b"


def test_made_up_address_after_the_log_in_is_ignored(page, mentor):
    page.get("/inloggen?volgende=https://evil.example")
    page.fill(email=mentor.email, password=PASSWORD).press("Log in")
    assert page.address == "/aanmeldingen"


# Who does not get in --------------------------------------------------------


def test_stranger_cannot_tell_an_unknown_account_from_a_wrong_password(page, mentor):
    one = try_to(page, mentor.email, WRONG).errors()
    other = try_to(page, "niemand@kompas.example", WRONG).errors()
    assert one == other and len(one) == 1


def test_invited_account_without_password_cannot_be_entered(page, site):
    with transaction():
        invited = make_user(Role.MENTOR, make_organization(refers=True), password=None)
    try_to(page, invited.email, WRONG)


def test_empty_form_says_what_is_missing(page, mentor):
    page.get("/inloggen").press("Log in", status=422)
    assert page.errors() == ["Vul je mailadres in.", "Vul je wachtwoord in."]


def test_what_was_typed_stays_but_never_the_password(page, mentor):
    try_to(page, mentor.email, WRONG)
    assert mentor.email in page.response.text and WRONG not in page.response.text


def test_disabled_account_cannot_be_entered(page, mentor):
    with transaction() as db:
        disable(db.get_one(User, mentor.id))
    try_to(page, mentor.email, PASSWORD)


def test_who_is_disabled_is_out_at_once(page, mentor):
    page.sign_in(mentor.email)
    with transaction() as db:
        disable(db.get_one(User, mentor.id))
    assert not is_in(page)


# Guessing -------------------------------------------------------------------


def test_who_guesses_too_often_waits_even_with_the_right_password(page, mentor):
    fail(mentor.email, times=throttle.PER_ACCOUNT - 1)
    try_to(page, mentor.email, WRONG)
    try_to(page, mentor.email, PASSWORD, status=429)
    assert "Te veel" in page.main or "te veel pogingen" in page.main


def test_guessing_at_an_account_that_is_not_there_is_slowed_down_alike(page, mentor):
    fail("niemand@kompas.example", times=throttle.PER_ACCOUNT - 1)
    try_to(page, "niemand@kompas.example", WRONG)
    try_to(page, "niemand@kompas.example", WRONG, status=429)


def test_good_log_in_forgives_the_mistakes_before(page, mentor):
    fail(mentor.email, times=throttle.PER_ACCOUNT - 1)
    page.sign_in(mentor.email).get("/account").press("Uitloggen")
    try_to(page, mentor.email, WRONG)
    page.sign_in(mentor.email)
    assert is_in(page)


# Demo accounts --------------------------------------------------------------


@pytest.fixture
def demo_mentor(site):
    with transaction():
        return make_user(Role.MENTOR, make_organization(refers=True), is_demo=True)


@pytest.mark.parametrize(
    ("address", "gets_in"), [("127.0.0.1", True), ("::1", True), ("10.0.0.5", False)]
)
def test_demo_accounts_work_on_this_machine_only(site, demo_mentor, address, gets_in):
    page = Page(site)
    page.client.environ_base["REMOTE_ADDR"] = address
    try_to(page, demo_mentor.email, PASSWORD, status=200 if gets_in else 422)
    assert is_in(page) is gets_in


def test_ordinary_accounts_work_from_everywhere(site, mentor):
    page = Page(site)
    page.client.environ_base["REMOTE_ADDR"] = "10.0.0.5"
    page.sign_in(mentor.email)
    assert is_in(page)
