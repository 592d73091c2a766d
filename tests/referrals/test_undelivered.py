"""The list of mail that did not arrive: whose it is, what it says, and what its buttons do."""

import pytest
from sqlmodel import select

from socialmap.accounts.models import AccessEntry, Role
from socialmap.accounts.operations import invite
from socialmap.kit import clock
from socialmap.kit.database import session, transaction
from socialmap.kit.outbox import OutboxMail
from socialmap.referrals import coordination
from socialmap.referrals.failures import why
from socialmap.referrals.models import Referral

from ..page import Page
from ..world import (
    PUPIL_WORDS,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_user,
    the_region,
)

ADDRESS = "/beheer/mail"


@pytest.fixture
def database_kind() -> str:
    """The words of this page; what the two databases might do apart is tested with the outbox."""
    return "sqlite"


def fail(mail: OutboxMail, error: str = "bounced 5.1.1") -> None:
    mail.dead_at, mail.last_error = clock.now(), error


@pytest.fixture
def coordinator(site):
    with transaction():
        the_region()
        return make_user(Role.COORDINATOR, name="Carla Coördinator")


@pytest.fixture
def referral(coordinator, outbox):
    """A referral whose question to the intake contact did not arrive."""
    with transaction() as db:
        school = make_organization("Vmbo Het Kompas", refers=True)
        mentor = make_user(Role.MENTOR, school, name="Ingrid Bos")
        made = make_referral(service=make_service(name="Rebound De Brug"), mentor=mentor)
        mails = db.exec(select(OutboxMail).where(OutboxMail.kind == "referrals/new_referral"))
        fail(mails.one())
    return made


def test_list_says_who_missed_what_why_and_what_to_do(page, coordinator, referral):
    page.sign_in(coordinator.email).follow("Beheer").follow("Mail")
    assert page.title.startswith("Niet bezorgde mail")
    assert f"Open aanmelding {referral.reference} van Vmbo Het Kompas" in page.main
    assert "Noor Intake (persoon)" in page.main
    assert "Dit mailadres bestaat niet, of niet meer. (code 5.1.1)" in page.main
    assert "Vraag het goede mailadres na" in page.main
    assert not any(word in page.text for word in PUPIL_WORDS)
    assert referral.reference in page.follow(f"Bekijk aanmelding {referral.reference}").main


def test_a_mail_to_the_desk_of_the_region_leads_to_where_its_address_is_set(
    page, coordinator, referral
):
    with transaction() as db:
        here = db.get_one(Referral, referral.id)
        here.region.desk_email = "weg@rijnstreek.example"
        coordination.call_team(here, actor=coordinator, now=clock.now())
        mail = db.exec(select(OutboxMail).where(OutboxMail.recipient_kind == "desk")).one()
        fail(mail)
    page.sign_in(coordinator.email).get(ADDRESS)
    assert "Doorstroompunt Rijnstreek (loket van de regio)" in page.main
    assert "/beheer/regio/rijnstreek" in page.links().values()


def button(page: Page, words: str) -> str:
    return next(label for label in page.buttons() if label.startswith(words))


def test_sent_again_it_leaves_the_list_and_is_due_at_once(page, coordinator, referral, outbox):
    page.sign_in(coordinator.email).get(ADDRESS)
    page.press(button(page, "Probeer opnieuw"))
    assert "De mail gaat zo opnieuw weg." in page.text and "Alle mail is bezorgd." in page.main
    mail = next(m for m in outbox.all() if m.kind == "referrals/new_referral")
    assert (mail.dead_at, mail.attempts, mail.last_error) == (None, 0, None)
    assert mail.due_at <= clock.now()
    assert deeds() == [("send mail again", f"mail {mail.id}", coordinator.id)]


def test_dropped_it_leaves_the_list_and_never_goes(page, coordinator, referral, outbox):
    page.sign_in(coordinator.email).get(ADDRESS)
    page.press(button(page, "Laat vervallen"))
    assert "De mail is vervallen" in page.text and "Alle mail is bezorgd." in page.main
    mail = next(m for m in outbox.all() if m.kind == "referrals/new_referral")
    assert mail.dropped_at and mail.body is None
    assert deeds() == [("drop mail", f"mail {mail.id}", coordinator.id)]


def deeds() -> list[tuple[str, str, int | None]]:
    entries = session().exec(select(AccessEntry).where(AccessEntry.action.contains("mail")))
    return [(entry.action, entry.thing, entry.user_id) for entry in entries]


def test_who_is_second_hears_that_somebody_was_first(site, page, coordinator, referral):
    page.sign_in(coordinator.email).get(ADDRESS)
    other = Page(site).sign_in(coordinator.email).get(ADDRESS)
    other.press(button(other, "Probeer opnieuw"))
    page.press(button(page, "Laat vervallen"), status=409)
    assert "Deze mail staat niet meer op de lijst." in page.main


