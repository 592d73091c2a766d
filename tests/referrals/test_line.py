"""The whole line: a mentor refers, the school has its confirmation, the provider answers, the
school is told."""

from datetime import timedelta

import pytest
from sqlmodel import select

from socialmap.accounts.models import Role
from socialmap.accounts.operations import give_role
from socialmap.kit import clock
from socialmap.kit.database import session, transaction
from socialmap.referrals import operations
from socialmap.referrals.models import PrivateRecord, Referral
from socialmap.referrals.states import State

from ..world import (
    PUPIL,
    PUPIL_WORDS,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_user,
)

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture
def mentor():
    with transaction():
        school = make_organization("Vmbo Het Kompas", email="zorgteam@kompas.example", refers=True)
        return make_user(Role.MENTOR, school, name="Ingrid Bos", email="i.bos@kompas.example")


@pytest.fixture
def service(mentor):
    with transaction():
        return make_service(name="Reboundvoorziening De Brug")


def fill_in_everything(page, service) -> None:
    page.get(f"/aanbod/{service.slug}/aanmelden")
    page.fill(**{n: PUPIL[n] for n in ("handover", "why_here", "done_so_far", "other_helpers")})
    page.press("Verder naar: over de leerling")
    page.fill(**{n: PUPIL[n] for n in (
        "called", "initials", "birth_month", "birth_year", "municipality", "education", "year",
        "reach", "reach_details", "own_words")})  # fmt: skip
    page.press("Verder naar: akkoord en gesprek")
    page.fill(**{n: PUPIL[n] for n in (
        "pupil_agrees", "pupil_on", "pupil_way", "meeting", "meeting_times")})  # fmt: skip
    page.press("Verder naar: lees na en verstuur")


def test_mentor_refers_and_school_has_its_confirmation(page, mentor, service, outbox):
    page.sign_in(mentor.email)
    fill_in_everything(page, service)
    assert "Dounia" in page.main and "volle klas" in page.main

    page.press("Verstuur de aanmelding")

    assert "De aanmelding is verstuurd" in page.main
    assert "Noor Intake, De Brug" in page.main
    assert "Uiterlijk woensdag 25 november 2026" in page.main
    assert "maandag 4 januari 2027" in page.main
    assert outbox.kinds() == [
        "referrals/confirmation", "referrals/confirmation", "referrals/new_referral"
    ]  # fmt: skip
    recipients = {(m.recipient_kind, m.kind) for m in outbox.all()}
    assert ("organization", "referrals/confirmation") in recipients


def test_provider_answers_and_school_is_told_each_time(page, mentor, service, outbox):
    page.sign_in(mentor.email)
    fill_in_everything(page, service)
    page.press("Verstuur de aanmelding").follow("Bekijk de aanmelding")
    address = page.address
    assert "is aan zet" in page.main
    page.sign_out()

    with transaction():
        intaker = make_user(Role.PROVIDER, service.organization, name="Sam de Vries")
    page.get(address).fill(email=intaker.email, password="een lang wachtwoord").press("Log in")
    assert page.address == address, "after logging in one is where one wanted to be"
    assert "Dounia" not in page.text, "nothing is read before it was opened"
    page.press("Openen")
    assert "Dounia" in page.main
    page.fill(contact="Noor, 071 123 45 67", note="Neem je agenda mee.").press("Verstuur: ja")
    assert "Aangenomen" in page.main
    page.sign_out()

    page.get(address).fill(email=mentor.email, password="een lang wachtwoord").press("Log in")
    assert "Noor, 071 123 45 67" in page.main and "Neem je agenda mee." in page.main
    told = [m.kind for m in outbox.to("user", mentor.id)]
    assert told == ["referrals/confirmation", "referrals/opened", "referrals/accepted"]


def test_no_mail_carries_a_word_about_the_pupil(page, mentor, service, outbox):
    page.sign_in(mentor.email)
    fill_in_everything(page, service)
    page.press("Verstuur de aanmelding")
    for mail in outbox.all():
        for word in PUPIL_WORDS:
            assert word not in mail.subject + (mail.body or ""), (mail.kind, word)


