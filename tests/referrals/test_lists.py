"""The watch lists: what is late, silent or not begun is seen, by who may see it, and is quick."""

import csv
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event
from sqlmodel import select

from socialmap.accounts.models import AccessEntry, Role, User
from socialmap.accounts.operations import give_role
from socialmap.kit import clock
from socialmap.kit.database import engine, session, transaction
from socialmap.network.models import Organization
from socialmap.referrals import lists, meetings
from socialmap.referrals.duties import Kind
from socialmap.referrals.lists import Choice, Facts, Party, Show, Taken
from socialmap.referrals.states import Side, State, Step

from ..conftest import MONDAY
from ..world import (
    PUPIL_WORDS,
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_user,
    plan_meeting,
)

# The rules, on plain values -----------------------------------------------------------

SENT, TODAY = MONDAY, date(2026, 12, 14)
"""Fifteen working days apart."""


R, V = Side.REFERRER, Side.RECEIVER
DUTIES = {
    State.REQUESTED: (Kind.OPEN, V, date(2026, 11, 25)),
    State.RECEIVED: (Kind.ANSWER, V, date(2026, 12, 2)),
    State.ON_HOLD: (Kind.HOLD, V, None),
    State.ACCEPTED: (Kind.MEETING, V, date(2026, 12, 16)),
    State.READY: (Kind.RECORD, V, None),
    State.IN_PROGRESS: (Kind.CHECK, V, None),
    State.COMPLETED: (None, None, None),
}
"""What is to be done in a state, as far as a list knows; after another end the school follows."""


def facts(state: State = State.REQUESTED, *steps: tuple[Step, date], **known) -> Facts:
    """A referral that was sent on the Monday, with these steps after it."""
    taken = [Taken(Step.SEND, at(SENT)), *(Taken(step, at(day)) for step, day in steps)]
    duty, owner, due = DUTIES.get(state, (Kind.FOLLOW_UP, R, None))
    return replace(
        Facts(
            id=1, reference="482-719", state=state, is_elsewhere=False, sent_at=at(SENT),
            duty=duty, owner=owner, due=due, meeting_due=date(2026, 12, 16), start_due=None,
            first_start=None, start_days=20, service="Reboundvoorziening Fryslân",
            school=Party("kompas", "Vmbo Het Kompas"), provider=Party("de-brug", "De Brug"),
            steps=taken,
        ),
        **known,
    )  # fmt: skip


RECENTLY, LONG_AGO = date(2026, 12, 10), date(2026, 11, 27)
YES = (Step.ACCEPT, RECENTLY)
WARNINGS = {Show.LATE, Show.QUIET, Show.MISSED, Show.NOT_BEGUN}