def test_nothing_to_do_is_told(page, coordinator):
    page.sign_in(coordinator.email).get(ADDRESS)
    assert "Alle mail is bezorgd. Je hoeft hier nu niets te doen." in page.main


def test_another_region_is_no_business_of_a_coordinator(page, coordinator, outbox):
    with transaction() as db:
        elsewhere = make_region("Maasmond", ("Rotterdam",))
        school = make_organization("Pro De Maas", region=elsewhere, refers=True)
        mentor = make_user(Role.MENTOR, school, name="Mo Elders")
        make_referral(mentor=mentor)
        invite(mentor)
        for mail in db.exec(select(OutboxMail)):
            fail(mail)
        admin = make_user(Role.ADMIN)
    page.sign_in(coordinator.email).get(ADDRESS)
    assert "Alle mail is bezorgd." in page.main
    token = next(e.get("value") for e in page.tree.iter("input") if e.get("name") == "csrf_token")
    for deed in ("opnieuw", "vervallen"):
        page.post(f"{ADDRESS}/{outbox.all()[0].id}/{deed}", {"csrf_token": token}, status=403)
    page.sign_out().sign_in(admin.email).get(ADDRESS)
    assert "Pro De Maas" in page.main and "Mo Elders" in page.main


def test_admin_sees_the_mail_and_not_the_referral(page, referral):
    with transaction():
        admin = make_user(Role.ADMIN)
    page.sign_in(admin.email).follow("Beheer").follow("Mail")
    assert referral.reference in page.main
    assert f"Bekijk aanmelding {referral.reference}" not in page.links()


@pytest.mark.parametrize("role", [Role.MENTOR, Role.CARETEAM, Role.PROVIDER])
def test_list_is_for_who_can_mend_it(page, referral, role):
    with transaction():
        user = make_user(role, make_organization())
    page.sign_in(user.email)
    assert "Beheer" not in page.links()
    page.get(ADDRESS, status=403)


def test_mail_of_somebody_whose_account_was_closed_still_has_a_name(page, coordinator):
    with transaction() as db:
        mentor = make_user(Role.MENTOR, make_organization(), name="Ingrid Bos")
        invite(mentor)
        mentor.disabled_at = clock.now()
        fail(db.exec(select(OutboxMail)).one(), "no address")
    page.sign_in(coordinator.email).get(ADDRESS)
    assert "Ingrid Bos (persoon)" in page.main and "het account staat uit" in page.main


def test_invitation_that_came_back_is_to_be_made_anew(page, coordinator):
    with transaction() as db:
        invite(make_user(Role.MENTOR, make_organization()))
        mail = db.exec(select(OutboxMail)).one()
        mail.sent_at, mail.body = clock.now(), None
        fail(mail)
    page.sign_in(coordinator.email).get(ADDRESS)
    assert "nodig deze collega opnieuw uit" in page.main
    assert not [label for label in page.buttons() if label.startswith("Probeer opnieuw")]


@pytest.mark.parametrize(
    ("error", "words", "code"),
    [
        ("no address", "Er is geen mailadres", ""),
        ("no text", "De tekst van de mail is er niet meer", ""),
        ("refused 5.1.1", "Dit mailadres bestaat niet", "5.1.1"),
        ("bounced 5.1.10", "Dit mailadres bestaat niet", "5.1.10"),
        ("refused 550", "weigert deze mail", "550"),
        ("refused 553", "Dit mailadres bestaat niet", "553"),
        ("bounced 5.2.2", "is vol", "5.2.2"),
        ("refused 452", "is vol", "452"),
        ("bounced 5.2.1", "staat uit", "5.2.1"),
        ("bounced 4.4.7", "werkte te lang niet", "4.4.7"),
        ("refused 421", "werkte te lang niet", "421"),
        ("bounced 5.7.1", "vertrouwt onze mail niet", "5.7.1"),
        ("refused 554", "vertrouwt onze mail niet", "554"),
        ("bounced 5.0.0", "weigert deze mail", "5.0.0"),
        ("SMTPAuthenticationError 535", "Onze mailserver werkte niet", "535"),
        ("SMTPServerDisconnected", "Onze mailserver werkte niet", ""),
        ("ConnectionRefusedError", "Onze mailserver werkte niet", ""),
        ("TimeoutError", "Onze mailserver werkte niet", ""),
        ("gaierror", "Onze mailserver werkte niet", ""),
        ("HeaderParseError", "niet goed geschreven", ""),
        (None, "niet goed geschreven", ""),
    ],
)
def test_every_kind_of_failure_has_plain_words(site, error, words, code):
    failure = why(error)
    assert words in failure.words and failure.code == code and failure.mend