def test_sending_twice_makes_one_referral_and_one_set_of_mails(page, mentor, service, outbox):
    page.sign_in(mentor.email)
    fill_in_everything(page, service)
    form, _button = page._form_with("Verstuur de aanmelding")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    for _click in range(2):
        page.post(form.get("action"), {"csrf_token": token})
        assert "De aanmelding is verstuurd" in page.main
    assert len(outbox.all()) == 3
    assert len(session().exec(select(Referral)).unique().all()) == 1


def test_what_is_kept_of_a_pupil_is_unreadable_in_the_database(page, mentor, service):
    page.sign_in(mentor.email)
    fill_in_everything(page, service)
    page.press("Verstuur de aanmelding")
    raw = session().connection().exec_driver_sql("SELECT content FROM private_record").scalars()
    stored = b"".join(bytes(value) for value in raw)
    assert stored and all(word.encode() not in stored for word in PUPIL_WORDS)
    assert session().exec(select(PrivateRecord)).one().content["called"] == "Dounia"


def test_answering_twice_leaves_the_first_answer_and_says_so(page, mentor, service, outbox):
    with transaction():
        referral = make_referral(State.RECEIVED, service=service, mentor=mentor)
        intaker = intaker_of(referral)
    page.sign_in(intaker.email).get(f"/aanmeldingen/{referral.reference}")
    form, _button = page._form_with("Verstuur: ja")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    address = form.get("action")
    page.fill(contact="Noor").press("Verstuur: ja")
    page.post(address, {"csrf_token": token, "contact": "Piet"})
    assert "Er was al een antwoord" in page.main
    assert "Noor" in page.main
    assert "Piet" not in page.main
    assert outbox.kinds().count("referrals/accepted") == 2, "to the mentor and to the school"


def test_who_refers_for_two_organizations_chooses_for_which(page, service):
    with transaction():
        first = make_organization("Vmbo De Vaart", refers=True)
        second = make_organization("Doorstroompunt Zuid", refers=True)
        both = make_user(Role.MENTOR, first)
        give_role(both, role=Role.MENTOR, organization=second)
    page.sign_in(both.email).get(f"/aanbod/{service.slug}/aanmelden")
    page.fill(handover="to_help", why_here="x", done_so_far="y")
    page.press("Verder naar: over de leerling", status=422)
    assert page.errors() == ["Kies de organisatie waarvoor je aanmeldt."]
    page.fill(organization=second.id).press("Verder naar: over de leerling")
    assert session().exec(select(Referral)).unique().one().organization_id == second.id


def test_what_was_referred_elsewhere_is_noted_with_its_day_and_contact(page, mentor):
    with transaction():
        service = make_service(how_to_refer="phone_or_mail")
    page.sign_in(mentor.email).get(f"/aanbod/{service.slug}")
    page.follow("Noteer: elders aangemeld")
    page.fill(on="2026-11-30", contact="Balie").press("Noteer", status=422)
    assert page.errors() == ["Deze dag moet nog komen."]
    page.fill(on="2026-11-20").press("Noteer")
    assert "Op vrijdag 20 november 2026" in page.main
    assert "Gesproken met: Balie" in page.main
    page.get("/aanmeldingen")
    assert "Elders aangemeld" in page.main


def test_a_pupil_must_wait_and_the_school_reads_until_when(page, mentor, service, outbox):
    with transaction():
        referral = make_referral(State.RECEIVED, service=service, mentor=mentor)
        intaker = intaker_of(referral)
    address = f"/aanmeldingen/{referral.reference}"
    page.sign_in(intaker.email).get(address)
    page.fill(until="2026-11-20", meanwhile="Kom langs").press("Verstuur: nog niet", status=422)
    assert page.errors() == ["Kies waarom het nog niet kan.", "Kies een dag die nog komt."]
    page.fill(hold="waiting_list", until="2027-01-15").press("Verstuur: nog niet")
    assert "Is er al plek?" in page.main and "vrijdag 15 januari 2027" in page.main
    page.sign_out()

    page.sign_in(mentor.email).get(address)
    assert "De Brug heeft nog geen plek" in page.main
    assert "Er is een wachtlijst" in page.main and "Kom langs" in page.main
    assert outbox.to("user", mentor.id)[-1].kind == "referrals/on_hold"
    page.sign_out()

    page.sign_in(intaker.email).get(address)
    assert "Verstuur: nog niet" not in page.buttons()
    page.fill(contact="Noor").press("Verstuur: ja")
    assert "Aangenomen" in page.main


