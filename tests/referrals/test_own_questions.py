"""What a receiver asks itself: who may say it, where it is asked, and how an old one is read."""

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.permissions import can
from socialmap.accounts.queries import people_of
from socialmap.catalogue.queries import service_by_id
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.kit.errors import Refused
from socialmap.referrals import chains, operations, own_questions
from socialmap.referrals.answers import Answers
from socialmap.referrals.own_questions import Question
from socialmap.referrals.permissions import Permission
from socialmap.referrals.queries import by_reference
from socialmap.referrals.receivers import Receiver
from socialmap.referrals.states import State

from ..world import (
    PUPIL,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_user,
)

pytestmark = pytest.mark.usefixtures("site")

LIST = "/aanmeldingen/vragen"
RHYTHM = Question("Hoe laat kan de leerling er zijn?", "Wij beginnen om 8 uur.", True)
HOBBY = Question("Wat doet de leerling graag?")


@pytest.fixture
def service():
    with transaction():
        return make_service(name="Rebound De Brug")


@pytest.fixture
def intaker(service):
    return people_of(service.organization_id, Role.PROVIDER)[0]


@pytest.fixture
def mentor():
    with transaction():
        return make_user(Role.MENTOR, make_organization("Vmbo Het Kompas", refers=True))


def ask(service, *questions: Question) -> None:
    """Let the receiver ask these from now on."""
    with transaction():
        newest = own_questions.newest_of(service.id)
        own_questions.change(
            service, questions, based_on=newest.version if newest else 0,
            actor=people_of(service.organization_id, Role.PROVIDER)[0], now=clock.now(),
        )  # fmt: skip


def lines_of(reference: str) -> dict[str, str]:
    return {line.question: line.answer for line in Answers.of(by_reference(reference)).lines}


def test_an_intake_contact_asks_and_the_mentor_answers(page, service, intaker, mentor):
    page.sign_in(intaker.email).get("/aanmeldingen").follow("Jullie eigen vragen in het formulier")
    assert "Nog geen eigen vragen." in page.main
    page.follow("Verander de vragen : Rebound De Brug")
    assert "Vraag niet naar gezondheid, geld, politie of een BSN." in page.main
    assert "De coördinator van de regio kan deze vragen zien." in page.main
    page.fill(text_1=RHYTHM.text, why_1=RHYTHM.why, needed_1="y", text_3=HOBBY.text)
    page.press("Bewaar de vragen")
    assert "Bewaard." in page.text and "Versie 1" in page.main
    page.sign_out()

    page.sign_in(mentor.email).get(f"/aanbod/{service.slug}/aanmelden")
    assert "Vragen van De Brug" in page.main and RHYTHM.why in page.main
    page.fill(**{n: PUPIL[n] for n in ("handover", "why_here", "done_so_far")})
    page.press("Verder naar: over de leerling", status=422)
    assert page.errors() == [f"Beantwoord ook: {RHYTHM.text}"]
    page.fill(**{RHYTHM.name: "Na half negen"}).press("Verder naar: over de leerling")
    page.fill(**{n: PUPIL[n] for n in (
        "called", "initials", "birth_month", "birth_year", "municipality", "education",
        "reach")}).press("Verder naar: akkoord en gesprek")  # fmt: skip
    page.fill(**{n: PUPIL[n] for n in ("pupil_agrees", "pupil_on", "pupil_way", "meeting")})
    page.press("Verder naar: lees na en verstuur")
    assert f"{RHYTHM.text} Na half negen" in page.main
    assert HOBBY.text not in page.main, "what was left open is not read"
    page.press("Verstuur de aanmelding").follow("Bekijk de aanmelding")
    address = page.address
    page.sign_out()
    page.sign_in(intaker.email).get(address).press("Openen")
    assert f"{RHYTHM.text} Na half negen" in page.main


def test_what_was_sent_is_read_with_the_questions_of_then(service, mentor):
    ask(service, RHYTHM)
    with transaction():
        old = f"{own_questions.PREFIX}old"
        sent = make_referral(
            service=service, mentor=mentor, **{RHYTHM.name: "Na half negen", old: "weg"}
        )
        draft = make_referral(
            State.DRAFT, service=service, mentor=mentor, **{RHYTHM.name: "Om tien uur"}
        )
    ask(service, HOBBY)
    assert lines_of(sent.reference)[RHYTHM.text] == "Na half negen"
    assert RHYTHM.text not in lines_of(draft.reference), "a draft asks what is asked now"
    content = operations.read_private(sent, operations.FORM)
    assert content[own_questions.VERSION] == 1
    assert old not in content, "what is asked no more is not sent"
    assert set(PUPIL) <= set(content), "and all else is"


def test_a_draft_is_not_sent_while_a_new_question_waits(page, service, mentor):
    with transaction():
        draft = make_referral(State.DRAFT, service=service, mentor=mentor)
    ask(service, RHYTHM)
    page.sign_in(mentor.email).get(f"/aanmeldingen/{draft.reference}/nalezen")
    assert page.address.endswith("/concept/waarom")
    page.fill(**{RHYTHM.name: "Om negen uur"}).press("Verder naar: over de leerling")
    page.get(f"/aanmeldingen/{draft.reference}/nalezen").press("Verstuur de aanmelding")
    assert lines_of(draft.reference)[RHYTHM.text] == "Om negen uur"