@pytest.mark.parametrize(
    ("known", "warnings"),
    [
        (facts(), {Show.LATE, Show.QUIET}),
        (facts(due=TODAY), {Show.QUIET}),
        (facts(State.RECEIVED, (Step.OPEN, RECENTLY), due=TODAY), set()),
        (facts(State.RECEIVED, (Step.OPEN, LONG_AGO), due=TODAY), {Show.QUIET}),
        # Exactly ten working days is not yet more than ten.
        (facts(State.RECEIVED, (Step.OPEN, date(2026, 11, 30)), due=TODAY), set()),
        (facts(State.ON_HOLD, (Step.HOLD, LONG_AGO), due=TODAY), set()),
        (
            facts(State.ON_HOLD, (Step.HOLD, LONG_AGO), due=RECENTLY),
            {Show.LATE, Show.QUIET},
        ),
        (facts(State.ACCEPTED, YES), set()),
        (facts(State.ACCEPTED, YES, first_start=date(2026, 12, 11)), {Show.NOT_BEGUN}),
        (facts(State.ACCEPTED, YES, first_start=TODAY), set()),
        # The first day was over when the yes came: the term after the meeting counts.
        (facts(State.ACCEPTED, YES, first_start=LONG_AGO), set()),
        (
            facts(State.READY, YES, (Step.PLAN, RECENTLY), meeting_due=date(2026, 11, 13)),
            {Show.NOT_BEGUN},
        ),
        (facts(State.ACCEPTED, YES, (Step.PLAN, RECENTLY), (Step.NO_SHOW, RECENTLY)),
         {Show.MISSED}),
        (
            facts(
                State.READY, YES, (Step.PLAN, RECENTLY), (Step.NO_SHOW, RECENTLY),
                (Step.PLAN, RECENTLY),
            ),
            set(),
        ),
        (facts(State.FAILED, YES, (Step.NO_SHOW, RECENTLY), (Step.STOP, RECENTLY)), set()),
        # Who began is in good hands until the day on which it is asked how it goes.
        (facts(State.IN_PROGRESS, (Step.START, LONG_AGO)), set()),
        (facts(State.IN_PROGRESS, (Step.START, LONG_AGO), due=RECENTLY), {Show.LATE, Show.QUIET}),
        (facts(is_elsewhere=True, due=TODAY), {Show.QUIET}),
        (facts(State.REJECTED, (Step.REJECT, LONG_AGO)), set()),
    ],
)  # fmt: skip
def test_what_does_not_go_as_it_should_is_seen(known, warnings):
    assert lists.shows_of(known, TODAY) & WARNINGS == warnings


@pytest.mark.parametrize("state", [s for s in State if s not in (State.DRAFT, State.ERASED)])
def test_a_referral_is_open_or_closed_and_always_among_all(state):
    shows = lists.shows_of(facts(state, (Step.OPEN, RECENTLY), YES), TODAY)
    assert Show.ALL in shows
    assert len(shows & {Show.OPEN, Show.CLOSED}) == 1


def test_days_count_until_today_or_until_it_was_closed():
    assert lists.age_of(facts(), TODAY) == 21
    assert lists.age_of(facts(State.REJECTED, (Step.REJECT, LONG_AGO)), TODAY) == 4


@pytest.mark.parametrize(
    ("known", "step"),
    [
        (facts(), Kind.OPEN),
        (facts(State.RECEIVED), Kind.ANSWER),
        (facts(State.ON_HOLD, due=TODAY), Kind.HOLD),
        (facts(State.ACCEPTED, YES), Kind.MEETING),
        (facts(State.ACCEPTED, YES, first_start=date(2026, 12, 11)), Kind.START),
        (facts(State.READY, YES), Kind.RECORD),
        (facts(State.IN_PROGRESS), Kind.CHECK),
    ],
)
def test_the_receiver_is_led_to_what_comes_next_and_others_look(known, step):
    assert lists.row_of(known, Side.RECEIVER, TODAY).next_step == step
    assert lists.row_of(known, Side.REFERRER, TODAY).next_step is None
    assert lists.row_of(known, Side.TEAM, TODAY).next_step is None


def test_the_school_is_led_to_what_it_has_to_do_itself():
    asked = facts(State.RECEIVED, duty=Kind.QUESTION, owner=Side.REFERRER)
    assert lists.row_of(asked, Side.REFERRER, TODAY).next_step == Kind.QUESTION
    assert lists.row_of(asked, Side.RECEIVER, TODAY).next_step is None
    rejected = lists.row_of(facts(State.REJECTED), Side.REFERRER, TODAY)
    assert (rejected.next_step, rejected.is_mine) == (Kind.FOLLOW_UP, True)


def test_before_its_day_a_meeting_is_told_and_not_asked_to_be_written_down():
    planned = facts(
        State.READY, (Step.ACCEPT, LONG_AGO), meeting_on=date(2026, 12, 15), due=date(2026, 12, 17)
    )
    for side in (Side.RECEIVER, Side.REFERRER):
        row = lists.row_of(planned, side, TODAY)
        assert (row.next_step, row.meets_on) == (None, date(2026, 12, 15))
        assert not row.is_mine and Show.QUIET not in row.shows
    on_its_day = lists.row_of(planned, Side.RECEIVER, date(2026, 12, 15))
    assert (on_its_day.next_step, on_its_day.meets_on) == (Kind.RECORD, None)
    assert on_its_day.is_mine
    should_be_there = replace(planned, start_due=RECENTLY)
    row = lists.row_of(should_be_there, V, TODAY)
    assert (row.next_step, row.meets_on) == (Kind.START, None)