def test_the_school_takes_a_referral_back_and_the_provider_reads_no_more(page, mentor, service):
    with transaction():
        referral = make_referral(State.RECEIVED, service=service, mentor=mentor)
        intaker = intaker_of(referral)
    address = f"/aanmeldingen/{referral.reference}"
    page.sign_in(mentor.email).get(address).follow("Trek de aanmelding in")
    page.press("Trek de aanmelding in", status=422)
    assert page.errors() == ["Kies waarom je de aanmelding intrekt."]
    page.fill(cancel="pupil", agreed="Ik bel de leerling vrijdag.").press("Trek de aanmelding in")
    assert page.address == address and "De aanmelding is ingetrokken" in page.main
    assert "Ingetrokken door leerling of ouder" in page.main
    assert "De leerling wil dit niet meer" in page.main and "Ik bel de leerling" in page.main
    assert "Trek de aanmelding in" not in page.links()
    page.get(f"{address}/intrekken")
    assert page.address == address, "there is nothing left to take back"
    page.sign_out()

    page.sign_in(intaker.email).get(address)
    assert "Jullie hoeven niets meer te doen" in page.main
    for word in (*PUPIL_WORDS, "wil dit niet meer", "door leerling of ouder", "Ik bel de leerling"):
        assert word not in page.text
    page.get("/aanmeldingen?toon=gesloten")
    assert "Ingetrokken" in page.main and not any(word in page.text for word in PUPIL_WORDS)


def test_the_pupil_begins_and_it_comes_to_an_end(page, mentor, service, outbox):
    with transaction():
        referral = make_referral(State.ACCEPTED, service=service, mentor=mentor)
        intaker = intaker_of(referral)
    address = f"/aanmeldingen/{referral.reference}"
    page.sign_in(intaker.email).get(address)
    page.fill(started_on="2026-11-30").press("Noteer: begonnen", status=422)
    assert page.errors() == ["Deze dag moet nog komen. Vul dit in als het zover is."]
    page.fill(started_on="1926-11-23").press("Noteer: begonnen", status=422)
    assert page.errors() == ["Kies een dag van het afgelopen jaar."]
    page.fill(started_on="2026-11-23").press("Noteer: begonnen")
    assert "De leerling is begonnen" in page.main and "maandag 23 november" in page.main
    page.fill(outcome="work").press("Noteer: afgerond", status=422)
    assert page.errors() == ["Vul in wie contact houdt met de leerling."]
    page.fill(keeps_eye="De jobcoach").press("Noteer: afgerond")
    assert "Aan het werk" in page.main and "Houdt contact: De jobcoach" in page.main
    assert "Noteer: gestopt" not in page.buttons()
    page.sign_out()

    page.sign_in(mentor.email).get(address)
    assert "Aan het werk" in page.main and "Houdt contact: De jobcoach" in page.main
    told = [m.kind for m in outbox.to("user", mentor.id)]
    assert told[-2:] == ["referrals/started", "referrals/completed"]


def test_it_stops_and_the_school_reads_who_calls_the_pupil(page, mentor, service):
    with transaction():
        referral = make_referral(State.IN_PROGRESS, service=service, mentor=mentor)
        intaker = intaker_of(referral)
        coordinator = make_user(Role.COORDINATOR)
    address = f"/aanmeldingen/{referral.reference}"
    page.sign_in(intaker.email).get(address)
    page.fill(stop="stays_away", takes_over="De mentor, vóór vrijdag").press("Noteer: gestopt")
    page.sign_out()
    page.sign_in(mentor.email).get(address)
    assert "Het is gestopt bij De Brug" in page.main
    assert "De leerling komt niet (meer)" in page.main
    assert "Belt de leerling: De mentor, vóór vrijdag" in page.main
    page.sign_out()
    page.sign_in(coordinator.email).get(address)
    assert "Het is gestopt bij De Brug" in page.main
    assert "komt niet (meer)" not in page.text and "De mentor, vóór" not in page.text


