"""The first step of the form: what kind of handover it is, and why work and not school."""

import pytest

from socialmap.accounts.models import Role
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.referrals import chains, operations
from socialmap.referrals.answers import Answers, answers_of
from socialmap.referrals.duties import Kind, duty_of
from socialmap.referrals.receivers import Receiver
from socialmap.referrals.reminders import rounds_of
from socialmap.referrals.states import State

from ..world import PUPIL, intaker_of, make_organization, make_referral, make_service, make_user

pytestmark = pytest.mark.usefixtures("site")

NEXT = "Verder naar: over de leerling"
WHY_WORK = "Hij is al drie keer gestopt en heeft een baas gevonden."


@pytest.fixture
def mentor():
    with transaction():
        return make_user(Role.MENTOR, make_organization("Vmbo Het Kompas", refers=True))


def begin(page, mentor, service):
    page.sign_in(mentor.email).get(f"/aanbod/{service.slug}/aanmelden")
    return page.fill(why_here="Past goed.", done_so_far="Gesprekken.")


def fill_in_the_rest(page):
    page.fill(**{n: PUPIL[n] for n in (
        "called", "initials", "birth_month", "birth_year", "municipality", "education",
        "reach")})  # fmt: skip
    page.press("Verder naar: akkoord en gesprek")
    page.fill(**{n: PUPIL[n] for n in ("pupil_agrees", "pupil_on", "pupil_way", "meeting")})
    return page.press("Verder naar: lees na en verstuur")


def test_the_kind_of_handover_is_asked_read_over_and_read_by_the_receiver(page, mentor):
    with transaction():
        service = make_service()
    begin(page, mentor, service).press(NEXT, status=422)
    assert page.errors() == ["Kies het soort overdracht."]
    page.fill(handover="to_guide").press(NEXT)
    kind = "Soort overdracht Van jongerenwerk of wijkteam naar een begeleider"
    assert kind in fill_in_the_rest(page).main
    page.press("Verstuur de aanmelding").follow("Bekijk de aanmelding")
    assert kind in page.main
    address = page.address
    page.sign_out()
    with transaction():
        intaker = intaker_of(make_referral(service=service))
    page.sign_in(intaker.email).get(address).press("Openen")
    assert kind in page.main


def test_to_work_goes_nobody_without_a_written_reason(page, mentor):
    with transaction():
        service = make_service(goal="work")
    begin(page, mentor, service).fill(handover="to_work").press(NEXT, status=422)
    assert page.errors() == ["Schrijf waarom het nu werk wordt en geen school."]
    page.fill(why_work=WHY_WORK).press(NEXT)
    assert f"Waarom nu werk en geen school {WHY_WORK}" in fill_in_the_rest(page).main


@pytest.mark.parametrize("goal", ["school", "care", "orientation", "prevention", "day_activity"])
def test_to_another_goal_it_is_not_asked_why_work(page, mentor, goal):
    with transaction():
        service = make_service(goal=goal)
    begin(page, mentor, service)
    assert "Waarom nu werk" not in page.main
    page.fill(handover="to_work").press(NEXT)
    assert page.address.endswith("/leerling")


def test_a_draft_without_the_reason_is_not_sent(page, mentor):
    with transaction():
        draft = make_referral(State.DRAFT, mentor=mentor, service=make_service(goal="work"))
    page.sign_in(mentor.email).get(f"/aanmeldingen/{draft.reference}/nalezen")
    assert page.address.endswith("/concept/waarom")


def test_the_kind_goes_along_to_the_next_place_and_the_reason_for_work_does_not():
    with transaction():
        before = make_referral(State.REJECTED, handover="to_work", why_work=WHY_WORK)
        draft = chains.start_next(
            before, to=Receiver(make_service(organization="De Sluis", goal="work")),
            actor=before.referrer, start_key="k", now=clock.now(),
        )  # fmt: skip
        assert answers_of(draft).get("handover") == "to_work"
        assert answers_of(draft).get("why_work") == ""


def test_a_referral_from_before_these_questions_reads_without_them():
    with transaction():
        referral = make_referral(State.REQUESTED)
        old = operations.read_private(referral, operations.FORM)
        del old["handover"]
        operations.write_private(referral, operations.FORM, {**old, "version": 1})
        questions = [line.question for line in Answers.of(referral).lines]
    assert "Waarom past dit" in questions
    assert "Soort overdracht" not in questions