def test_what_rests_for_a_good_reason_waits_for_nobody():
    def is_mine(known: Facts) -> bool:
        return lists.row_of(known, Side.RECEIVER, TODAY).is_mine

    assert is_mine(facts(State.RECEIVED))
    assert is_mine(facts(State.ON_HOLD, due=RECENTLY))
    assert not is_mine(facts(State.ON_HOLD, due=TODAY))
    assert not is_mine(facts(State.IN_PROGRESS))
    assert not is_mine(facts(State.REJECTED))


def test_whose_turn_it_is_is_told_by_name():
    assert lists.row_of(facts(), Side.TEAM, TODAY).owner == "De Brug"
    assert lists.row_of(facts(State.REJECTED), Side.TEAM, TODAY).owner == "Vmbo Het Kompas"
    assert (
        lists.row_of(facts(is_elsewhere=True, owner=R), Side.TEAM, TODAY).owner == "Vmbo Het Kompas"
    )
    assert lists.row_of(facts(State.COMPLETED), Side.TEAM, TODAY).owner == ""


def test_late_comes_first_then_what_is_due_then_the_newest_and_what_is_closed_last():
    def sent(day: date, **known) -> Facts:
        return facts(State.RECEIVED, (Step.OPEN, RECENTLY), sent_at=at(day), **known)

    in_order = [
        facts(State.REQUESTED, reference="late"),
        sent(SENT, due=date(2026, 12, 15), reference="due first"),
        sent(RECENTLY, due=date(2026, 12, 16), reference="newer"),
        sent(SENT, due=date(2026, 12, 16), reference="older"),
        facts(State.IN_PROGRESS, (Step.START, RECENTLY), reference="without a day"),
        facts(State.REJECTED, (Step.REJECT, RECENTLY), reference="closed last week"),
        facts(State.REJECTED, (Step.REJECT, LONG_AGO), reference="closed before"),
    ]
    rows = [lists.row_of(f, Side.RECEIVER, TODAY) for f in reversed(in_order)]
    found = [row.facts.reference for row in sorted(rows, key=lists.order)]
    assert found == [f.reference for f in in_order]


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("482-719", True), ("482719", True), ("482 719", True), ("719", True), ("718", False),
        ("rebound", True), ("FRYSLAN", True), ("fryslân", True), ("brug", False), ("?", False),
    ],
)  # fmt: skip
def test_a_number_or_a_service_is_found_as_people_type_it(words, finds):
    assert Choice(Side.TEAM, words=words).fits(facts()) is finds


def test_every_choice_comes_back_from_its_address():
    choice = Choice(
        Side.TEAM, Show.NOT_BEGUN, words="rebound", school="kompas", provider="de-brug",
        is_calm=True, page=3,
    )  # fmt: skip
    assert Choice.from_args(choice.to_args(), [Side.RECEIVER, Side.TEAM]) == choice


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9" * 30, ""])
def test_an_address_that_makes_no_sense_shows_what_is_open(page):
    args = {"toon": "onzin", "lijst": "regio", "pagina": page}
    assert Choice.from_args(args, [Side.REFERRER]) == Choice(Side.REFERRER)


# The pages ----------------------------------------------------------------------------


@pytest.fixture
def school(site):
    with transaction():
        return make_organization("Vmbo Het Kompas", refers=True)


@pytest.fixture
def mentor(school):
    with transaction():
        return make_user(Role.MENTOR, school, name="Ingrid Bos")


@pytest.fixture
def service(school):
    with transaction():
        return make_service(name="Reboundvoorziening")


def make(*args, **facts):
    with transaction():
        return make_referral(*args, **facts)


