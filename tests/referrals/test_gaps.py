"""What a region lacks: what people say they miss, and where there was no place."""

from datetime import timedelta

import pytest
from sqlmodel import select

from socialmap.accounts.models import AccessEntry, Role
from socialmap.accounts.operations import give_role
from socialmap.accounts.permissions import can
from socialmap.kit import clock
from socialmap.kit.database import session, transaction
from socialmap.network.models import Organization
from socialmap.referrals import gaps, operations
from socialmap.referrals.gaps import Demand, Gap
from socialmap.referrals.models import Referral
from socialmap.referrals.permissions import Permission
from socialmap.referrals.states import State

from ..conftest import MONDAY
from ..world import (
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_user,
    the_region,
)

pytestmark = pytest.mark.usefixtures("site")

TELL, READ = "/wat-mis-je", "/beheer/gemist"
QUIET = "Een rustige plek in de zomer"


@pytest.fixture
def mentor():
    with transaction():
        school = make_organization("Vmbo Het Kompas", refers=True)
        return make_user(Role.MENTOR, school, name="Ingrid Bos")


@pytest.fixture
def coordinator(mentor):
    with transaction():
        return make_user(Role.COORDINATOR, name="Carla Regio")


def missed(organization: Organization | None = None, text: str = QUIET, day=MONDAY, **said) -> Gap:
    found = {"theme": None, "municipality": None} | said
    organization = organization or make_organization(refers=True)
    return gaps.tell(organization=organization, text=text, now=at(day), **found)


# What people miss -----------------------------------------------------------------------


def test_a_mentor_says_what_is_missing_and_the_coordinator_reads_it(page, mentor, coordinator):
    page.sign_in(mentor.email).get("/aanmeldingen").follow("Vertel wat je mist")
    assert "Schrijf niets over een leerling: geen naam" in page.main
    page.press("Verstuur", status=422)
    assert page.errors() == ["Schrijf op wat je mist."]
    page.fill(missed=QUIET, theme="thuiszitten", municipality="Leiden").press("Verstuur")
    assert "De coördinator van je regio leest wat je mist." in page.text
    page.sign_out()
    page.sign_in(coordinator.email).follow("Beheer").follow("Gemist")
    assert QUIET in page.main and "Vmbo Het Kompas" in page.main
    assert "Gemeente: Leiden" in page.main
    assert "Ingrid Bos" not in page.main


def test_nothing_is_kept_of_who_said_it(mentor):
    with transaction():
        missed(mentor.memberships[0].organization)
    assert set(Gap.model_fields) == {
        "id", "organization_id", "text", "theme", "municipality_code", "created_at", "seen_at"
    }  # fmt: skip
    assert session().exec(select(AccessEntry)).all() == []


def test_it_is_not_readable_in_the_database(mentor):
    with transaction() as db:
        missed()
        kept = db.connection().exec_driver_sql("SELECT text FROM gap").scalar_one()
    assert QUIET.encode() not in bytes(kept)


@pytest.mark.parametrize(
    ("filled", "error"),
    [
        ({"missed": "x" * 501}, "Dit is te lang: er passen 500 tekens in dit veld."),
        (
            {"missed": "x", "municipality": "Nergenshuizen"},
            "Deze gemeente kennen we niet. Kies een gemeente uit de lijst.",
        ),
    ],
)
def test_what_is_wrong_comes_back(page, mentor, filled, error):
    page.sign_in(mentor.email).get(TELL).fill(**filled).press("Verstuur", status=422)
    assert page.errors() == [error]
    assert session().exec(select(Gap)).all() == []


def test_who_refers_for_two_organizations_says_for_which(page):
    with transaction():
        mentor = make_user(Role.MENTOR, make_organization(refers=True))
        second = make_organization("Doorstroompunt Zuid", refers=True)
        give_role(mentor, role=Role.MENTOR, organization=second)
    page.sign_in(mentor.email).get(TELL).fill(missed=QUIET).press("Verstuur", status=422)
    assert page.errors() == ["Kies de organisatie waarvoor je dit schrijft."]
    page.fill(organization=second.id).press("Verstuur")
    assert session().exec(select(Gap)).one().organization_id == second.id


def test_a_double_click_says_it_once(mentor):
    with transaction() as db:
        school = mentor.memberships[0].organization
        assert missed(school).id == missed(school).id
        missed(school, text="Iets anders")
        missed(school, day=MONDAY + timedelta(days=1))
        assert len(db.exec(select(Gap)).all()) == 3


def test_the_coordinator_ticks_off_and_throws_away(page, coordinator):
    with transaction():
        missed(text="Eerst", theme="verzuim")
        missed(text="Later", theme="verzuim", day=MONDAY + timedelta(days=1))
    page.sign_in(coordinator.email).get(READ)
    assert page.main.index("Later") < page.main.index("Eerst"), "newest first"
    assert "Verzuim 2" in page.main
    page.press(next(b for b in page.buttons() if b.startswith("Bekeken")))
    assert "Genoteerd dat je dit hebt bekeken." in page.text
    assert len([b for b in page.buttons() if b.startswith("Bekeken")]) == 1
    page.press(next(b for b in page.buttons() if b.startswith("Haal weg")))
    assert "Later" not in page.main and "Eerst" in page.main


def test_a_region_reads_what_its_own_organizations_miss(page, coordinator):
    with transaction():
        elsewhere = make_region("Elders", places=("Utrecht",))
        other = make_user(Role.COORDINATOR, region=elsewhere)
        gap = missed()
    page.sign_in(other.email).get(READ)
    assert QUIET not in page.main
    token = next(e.get("value") for e in page.tree.iter("input") if e.get("name") == "csrf_token")
    page.post(f"{READ}/{gap.id}/weg", {"csrf_token": token}, status=403)
    assert session().get(Gap, gap.id) is not None


