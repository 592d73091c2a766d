"""The first step of the form: what kind of handover it is, and why work and not school."""

import pytest

from socialmap.accounts.models import Role
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.referrals import chains, operations
from socialmap.referrals.answers import Answers, answers_of
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
            before, service=make_service(organization="De Sluis", goal="work"),
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