def listed(page) -> list[str]:
    """The references on the page, in their order."""
    assert page.tree is not None
    cells = (th for th in page.tree.iter("th") if th.get("scope") == "row")
    return ["".join(next(cell.iter("a")).itertext()) for cell in cells]


def test_each_sees_the_own_list_and_only_who_may_read_sees_initials(page, mentor, school, service):
    referral = make(State.RECEIVED, service=service, mentor=mentor)
    with transaction():
        stranger = make_user(Role.MENTOR, school)
        everybody = [
            (mentor, True),
            (make_user(Role.CARETEAM, school), True),
            (intaker_of(referral), True),
            (make_user(Role.COORDINATOR), False),
        ]
    for user, reads in everybody:
        page.sign_in(user.email).get("/aanmeldingen")
        assert listed(page) == [referral.reference], user.name
        assert "De Brug" in page.main and "Reboundvoorziening" in page.main
        assert ("D.K." in page.main) is reads, user.name
        page.sign_out()
    page.sign_in(stranger.email).get("/aanmeldingen")
    assert listed(page) == [] and "Je hebt nog niemand aangemeld" in page.main


def test_no_initials_before_the_receiver_opened_it_nor_after_it_was_taken_back(page, mentor):
    with transaction():
        make_referral(State.REQUESTED, service=(service := make_service()), mentor=mentor)
        intaker = intaker_of(make_referral(State.CANCELLED, service=service, mentor=mentor))
    page.sign_in(intaker.email).get("/aanmeldingen?toon=alles")
    assert len(listed(page)) == 2
    assert not any(word in page.text for word in PUPIL_WORDS)


def test_the_receiver_goes_from_the_list_to_the_place_of_the_next_step(page, mentor, service):
    referral = make(State.RECEIVED, service=service, mentor=mentor)
    page.sign_in(intaker_of(referral).email).get("/aanmeldingen")
    assert "1 van de 1 lopende aanmeldingen wacht op jullie." in page.main
    link = f"Geef antwoord , aanmelding {referral.reference}"
    assert page.links()[link] == f"/aanmeldingen/{referral.reference}#antwoord"
    page.follow(link)
    assert any(element.get("id") == "antwoord" for element in page.tree.iter())


def test_the_list_tells_the_day_of_a_meeting_until_it_has_come(page, mentor, service, on_day):
    referral = make(State.READY, service=service, mentor=mentor)
    intaker = intaker_of(referral).email
    page.sign_in(intaker).get("/aanmeldingen")
    assert "Kennismaking op 26 november 2026" in page.main
    assert "Leg het gesprek vast" not in page.main
    on_day(date(2026, 11, 26))
    page.sign_in(intaker).get("/aanmeldingen")
    assert "Kennismaking op" not in page.main and "Leg het gesprek vast" in page.main


def test_filters_count_what_they_find_and_keep_what_was_asked(page, mentor, service, on_day):
    quiet = make(State.REQUESTED, service=service, mentor=mentor)
    closed = make(State.REJECTED, service=service, mentor=mentor)
    on_day(TODAY)
    new = make(State.REQUESTED, service=service, mentor=mentor)
    with transaction():
        other = make_referral(State.ON_HOLD, service=make_service(name="Coach"), mentor=mentor)
    page.sign_in(mentor.email).get("/aanmeldingen?rustig=1")
    assert set(listed(page)) == {quiet.reference, new.reference, other.reference}
    assert listed(page)[0] == quiet.reference, "what is late stands first"
    page.follow("Stil 1")
    assert listed(page) == [quiet.reference] and "rustig=1" in page.url
    page.follow("Te laat 2").follow("Wacht op plek 1")
    assert listed(page) == [other.reference]
    page.follow("Gesloten 1")
    assert listed(page) == [closed.reference]
    page.follow("Alles 4").fill(q="coach").press("Zoek")
    assert listed(page) == [other.reference]
    assert "Wacht op plek 1" in page.links() and "Stil 0" in page.links()
    page.get(f"/aanmeldingen?q={new.reference}")
    assert listed(page) == [new.reference]


