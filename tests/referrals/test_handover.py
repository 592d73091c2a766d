"""The handover on the page: a question, the meeting, what was agreed, what was told by phone."""

import pytest

from socialmap.accounts.models import Role
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.referrals import conversation, operations
from socialmap.referrals.states import State

from ..world import (
    PUPIL_WORDS,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_user,
)

pytestmark = pytest.mark.usefixtures("site")

RECORD = {
    "held_on": "2026-11-23",
    "pupil_there": "y", "sender_there": "y", "receiver_there": "y",
    "agreed": "Dounia komt elke dag.", "next_step": "Eerste dag, 9 uur", "next_on": "2026-12-01",
    "whom": "Noor, 071 123 45 67", "support": "yes", "old_mentor": "yes",
}  # fmt: skip


@pytest.fixture
def mentor():
    with transaction():
        school = make_organization("Vmbo Het Kompas", refers=True)
        return make_user(Role.MENTOR, school, name="Ingrid Bos", email="i.bos@kompas.example")


def referral_of(mentor, state: State, **facts):
    with transaction():
        service = make_service(name="Reboundvoorziening De Brug")
        referral = make_referral(state, service=service, mentor=mentor, **facts)
        return f"/aanmeldingen/{referral.reference}", intaker_of(referral).email


def test_a_question_is_asked_and_answered(page, mentor):
    address, intaker = referral_of(mentor, State.RECEIVED)
    page.sign_in(intaker).get(address).press("Verstuur je vraag", status=422)
    assert page.errors() == ["Schrijf je vraag op."]
    page.fill(question="In welke klas zit de leerling?").press("Verstuur je vraag")
    assert "Vmbo Het Kompas is aan zet" in page.main
    assert "Verstuur je vraag" not in page.buttons(), "one question at a time"
    page.sign_out()

    page.sign_in(mentor.email).get(address)
    assert "De Brug heeft een vraag" in page.main and "In welke klas" in page.main
    page.fill(answer="In 4 vmbo.").press("Verstuur je antwoord")
    assert "De Brug is aan zet" in page.main
    page.sign_out()

    page.sign_in(intaker).get(address)
    assert "Wat is jullie antwoord?" in page.main and "In 4 vmbo." in page.main


def test_the_meeting_is_planned_held_and_confirmed_and_the_pupil_gets_a_paper(page, mentor):
    address, intaker = referral_of(mentor, State.ACCEPTED)
    page.sign_in(mentor.email).get(address)
    page.fill(meeting_on="2026-11-20", meeting_at="half drie").press("Zet in de agenda", status=422)
    assert page.errors() == [
        "Kies een dag die nog komt.", "Schrijf de tijd als 14:30.",
        "Kies waar of hoe jullie elkaar spreken.",
    ]  # fmt: skip
    page.fill(meeting_on="2026-11-23", meeting_at="14.30", meeting_form="school", where="Kamer 12")
    page.press("Zet in de agenda")
    assert "maandag 23 november 2026, 14.30 uur" in page.main and "Kamer 12" in page.main
    page.press("Leg het gesprek vast", status=422)
    assert page.errors()[0] == "Vink aan wie erbij was."
    page.fill(**RECORD).press("Leg het gesprek vast")
    assert "Wacht op bevestiging van De Brug" in page.main
    page.sign_out()

    page.sign_in(intaker).get(address).press("Bevestigen")
    assert "De warme overdracht is bevestigd" in page.main
    assert "Bevestigen" not in page.buttons()
    page.follow("Papier voor de leerling")
    assert "Dounia, dit hebben we afgesproken" in page.main
    for words in ("Dounia komt elke dag.", "Noor, 071 123 45 67", "Dinsdag 1 december 2026:",
                  "mag je oude mentor bellen: Ingrid Bos", "jij", "rechten"):  # fmt: skip
        assert words in page.main


def test_a_parent_of_a_grown_up_is_there_only_when_the_pupil_wanted(page, mentor):
    address, intaker = referral_of(mentor, State.READY, birth_year="2007")
    page.sign_in(intaker).get(address)
    page.fill(**RECORD, parent_there="y").press("Leg het gesprek vast", status=422)
    assert page.errors() == ["Vanaf 18 jaar is een ouder er alleen bij als de leerling dat wil."]
    page.fill(parent_wanted="y").press("Leg het gesprek vast")
    assert "ouder of vertrouwd persoon" in page.main


def test_of_a_pupil_under_18_it_is_not_asked_whether_the_parent_was_wanted(page, mentor):
    address, intaker = referral_of(mentor, State.READY)
    page.sign_in(intaker).get(address)
    page.fill(**RECORD, parent_there="y").press("Leg het gesprek vast")
    assert "ouder of vertrouwd persoon" in page.main


def test_a_pupil_does_not_come_and_the_school_reads_who_calls(page, mentor):
    address, intaker = referral_of(mentor, State.READY)
    page.sign_in(intaker).get(address)
    page.fill(who_calls="De mentor", call_by="2026-11-25").press("Noteer: niet verschenen")
    page.sign_out()
    page.sign_in(mentor.email).get(address)
    assert "Niet verschenen" in page.main
    assert "Belt de leerling: De mentor, uiterlijk woensdag 25 november 2026" in page.main


