"""The language in which somebody gets mail, chosen on the page of the own account."""

from datetime import date

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.operations import choose_language, invite
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.kit.formats import moment
from socialmap.kit.language import DUTCH, in_language, language
from socialmap.kit.outbox import Recipient, post

from ..world import at, make_organization, make_referral, make_user


@pytest.fixture
def mentor(site):
    with transaction():
        return make_user(Role.MENTOR, make_organization(refers=True))


def test_somebody_chooses_english_and_gets_the_next_mail_in_english(page, outbox, mentor):
    page.sign_in(mentor.email).get("/account")
    assert "In welke taal krijg je mail?" in page.main
    page.fill(language="en").press("Bewaar taal")
    assert "Je volgende mail is in deze taal." in page.text
    with transaction():
        invite(session().get_one(type(mentor), mentor.id))
    mail = outbox.only()
    assert mail.subject == "Your account for the sociale kaart"
    assert "Choose your own" in mail.body


def test_the_page_remembers_what_was_chosen_and_stays_dutch(page, mentor):
    with transaction():
        choose_language(session().get_one(type(mentor), mentor.id), "en")
    page.sign_in(mentor.email).get("/account")
    chosen = [e.get("value") for e in page.tree.iter("input") if e.get("checked") is not None]
    assert chosen == ["en"]
    assert page.tree.get("lang") == DUTCH
    assert "Mailadres" in page.main


def test_who_chose_nothing_gets_dutch(mentor):
    assert mentor.language == DUTCH


@pytest.mark.parametrize("wrong", ["fr", ""])
def test_a_language_that_is_not_there_is_said_to_be_wrong(page, mentor, wrong):
    page.sign_in(mentor.email).get("/account")
    page.fill(language=wrong).press("Bewaar taal", status=422)
    assert page.errors()
    with pytest.raises(Refused):
        choose_language(mentor, wrong)


def test_each_reader_of_one_deed_gets_the_own_language(site, outbox, mentor):
    with transaction():
        choose_language(session().get_one(type(mentor), mentor.id), "en")
        make_referral(mentor=mentor)
    subjects = {(m.recipient_kind, m.kind): m.subject for m in outbox.all()}
    assert "has been sent to" in subjects["user", "referrals/confirmation"]
    assert "is verstuurd naar" in subjects["organization", "referrals/confirmation"]
    assert subjects["user", "referrals/new_referral"].startswith("Open aanmelding")


def test_the_language_of_a_mail_is_not_that_of_what_comes_after(site, mentor):
    with transaction():
        choose_language(session().get_one(type(mentor), mentor.id), "en")
        post(
            Recipient("user", str(mentor.id)), "accounts/invitation", thread="t",
            user=mentor, link="https://kaart.example",
        )  # fmt: skip
        assert language() == DUTCH


def test_a_moment_reads_as_people_of_that_language_write_it(site):
    when = at(date(2026, 11, 24), 13)
    assert moment(when) == "dinsdag 24 november 2026, 14.00 uur"
    with in_language("en"):
        assert moment(when) == "Tuesday 24 November 2026, 14:00"