def test_a_filter_that_finds_nothing_shows_the_way_back(page, mentor, service):
    referral = make(State.REQUESTED, service=service, mentor=mentor)
    page.sign_in(mentor.email).get("/aanmeldingen?toon=te-laat")
    assert "Er is nu niets bij: te laat." in page.main
    page.follow("Terug naar alles wat loopt (1)")
    assert listed(page) == [referral.reference]
    page.get("/aanmeldingen?toon=gesloten&q=rebound&school=bestaat-niet")
    page.follow("Laat de hele lijst zien").follow("Terug naar alles wat loopt (1)")
    assert listed(page) == [referral.reference]
    page.get("/aanmeldingen?toon=gesloten&q=rebound")
    page.follow("Zoek hetzelfde in alle aanmeldingen (1)")
    assert listed(page) == [referral.reference]


def test_a_coordinator_chooses_a_school_and_a_provider(page, mentor, service):
    ours = make(service=service, mentor=mentor)
    with transaction():
        elsewhere = make_service(organization="De Vaart")
        theirs = make_referral(service=elsewhere)
        coordinator = make_user(Role.COORDINATOR)
    page.sign_in(coordinator.email).get("/aanmeldingen")
    assert set(listed(page)) == {ours.reference, theirs.reference}
    page.fill(school="vmbo-het-kompas").press("Zoek")
    assert listed(page) == [ours.reference]
    page.get("/aanmeldingen").fill(aanbieder="de-vaart").press("Zoek")
    assert listed(page) == [theirs.reference]


def test_who_has_two_roles_has_two_lists(page, mentor, service):
    sent = make(service=service, mentor=mentor)
    with transaction():
        own = make_service(organization="Loket Het Kompas")
        received = make_referral(service=own)
        office = session().get(Organization, own.organization_id)
        give_role(session().get(User, mentor.id), role=Role.PROVIDER, organization=office)
    page.sign_in(mentor.email).get("/aanmeldingen")
    assert listed(page) == [received.reference]
    page.follow("Door jullie verstuurd")
    assert listed(page) == [sent.reference]


def test_calm_view_keeps_initials_off_the_screen_until_they_are_asked_for(page, mentor, service):
    referral = make(service=service, mentor=mentor)
    make(State.DRAFT, service=service, mentor=mentor)
    page.sign_in(mentor.email).get("/aanmeldingen")
    assert page.main.count("D.K.") == 2
    page.follow("Rustige weergave: zonder voorletters")
    assert listed(page) == [referral.reference] and "Concept voor" in page.main
    assert not any(word in page.text for word in PUPIL_WORDS)
    page.follow("Laat de voorletters zien")
    assert page.main.count("D.K.") == 2


def test_a_missed_meeting_is_found_until_something_new_is_agreed(page, mentor, service):
    with transaction():
        referral = make_referral(State.ACCEPTED, service=service, mentor=mentor)
        intaker = intaker_of(referral)
        plan_meeting(referral, actor=intaker)
        meetings.no_show(
            referral, actor=intaker, who_calls="De mentor", call_by=TODAY, now=clock.now()
        )
    page.sign_in(intaker.email).get("/aanmeldingen?toon=niet-verschenen")
    assert listed(page) == [referral.reference] and "Niet gekomen" in page.main


def test_a_care_team_sees_its_school_at_a_glance_whatever_it_looks_for(
    page, mentor, school, service, on_day
):
    with transaction():
        careteam = make_user(Role.CARETEAM, school)
    for state in (State.REQUESTED, State.ON_HOLD, State.IN_PROGRESS, State.REJECTED):
        make(state, service=service, mentor=mentor)
    on_day(TODAY)
    make(State.REQUESTED, service=service, mentor=mentor)
    told = "Jullie school nu: 4 lopend, 3 te laat, 1 wacht op een plek, 2 stil."
    page.sign_in(careteam.email).get("/aanmeldingen?toon=gesloten&q=niets")
    assert f"{told} Dit schooljaar begonnen op een plek: 1." in page.main
    page.sign_out()
    page.sign_in(mentor.email).get("/aanmeldingen")
    assert "Jullie school nu" not in page.main
    with transaction() as db:
        careteam = db.merge(careteam)
        for day, landed in ((date(2027, 7, 31), 1), (date(2027, 8, 1), 0)):
            rows = lists.listing(careteam, Choice(Side.REFERRER), day)
            assert rows.overview.landed == landed


