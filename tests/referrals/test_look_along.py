"""Looking along: only whom the school lets, only what it lets, and only for as long."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from socialmap.accounts.models import AccessEntry, Role
from socialmap.accounts.permissions import can
from socialmap.kit.clock import local_day
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.referrals import look_along
from socialmap.referrals.models import LookAlong, Referral
from socialmap.referrals.permissions import Chance, Permission
from socialmap.referrals.states import OPEN, State, Step

from ..conftest import MONDAY
from ..world import (
    PUPIL_WORDS,
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_user,
)
from .test_lists import asked_of_the_database, listed  # noqa: F401

END = date(2027, 7, 31)
FRIDAY = date(2026, 11, 20)
"""Before anything of these tests is sent."""


@pytest.fixture
def school(site):
    with transaction():
        return make_organization("Vmbo Het Kompas", refers=True)


@pytest.fixture
def careteam(school):
    with transaction():
        return make_user(Role.CARETEAM, school, name="Zorgteam")


@pytest.fixture
def mentor(school):
    with transaction():
        return make_user(Role.MENTOR, school, name="Ingrid Bos")


@pytest.fixture
def desk(site):
    with transaction():
        return make_organization("Doorstroompunt Rijnstreek", kind="doorstroompunt")


@pytest.fixture
def looker(desk):
    with transaction():
        return make_user(Role.MENTOR, desk, name="Sara Punt")


def allow(careteam, school, desk, *, may_read=False, until=END, now=None) -> LookAlong:
    with transaction():
        return look_along.allow(
            school=school, organization=desk, may_read=may_read, until=until, actor=careteam,
            now=now or at(FRIDAY),
        )  # fmt: skip


def stop(look, careteam) -> None:
    with transaction() as db:
        look_along.stop(db.get_one(LookAlong, look.id), actor=careteam, now=at(MONDAY, 15))


def test_what_was_sent_before_it_was_let_in_it_does_not_read(careteam, school, desk, mentor):
    with transaction():
        before = make_referral(mentor=mentor)
        assert before.sent_at is not None
        later = before.sent_at + timedelta(minutes=1)
    allow(careteam, school, desk, may_read=True, now=later)
    with transaction() as db:
        looker = make_user(Role.MENTOR, desk)
        before = db.get_one(Referral, before.id)
        after = make_referral(mentor=mentor)
        after.sent_at = later
        assert can(looker, SEE, before) and not can(looker, READ, before)
        assert can(looker, READ, after)


# Who may ------------------------------------------------------------------------------

SEE, READ = Permission.SEE, Permission.READ
STATES = [state for state in State if state != State.ERASED]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("may_read", [False, True])
def test_what_somebody_may_who_looks_along(careteam, school, desk, mentor, may_read, state):
    allow(careteam, school, desk, may_read=may_read)
    with transaction():
        referral = make_referral(state, mentor=mentor)
        people = {
            "mentor there": make_user(Role.MENTOR, desk),
            "care team there": make_user(Role.CARETEAM, desk),
            "intake contact there": make_user(Role.PROVIDER, desk),
            "another desk": make_user(Role.MENTOR, make_organization(kind="doorstroompunt")),
        }
        found = {
            who: (
                {p for p in (SEE, READ) if can(user, p, referral)},
                {s for s in Step if can(user, Permission.TAKE_STEP, Chance(referral, s))},
            )
            for who, user in people.items()
        }
    reads = may_read and state not in (State.DRAFT, State.CANCELLED)
    sees = set() if state == State.DRAFT else {SEE} | ({READ} if reads else set())
    takes = {Step.MESSAGE} if reads and state in OPEN else set()
    nothing: tuple[set, set] = (set(), set())
    assert found == {
        "mentor there": (sees, takes),
        "care team there": (sees, takes),
        "intake contact there": nothing,
        "another desk": nothing,
    }


@pytest.mark.parametrize("ends", ["stopped", "over"])
def test_it_ends_at_once_when_it_is_stopped_and_by_itself_on_its_day(
    page, careteam, school, desk, looker, mentor, ends, on_day
):
    look = allow(careteam, school, desk, may_read=True, until=date(2026, 11, 30))
    with transaction():
        referral = make_referral(mentor=mentor)
    on_day(date(2026, 11, 30))
    page.sign_in(looker.email).get("/aanmeldingen?lijst=meekijken")
    assert listed(page) == [referral.reference]
    if ends == "stopped":
        stop(look, careteam)
    else:
        on_day(date(2026, 12, 1))
        page.sign_in(looker.email)
    page.get("/aanmeldingen?lijst=meekijken")
    assert listed(page) == [] and "Meekijken" not in page.main
    page.get(f"/aanmeldingen/{referral.reference}", status=403)


def test_who_may_say_who_looks_along(careteam, school, desk, mentor, looker):
    look = allow(careteam, school, desk)
    with transaction():
        everybody = {
            "care team": careteam,
            "mentor": mentor,
            "who looks along": looker,
            "other school": make_user(Role.CARETEAM, make_organization(refers=True)),
            "intake contact": intaker_of(make_referral(mentor=mentor)),
            "coordinator": make_user(Role.COORDINATOR),
            "admin": make_user(Role.ADMIN),
        }
        found = {
            who: (can(user, Permission.ALLOW_LOOKING), can(user, Permission.STOP_LOOKING, look))
            for who, user in everybody.items()
        }
    assert found == {
        "care team": (True, True),
        "mentor": (False, False),
        "who looks along": (False, False),
        "other school": (True, False),
        "intake contact": (False, False),
        "coordinator": (False, False),
        "admin": (False, False),
    }


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 23), date(2027, 7, 31)),
        (date(2027, 7, 31), date(2027, 7, 31)),
        (date(2027, 8, 1), date(2028, 7, 31)),
    ],
)
def test_it_lasts_until_the_end_of_the_school_year_at_most(today, last):
    assert look_along.longest_until(today) == last


def test_only_a_desk_or_team_of_the_region_can_be_let_in_once_and_not_for_longer(
    careteam, school, desk
):
    with transaction():
        there = make_region("Elders", places=("Utrecht",))
        others = [
            make_organization("Verre Desk", kind="doorstroompunt", region=there),
            make_organization("De Andere School", kind="vo-school"),
            make_organization("De Aanbieder", kind="jeugdzorg"),
        ]
        team = make_organization("Jeugdteam Leiden", kind="jeugdteam")
    for other in others:
        with pytest.raises(Refused):
            allow(careteam, school, other)
    for wrong in (date(2027, 8, 1), date(2026, 11, 19)):
        with pytest.raises(Refused):
            allow(careteam, school, desk, until=wrong)
    look = allow(careteam, school, desk)
    with pytest.raises(Refused):
        allow(careteam, school, desk)
    allow(careteam, school, team)
    stop(look, careteam)
    allow(careteam, school, desk)
    assert len(look_along.looks_on(school.id, local_day(at(MONDAY)))) == 2


# The pages ----------------------------------------------------------------------------


def test_a_care_team_lets_a_desk_look_along_and_stops_it(page, careteam, desk):
    page.sign_in(careteam.email).get("/aanmeldingen").follow("Wie kijkt mee in jullie lijst?")
    assert "Er kijkt nu niemand mee" in page.main
    page.fill(organization=desk.id, until="2027-08-01").press("Laat meekijken", status=422)
    assert page.errors() == ["Kies een dag van vandaag tot en met 31 juli 2027."]
    page.fill(until="2027-02-01").press("Laat meekijken")
    assert "Ziet alleen nummer, plek en data. Tot en met 1 februari 2027." in page.main
    assert "Toegestaan door Zorgteam op maandag 23 november 2026" in page.main
    page.fill(organization=desk.id).press("Laat meekijken", status=422)
    assert page.errors() == ["Deze organisatie kijkt al mee. Stop dat eerst."]
    page.press("Stop: Doorstroompunt Rijnstreek kijkt niet meer mee")
    assert "Er kijkt nu niemand mee" in page.main and "Keek eerder mee" in page.main
    noted = [entry.action for entry in session().exec(select(AccessEntry))]
    assert "allow looking along" in noted and "stop looking along" in noted


def test_nobody_else_opens_the_page(page, mentor, looker):
    for user in (mentor, looker):
        page.sign_in(user.email).get("/aanmeldingen/meekijken", status=403)
        page.get("/account").sign_out()


def test_who_looks_along_sees_how_it_stands_and_not_who_it_is(
    page, careteam, school, desk, looker, mentor
):
    allow(careteam, school, desk)
    with transaction():
        referral = make_referral(State.RECEIVED, mentor=mentor)
        make_referral()
    page.sign_in(looker.email).get("/aanmeldingen").follow("Meekijken")
    assert listed(page) == [referral.reference] and "Van: Vmbo Het Kompas" in page.main
    assert not any(word in page.text for word in PUPIL_WORDS)
    page.follow(referral.reference)
    assert "Je ziet het nummer, de plek en de data" in page.main
    assert not any(word in page.text for word in PUPIL_WORDS)
    assert "Verstuur het bericht" not in page.buttons()
    page.get(f"/aanmeldingen/{referral.reference}/gesprek", status=403)
    page.get("/aanmeldingen.csv?lijst=meekijken")
    assert referral.reference in page.response.text


def test_who_may_read_reads_is_noted_and_writes_to_both_sides(
    page, careteam, school, desk, looker, mentor, outbox
):
    allow(careteam, school, desk, may_read=True)
    with transaction():
        referral = make_referral(State.RECEIVED, mentor=mentor)
        intaker = intaker_of(referral)
    page.sign_in(looker.email).get("/aanmeldingen?lijst=meekijken")
    assert "Leerling D.K." in page.main
    page.follow(referral.reference)
    assert "Kleine groep helpt haar weer op gang." in page.main
    entry = session().exec(select(AccessEntry).where(AccessEntry.action == "read referral")).one()
    assert (entry.user_id, entry.thing) == (looker.id, referral.reference)
    before = len(outbox.all())
    page.fill(message="Dounia was bij ons.").press("Verstuur het bericht")
    assert "Wie meekijkt" in page.main and "Door: Sara Punt (kijkt mee)" in page.main
    said = outbox.all()[before:]
    assert {m.recipient_id for m in said if m.recipient_kind == "user"} == {
        str(mentor.id), str(intaker.id),
    }  # fmt: skip
    assert all("Wie meekijkt voor de school, schreef een bericht." in m.body for m in said)
    assert not any("Dounia" in m.body for m in said)


def test_school_and_receiver_see_who_looks_along(page, careteam, school, desk, mentor):
    look = allow(careteam, school, desk)
    with transaction():
        referral = make_referral(State.RECEIVED, mentor=mentor)
        intaker = intaker_of(referral)
    told = (
        "Ook Doorstroompunt Rijnstreek kijkt mee, tot en met 31 juli 2027. "
        "Zij zien alleen nummer, plek en data."
    )
    for user in (mentor, careteam, intaker):
        page.sign_in(user.email).get(f"/aanmeldingen/{referral.reference}")
        assert told in page.main, user.name
        page.sign_out()
    stop(look, careteam)
    page.sign_in(mentor.email).get(f"/aanmeldingen/{referral.reference}")
    assert "kijkt mee" not in page.main


def test_pupil_and_mentor_know_who_reads_along_before_it_is_sent(
    page, careteam, school, desk, mentor
):
    with transaction():
        draft = make_referral(State.DRAFT, mentor=mentor)
    pages = [
        (f"/aanmeldingen/{draft.reference}/concept/leerling", "mag meelezen (Doorstroompunt Rij"),
        (f"/aanmeldingen/{draft.reference}/concept/akkoord", "ook Doorstroompunt Rijnstreek dit"),
        (f"/aanmeldingen/{draft.reference}/nalezen", "Doorstroompunt Rijnstreek leest deze"),
    ]
    look = allow(careteam, school, desk)
    page.sign_in(mentor.email)
    for address, _words in pages:
        assert "Doorstroompunt" not in page.get(address).main
    stop(look, careteam)
    allow(careteam, school, desk, may_read=True)
    for address, words in pages:
        assert words in page.get(address).main


# Long lists ---------------------------------------------------------------------------


def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    page, careteam, school, desk, looker, mentor, asked_of_the_database  # noqa: F811
):  # fmt: skip
    allow(careteam, school, desk, may_read=True)

    def make_many(count: int) -> None:
        with transaction():
            service = make_service()
            for _number in range(count):
                make_referral(State.RECEIVED, service=service, mentor=mentor)

    def questions() -> int:
        page.get("/aanmeldingen?lijst=meekijken")
        asked_of_the_database.clear()
        page._apart(page.client.get, "/aanmeldingen?lijst=meekijken")
        return len(asked_of_the_database)

    make_many(2)
    page.sign_in(looker.email)
    short = questions()
    make_many(20)
    assert questions() == short
    assert len(listed(page)) == 22