def test_no_paper_without_a_meeting_and_none_for_who_may_not_read(page, mentor):
    address, _intaker = referral_of(mentor, State.READY)
    page.sign_in(mentor.email).get(f"{address}/gesprek")
    assert page.address == address
    page.sign_out()
    with transaction():
        coordinator = make_user(Role.COORDINATOR)
    page.sign_in(coordinator.email).get(f"{address}/gesprek", status=403)


def test_what_the_provider_said_by_telephone_is_noted_by_the_school(page, mentor):
    address, intaker = referral_of(mentor, State.REQUESTED)
    page.sign_in(mentor.email).get(address)
    told = {"openen-told_by": "Noor", "openen-told_on": "2026-11-24"}
    page.fill(**told).press("Noteer: gezien", status=422)
    assert page.errors() == ["Deze dag moet nog komen."]
    page.fill(**{"openen-told_on": "2026-11-23"}).press("Noteer: gezien")
    page.fill(**{
        "aannemen-contact": "Noor, 071 123", "aannemen-told_by": "Noor",
        "aannemen-told_on": "2026-11-23",
    }).press("Verstuur: ja")  # fmt: skip
    assert "Aangenomen" in page.main
    assert "Genoteerd door Ingrid Bos, na een telefoontje met Noor" in page.main
    page.sign_out()
    page.sign_in(intaker).get(address)
    assert "na een telefoontje" in page.main


def test_a_coordinator_notes_what_was_told_without_reading_about_the_pupil(page, mentor):
    address, _intaker = referral_of(mentor, State.RECEIVED)
    with transaction():
        coordinator = make_user(Role.COORDINATOR)
    page.sign_in(coordinator.email).get(address)
    page.fill(**{
        "afwijzen-reason": "full", "afwijzen-advice": "Bel De Sluis", "afwijzen-told_by": "Noor",
        "afwijzen-told_on": "2026-11-23",
    }).press("Verstuur: nee, met dit advies")  # fmt: skip
    assert "De Brug zegt nee" in page.main
    assert "Bel De Sluis" not in page.main
    assert not any(word in page.text for word in PUPIL_WORDS)


def test_messages_go_both_ways_and_a_colleague_takes_over(page, mentor):
    address, intaker = referral_of(mentor, State.RECEIVED)
    with transaction():
        make_user(Role.CARETEAM, mentor.memberships[0].organization, name="Bas Smit")
    page.sign_in(mentor.email).get(address)
    page.fill(message="Hoe staat het?").press("Verstuur het bericht")
    assert "Hoe staat het?" in page.main
    page.press("Vraag naar de voortgang")
    assert "Gevraagd hoe het staat" in page.main
    assert "Vraag naar de voortgang" not in page.buttons()
    page.fill(reach="parent", reach_details="06 99", what_changed="Nieuw nummer")
    page.press("Verstuur de aanvulling")
    assert "06 99" in page.main and "Nieuw nummer" in page.main
    people = {label: value for value, label in choices(page, "person")}
    page.fill(person=people["Bas Smit"]).press("Draag over")
    assert page.address == "/aanmeldingen", "it is no longer theirs to see"
    assert "Overgedragen" in page.text
    page.sign_out()
    page.sign_in(intaker).get(address)
    assert "Hoe staat het?" in page.main and "Bas Smit, Vmbo Het Kompas" in page.main


def choices(page, name: str) -> list[tuple[str, str]]:
    select = next(e for e in page.tree.iter("select") if e.get("name") == name)
    return [(o.get("value") or "", "".join(o.itertext()).strip()) for o in select.iter("option")]


def test_a_step_of_the_other_side_is_refused(page, mentor):
    address, intaker = referral_of(mentor, State.RECEIVED)
    page.sign_in(mentor.email).get(address)
    form, _button = page._form_with("Verstuur het bericht")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    page.post(f"{address}/aannemen", {"csrf_token": token, "contact": "Ik"}, status=403)
    page.get("/aanmeldingen").sign_out()
    page.sign_in(intaker).get(address)
    form, _button = page._form_with("Verstuur het bericht")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    page.post(f"{address}/antwoorden", {"csrf_token": token, "answer": "x"}, status=403)


def test_a_page_that_is_old_tells_how_it_stands_now(page, mentor):
    address, intaker = referral_of(mentor, State.READY)
    page.sign_in(intaker).get(address)
    page.fill(off_reason="Ziek").press("Zeg het gesprek af")
    assert "Gesprek gaat niet door" in page.main
    form, _button = page._form_with("Verstuur het bericht")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    page.post(f"{address}/afzeggen", {"csrf_token": token, "off_reason": "Ziek"})
    assert "Zo staat het er nu voor" in page.main


def test_somebody_who_asked_just_now_is_told_to_call(page, mentor):
    address, _intaker = referral_of(mentor, State.RECEIVED)
    page.sign_in(mentor.email).get(address)
    form, _button = page._form_with("Vraag naar de voortgang")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    page.press("Vraag naar de voortgang")
    page.post(f"{address}/voortgang", {"csrf_token": token})
    assert "Bel liever even" in page.text


def test_another_receiver_than_those_who_may_is_not_chosen():
    with transaction():
        referral = make_referral(State.RECEIVED)
        stranger = make_user(Role.PROVIDER, make_service(organization="De Sluis").organization)
        with pytest.raises(operations.Refused):
            conversation.pass_on(referral, actor=intaker_of(referral), to=stranger, now=clock.now())