# As a table ---------------------------------------------------------------------------


def table(page) -> list[dict[str, str]]:
    text = page.response.data.decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def test_the_table_holds_what_the_page_shows_and_nothing_about_a_pupil(
    page, mentor, service, on_day
):
    referral = make(State.RECEIVED, service=service, mentor=mentor)
    make(State.ACCEPTED, service=service, mentor=mentor)
    on_day(date(2026, 12, 1))
    page.sign_in(mentor.email).get("/aanmeldingen?toon=te-laat")
    page.follow("Bewaar als tabel, zonder leerlingen (CSV)")
    assert page.response.mimetype == "text/csv"
    assert table(page) == [
        {
            "nummer": referral.reference, "aanbod": "Reboundvoorziening", "aanbieder": "De Brug",
            "school": "Vmbo Het Kompas", "stand": "Ontvangen", "aan zet": "De Brug",
            "verstuurd": "2026-11-23", "laatste stap": "geopend",
            "datum laatste stap": "2026-11-23", "uiterlijk": "2026-11-30", "te laat": "ja",
            "dagen open": "8",
        }
    ]  # fmt: skip
    assert not any(word in page.response.text for word in PUPIL_WORDS)
    noted = session().exec(select(AccessEntry).where(AccessEntry.action == "export list")).one()
    assert noted.user_id == mentor.id


def test_the_table_is_not_for_who_has_no_list(page, mentor):
    with transaction():
        admin = make_user(Role.ADMIN)
    page.sign_in(admin.email).get("/aanmeldingen.csv", status=403)


# Long lists ---------------------------------------------------------------------------


@pytest.fixture
def asked_of_the_database():
    """What the database is asked, as it is asked."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        # Whose site it is, every page asks again after two seconds.
        if "EXISTS (SELECT region.id" not in statement:
            statements.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    yield statements
    event.remove(engine(), "before_cursor_execute", note)


@pytest.mark.parametrize("who", ["mentor", "intaker", "coordinator"])
def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    page, mentor, service, who, asked_of_the_database
):
    def make_many(count: int) -> None:
        with transaction():
            for number in range(count):
                states = (State.REQUESTED, State.RECEIVED, State.ACCEPTED, State.READY)
                state = states[number % 4]
                make_referral(state, service=service, mentor=mentor)

    def questions() -> int:
        page.get("/aanmeldingen")
        asked_of_the_database.clear()
        page._apart(page.client.get, "/aanmeldingen")
        return len(asked_of_the_database)

    make_many(5)
    with transaction():
        users = {
            "mentor": mentor,
            "intaker": intaker_of(make_referral(service=service, mentor=mentor)),
            "coordinator": make_user(Role.COORDINATOR),
        }
    page.sign_in(users[who].email)
    short = questions()
    make_many(44)
    assert questions() == short
    assert len(listed(page)) == 50


def test_a_list_of_more_than_fifty_has_pages_that_hold_everything_once(page, mentor, service):
    with transaction():
        made = {make_referral(service=service, mentor=mentor).reference for _number in range(51)}
    page.sign_in(mentor.email).get("/aanmeldingen")
    first = listed(page)
    assert len(first) == lists.PAGE_SIZE and "51 lopende" in page.main
    page.follow("Volgende")
    assert {*first, *listed(page)} == made and len(listed(page)) == 1
    page.get("/aanmeldingen?pagina=9").follow("Ga naar de eerste pagina")
    assert listed(page) == first