# For information ------------------------------------------------------------------------


def test_what_is_for_information_is_taken_note_of_and_nothing_is_left(page, mentor, outbox):
    with transaction():
        service = make_service()
        intaker = intaker_of(make_referral(service=service))
    begin(page, mentor, service).fill(handover="to_guide", wanted="information").press(NEXT)
    page.get(page.address.replace("leerling", "waarom"))
    chosen = [e.get("value") for e in page.tree.iter("input") if e.get("checked") is not None]
    assert "information" in chosen, "the draft remembers it"
    page.press(NEXT)
    assert "Ter informatie: een antwoord hoeft niet" in fill_in_the_rest(page).main
    page.press("Verstuur de aanmelding")
    assert "De Brug neemt het voor kennisgeving aan, of pakt het op" in page.main
    assert "Kennismaken met leerling" not in page.main
    page.follow("Bekijk de aanmelding")
    address = page.address
    assert "Aanmelding verstuurd, ter informatie" in page.main
    page.sign_out()

    page.sign_in(intaker.email).get(address)
    assert "Dit is ter informatie: een antwoord hoeft niet." in page.main
    page.press("Openen")
    assert "Neem het voor kennisgeving aan, of pak het op" in page.main
    page.get("/aanmeldingen")
    assert "Neem voor kennisgeving aan of pak het op" in page.main
    page.get(address).press("Neem voor kennisgeving aan")
    assert "Voor kennisgeving aangenomen" in page.main
    assert page.buttons() == ["Uitloggen"]
    assert outbox.kinds()[-1] == "referrals/acknowledged"
    page.sign_out()

    page.sign_in(mentor.email).get(address)
    assert "Gelezen en voor kennisgeving aangenomen" in page.main
    page.get("/aanmeldingen?toon=gesloten")
    assert "Voor kennisgeving aangenomen" in page.main and "niemand" in page.main


def test_what_asks_an_answer_is_not_just_taken_note_of(page):
    with transaction():
        referral = make_referral(State.RECEIVED)
        with pytest.raises(operations.NotThere):
            operations.acknowledge(referral, actor=intaker_of(referral), now=clock.now())
    page.sign_in(intaker_of(referral).email).get(f"/aanmeldingen/{referral.reference}")
    assert "Neem voor kennisgeving aan" not in page.buttons()


def test_what_is_for_information_can_be_taken_up_all_the_same(page):
    with transaction():
        referral = make_referral(State.RECEIVED, wants_action=False)
    page.sign_in(intaker_of(referral).email).get(f"/aanmeldingen/{referral.reference}")
    page.fill(contact="Noor, 071 123 45 67").press("Verstuur: ja")
    assert "Aangenomen" in page.main and "De Brug zegt ja" in page.main


def test_a_school_notes_that_it_was_told_by_telephone(page, mentor):
    with transaction():
        referral = make_referral(State.RECEIVED, mentor=mentor, wants_action=False)
    page.sign_in(mentor.email).get(f"/aanmeldingen/{referral.reference}")
    page.fill(**{"kennisnemen-told_by": "Noor", "kennisnemen-told_on": "2026-11-23"})
    page.press("Neem voor kennisgeving aan")
    assert "Voor kennisgeving aangenomen" in page.main
    assert "na een telefoontje met Noor" in page.main


def test_only_the_receiver_is_reminded_of_what_asks_no_answer():
    with transaction():
        duty = duty_of(make_referral(State.RECEIVED, wants_action=False))
        asked = duty_of(make_referral(State.RECEIVED))
    assert (duty.kind, rounds_of(duty.kind, duty.owner)) == (Kind.TAKE_NOTE, ("owner",))
    assert (asked.kind, len(rounds_of(asked.kind, asked.owner))) == (Kind.ANSWER, 3)


def test_the_next_place_is_asked_for_an_answer_again():
    with transaction():
        before = make_referral(State.REJECTED, wants_action=False)
        draft = chains.start_next(
            before, to=Receiver(make_service(organization="De Sluis")), actor=before.referrer,
            start_key="k", now=clock.now(),
        )  # fmt: skip
        assert draft.wants_action