def test_how_it_ended_is_erased_with_the_rest_of_what_is_known_of_a_pupil(page, mentor, service):
    with transaction():
        referral = make_referral(State.IN_PROGRESS, service=service, mentor=mentor)
        operations.complete(
            referral, actor=intaker_of(referral), outcome="care", follow_up="De wijkcoach",
            now=clock.now(),
        )  # fmt: skip
        coordinator = make_user(Role.COORDINATOR)
    address = f"/aanmeldingen/{referral.reference}"
    page.sign_in(coordinator.email).get(address)
    assert "Afgerond, met nazorg" in page.main and "Verder met hulp" not in page.text
    page.sign_out()
    page.sign_in(mentor.email).get(address)
    assert "Verder met hulp of zorg." in page.main
    with transaction():
        operations.erase_after_retention(now=clock.now() + timedelta(days=366))
    page.get(address)
    assert "Verder met hulp" not in page.text and "Er hoeft niets meer" in page.main
    assert "Afgerond" in page.main and "zijn gewist" in page.main


LEAVING = {"leaves_on": "2026-12-18", "leaves_ground": "absence", "leaves_by": "school"}


def test_papers_and_a_number_elsewhere_are_told_without_sending_them(page, mentor, service):
    page.sign_in(mentor.email)
    page.get(f"/aanbod/{service.slug}/aanmelden")
    page.fill(why_here="x", done_so_far="y", papers=["opp", "grades"], papers_by="pupil")
    page.fill(handover="to_help", other_reference="123 456 782")
    page.press("Verder naar: over de leerling", status=422)
    assert page.errors() == ["Dit lijkt een BSN. Dat hoort hier niet."]
    page.fill(other_reference="DD-2026-17").press("Verder naar: over de leerling")
    page.get(page.address.replace("leerling", "waarom"))
    ticked = {e.get("value") for e in page.tree.iter("input") if e.get("checked") is not None}
    assert {"opp", "grades"} <= ticked
    fill_in_everything_else(page)
    assert "Ontwikkelingsperspectief (OPP), Cijferlijst of diploma: de leerling" in page.main
    assert "DD-2026-17" in page.main
    page.press("Verstuur de aanmelding")
    assert "De aanmelding is verstuurd" in page.main


def fill_in_everything_else(page) -> None:
    """From the first step, which is right already, to reading over."""
    page.press("Verder naar: over de leerling")
    page.fill(**{n: PUPIL[n] for n in (
        "called", "initials", "birth_month", "birth_year", "municipality", "education",
        "reach")})  # fmt: skip
    page.press("Verder naar: akkoord en gesprek")
    page.fill(**{n: PUPIL[n] for n in ("pupil_agrees", "pupil_on", "pupil_way", "meeting")})
    page.press("Verder naar: lees na en verstuur")


def test_of_a_threatened_deregistration_everything_is_told_or_nothing(page, mentor, service):
    page.sign_in(mentor.email).get(f"/aanbod/{service.slug}/aanmelden")
    page.fill(handover="to_help", why_here="x", done_so_far="y", **LEAVING)
    page.press("Verder naar: over de leerling", status=422)
    assert page.errors() == [
        "Bij dreigende uitschrijving: vul dag, grond, wie en oorzaak alle vier in."
    ]
    page.fill(leaves_cause="personal").press("Verder naar: over de leerling")
    page.get(page.address.replace("leerling", "waarom"))
    fill_in_everything_else(page)
    assert "18 december 2026. Verzuim. De school. Iets persoonlijks" in page.main


def test_who_may_be_deregistered_is_not_let_out_of_sight(page, mentor, service):
    with transaction():
        referral = make_referral(
            State.REJECTED, service=service, mentor=mentor, leaves_cause="personal", **LEAVING
        )
    page.sign_in(mentor.email).get(f"/aanmeldingen/{referral.reference}")
    page.fill(landed="out_of_sight", landed_note="Bas belt.").press("Noteer", status=422)
    assert page.errors() == [
        "Niemand wordt uitgeschreven zonder plek. Meld de leerling bij het Doorstroompunt."
    ]
    assert "Bas belt." in page.main, "what was written is still there"
    page.fill(landed="desk").press("Noteer")
    assert "Gemeld bij het Doorstroompunt" in page.main


def test_the_page_of_a_referral_tells_the_school_whom_to_call(page):
    with transaction():
        referral = make_referral()
        mentor = referral.referrer
    page.sign_in(mentor.email).get(f"/aanmeldingen/{referral.reference}")
    assert "071 123 45 67" in page.main and "Contactpersoon niet opgegeven" not in page.main
    page.get(f"/aanmeldingen/{referral.reference}/bevestiging")
    assert "071 123 45 67" in page.main