def test_the_answers_do_not_go_along_to_the_next_place(service, mentor):
    ask(service, RHYTHM)
    with transaction():
        before = make_referral(
            State.REJECTED, service=service, mentor=mentor, **{RHYTHM.name: "Na half negen"}
        )
        draft = chains.start_next(
            before, to=Receiver(make_service(organization="De Sluis")), actor=mentor, start_key="k",
            now=clock.now(),
        )  # fmt: skip
        assert RHYTHM.name not in operations.read_private(draft, operations.FORM)


def test_each_change_is_a_version_and_saving_the_same_is_none(service):
    ask(service, RHYTHM)
    ask(service, RHYTHM)
    assert own_questions.newest_of(service.id).version == 1
    ask(service, RHYTHM, HOBBY)
    ask(service)
    assert own_questions.newest_of(service.id).version == 3
    assert own_questions.asked_now(service.id) == ()
    assert own_questions.newest_of_all() == [], "who asks nothing is not on the list"


def test_a_change_on_an_old_page_and_a_sixth_question_are_refused(service, intaker):
    ask(service, RHYTHM)
    with transaction():
        for questions, based_on in (([HOBBY], 0), ([Question(f"Vraag {n}") for n in range(6)], 1)):
            with pytest.raises(Refused):
                own_questions.change(
                    service, questions, based_on=based_on, actor=intaker, now=clock.now()
                )


def test_who_saves_an_old_page_sees_what_a_colleague_wrote(page, service, intaker):
    page.sign_in(intaker.email).get(f"{LIST}/{service.slug}")
    ask(service, RHYTHM)
    page.fill(text_1=HOBBY.text).press("Bewaar de vragen", status=422)
    assert "Een collega heeft deze vragen net veranderd" in page.text
    assert RHYTHM.text in page.main
    assert HOBBY.text in [e.get("value") for e in page.tree.iter("input")], "nothing typed is lost"
    page.press("Bewaar de vragen")
    with transaction():
        assert own_questions.asked_now(service.id)[0].text == HOBBY.text


@pytest.mark.parametrize(
    ("filled", "error"),
    [
        ({"why_2": "Daarom"}, "Schrijf de vraag op, of maak deze rij leeg."),
        ({"needed_5": "y"}, "Schrijf de vraag op, of maak deze rij leeg."),
        ({"text_1": "Hoe laat?", "text_2": "hoe laat?"}, "Deze vraag staat er al."),
        ({"text_1": "Wat is het BSN?"}, "Vraag nooit naar een BSN."),
        ({"text_1": "x" * 161}, "Dit is te lang: er passen 160 tekens in dit veld."),
    ],
)
def test_a_row_that_is_wrong_comes_back(page, service, intaker, filled, error):
    page.sign_in(intaker.email).get(f"{LIST}/{service.slug}")
    page.fill(**filled).press("Bewaar de vragen", status=422)
    assert page.errors() == [error]
    assert own_questions.newest_of(service.id) is None


def test_the_coordinator_reads_the_list_and_changes_nothing(page, service):
    ask(service, RHYTHM)
    with transaction():
        make_service(name="Zonder vragen", organization="De Sluis")
        coordinator = make_user(Role.COORDINATOR)
    page.sign_in(coordinator.email).get("/aanmeldingen")
    page.follow("Eigen vragen van aanbieders in het formulier")
    assert RHYTHM.text in page.main and "De Brug" in page.main
    assert "Zonder vragen" not in page.main and "Verander de vragen" not in page.main
    page.get(f"{LIST}/{service.slug}", status=403)


MAY = {
    "own intake contact": {"list", "see", "edit"},
    "other intake contact": {"list"},
    "coordinator": {"list", "see"},
    "other coordinator": {"list"},
    "mentor": set(),
    "care team": set(),
    "admin": set(),
}


def test_who_may_see_and_change_the_questions_of_a_service(service, intaker):
    with transaction():
        service = service_by_id(service.id)
        school = make_organization(refers=True)
        elsewhere = make_region("Elders", places=("Utrecht",))
        people = {
            "own intake contact": intaker,
            "other intake contact": make_user(Role.PROVIDER, make_organization("De Sluis")),
            "coordinator": make_user(Role.COORDINATOR),
            "other coordinator": make_user(Role.COORDINATOR, region=elsewhere),
            "mentor": make_user(Role.MENTOR, school),
            "care team": make_user(Role.CARETEAM, school),
            "admin": make_user(Role.ADMIN),
        }
        asked = {
            "list": Permission.LIST_QUESTIONS,
            "see": Permission.SEE_QUESTIONS,
            "edit": Permission.EDIT_QUESTIONS,
        }
        found = {
            who: {name for name, permission in asked.items() if can(user, permission, service)}
            for who, user in people.items()
        }
    assert found == MAY