MAY = {
    "mentor": {"tell"},
    "care team": {"tell"},
    "coordinator": {"see", "mind"},
    "other coordinator": {"see"},
    "intake contact": set(),
    "admin": set(),
}


def test_who_may_tell_and_who_may_read_and_throw_away():
    with transaction():
        school = make_organization(refers=True)
        elsewhere = make_region("Elders", places=("Utrecht",))
        gap = missed(school)
        people = {
            "mentor": make_user(Role.MENTOR, school),
            "care team": make_user(Role.CARETEAM, school),
            "coordinator": make_user(Role.COORDINATOR),
            "other coordinator": make_user(Role.COORDINATOR, region=elsewhere),
            "intake contact": make_user(Role.PROVIDER, make_organization("De Sluis")),
            "admin": make_user(Role.ADMIN),
        }
        asked = {
            "tell": Permission.REFER, "see": Permission.SEE_GAPS, "mind": Permission.MIND_GAP
        }  # fmt: skip
        found = {
            who: {name for name, permission in asked.items() if can(user, permission, gap)}
            for who, user in people.items()
        }
    assert found == MAY


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.ADMIN])
def test_the_pages_are_closed_to_who_neither_refers_nor_coordinates(page, role):
    with transaction():
        organization = make_organization("De Sluis")
        user = make_user(role, organization if role == Role.PROVIDER else None)
    page.sign_in(user.email).get(TELL, status=403).get(READ, status=403)


def test_who_finds_little_is_asked_what_is_missing_when_they_refer(page, mentor):
    with transaction():
        make_service(name="Reboundvoorziening")
    for words in ("rebound", "onvindbaarwoord"):
        page.get(f"/aanbod?q={words}")
        assert "Vertel wat je mist" not in page.links(), "not without an account"
    page.sign_in(mentor.email)
    for words in ("rebound", "onvindbaarwoord"):
        page.get(f"/aanbod?q={words}").follow("Vertel wat je mist")
        assert page.address == TELL


def test_who_finds_enough_is_not_asked(page, mentor):
    with transaction():
        for _number in range(4):
            make_service(name="Reboundvoorziening")
    page.sign_in(mentor.email).get("/aanbod?q=rebound")
    assert "4 plekken gevonden" in page.main and "Vertel wat je mist" not in page.links()


def test_after_a_no_one_can_say_what_is_missing(page, mentor):
    with transaction():
        referral = make_referral(State.REJECTED, mentor=mentor)
    page.sign_in(mentor.email).get(f"/aanmeldingen/{referral.reference}")
    assert page.follow("Vertel wat je mist").address == TELL


# Where it was full ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "deed", "reason", "counts"),
    [
        (State.RECEIVED, "reject", "full", 1),
        (State.RECEIVED, "reject", "no_fit", 0),
        (State.RECEIVED, "hold", "waiting_list", 1),
        (State.RECEIVED, "hold", "no_offer", 0),
        (State.ON_HOLD, "reject", "full", 1),
    ],
)
def test_that_there_was_no_place_is_kept_once_for_each_referral(state, deed, reason, counts):
    with transaction() as db:
        referral = make_referral(state)
        more = {"advice": "Bel"} if deed == "reject" else {"until": MONDAY, "note": ""}
        getattr(operations, deed)(
            referral, actor=intaker_of(referral), reason=reason, now=at(MONDAY), **more
        )
        kept = db.exec(select(Demand)).all()
        assert [(one.service_id, one.region_id) for one in kept] == [
            (referral.service_id, the_region().id)
        ] * counts


def test_it_stays_when_the_referral_is_erased():
    with transaction() as db:
        referral = make_referral(State.REJECTED)
        late = at(MONDAY + timedelta(days=300))
        assert operations.erase_after_retention(now=late) == 1
        assert db.get_one(Referral, referral.id).erased_at == late
        assert len(db.exec(select(Demand)).all()) == 1
    assert set(Demand.model_fields) == {"id", "service_id", "region_id", "kind", "day"}


def note(service, region_id: int, times: int, day=MONDAY) -> None:
    for _time in range(times):
        gaps.note_full(service.id, region_id, day=day)


def test_the_coordinator_sees_where_it_was_full_and_no_small_number(page, coordinator):
    with transaction():
        busy, quiet = make_service(name="Druk"), make_service(name="Rustig")
        region = the_region().id
        note(busy, region, 6)
        note(quiet, region, 4)
        note(quiet, region, 9, day=MONDAY - timedelta(days=366))
        note(quiet, make_region("Elders", places=("Utrecht",)).id, 9)
        gaps.note_full(None, region, day=MONDAY)
    page.sign_in(coordinator.email).get(READ)
    assert "Druk De Brug 6" in page.main
    assert "Rustig De Brug minder dan 5" in page.main
    assert "Een team of loket minder dan 5" in page.main
    assert page.main.index("Druk") < page.main.index("Rustig")


def test_after_a_year_both_are_erased():
    with transaction() as db:
        service = make_service()
        for day in (MONDAY, MONDAY - timedelta(days=366)):
            note(service, the_region().id, 1, day=day)
            missed(day=day)
        gaps.erase_old(now=clock.now())
        assert [one.day for one in db.exec(select(Demand))] == [MONDAY]
        assert [one.created_at for one in db.exec(select(Gap)).unique()] == [at(MONDAY)]
