"""The summer list: nobody without a place is out of sight, and nobody else knows who it is."""

import csv
from datetime import date, timedelta

import pytest
from sqlmodel import select

from socialmap import worker
from socialmap.accounts.models import AccessEntry, Role
from socialmap.accounts.permissions import can
from socialmap.kit.database import engine, session, transaction
from socialmap.kit.errors import Refused
from socialmap.referrals import operations, summer, summer_deeds, summer_rows
from socialmap.referrals.models import (
    SummerCall,
    SummerCover,
    SummerPupil,
    SummerReminder,
    SummerTotal,
)
from socialmap.referrals.permissions import Permission
from socialmap.referrals.states import State
from socialmap.referrals.summer import Call, Choice, How, Landing, Result, Row, Season, Show, Way

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

MAY, JUNE = date(2027, 5, 3), date(2027, 6, 7)
"""Two Mondays of the season."""
SEASON = Season(2027)


# The rules, on plain values -----------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "is_open", "opens"),
    [
        (date(2027, 4, 30), False, date(2027, 5, 1)),
        (date(2027, 5, 1), True, date(2028, 5, 1)),
        (date(2027, 10, 1), True, date(2028, 5, 1)),
        (date(2027, 10, 2), False, date(2028, 5, 1)),
        (date(2028, 1, 1), False, date(2028, 5, 1)),
    ],
)
def test_the_list_is_open_from_may_to_the_first_of_october(day, is_open, opens):
    assert (summer.season_of(day) is not None) is is_open
    assert summer.next_opening(day) == opens


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2027, 1, 1), 2026), (date(2027, 7, 1), 2026), (date(2027, 10, 2), 2027)],
)
def test_the_last_season_is_the_newest_that_is_over(day, year):
    assert summer.last_season(day) == Season(year)


def a_row(*calls: tuple[date, Result], landing: Landing | None = None) -> Row:
    return Row(
        key="1", id=1, is_referred=False, organization_id=1,
        school=summer.Party("kompas", "Het Kompas"), owner_id=1, owner="Ingrid Bos", since=MAY,
        landing=landing,
        calls=[
            Call(number, Way.PHONE, on, result, None, None, "Ingrid")
            for number, (on, result) in enumerate(calls)
        ],
    )  # fmt: skip


JULY_31, AUGUST_1 = date(2027, 7, 31), date(2027, 8, 1)
REACHED, MISSED = Result.NO_PLACE, Result.NOT_REACHED


@pytest.mark.parametrize(
    ("calls", "first", "second"),
    [
        ([], False, False),
        ([(JULY_31, REACHED)], True, False),
        ([(AUGUST_1, REACHED)], False, True),
        ([(JULY_31, MISSED), (AUGUST_1, MISSED)], False, False),
        ([(JULY_31, Result.PLACE), (AUGUST_1, REACHED)], True, True),
    ],
)
def test_who_was_spoken_to_was_reached_in_the_round_of_that_day(calls, first, second):
    row = a_row(*calls)
    assert (row.was_reached(SEASON, 1), row.was_reached(SEASON, 2)) == (first, second)


@pytest.mark.parametrize(
    ("row", "day", "is_quiet"),
    [
        (a_row(), MAY + timedelta(days=20), False),
        (a_row(), MAY + timedelta(days=21), True),
        (a_row((JUNE, MISSED)), JUNE + timedelta(days=20), False),
        (a_row((JUNE, MISSED)), JUNE + timedelta(days=21), True),
        (a_row(landing=Landing(How.SCHOOL, MAY, "work")), JUNE, False),
    ],
)
def test_three_weeks_without_a_call_is_silence_unless_there_is_a_place(row, day, is_quiet):
    assert row.is_quiet(day) is is_quiet


@pytest.mark.parametrize(
    ("row", "day", "found"),
    [
        (a_row(), MAY, {Show.OPEN, Show.NOT_IN_FIRST}),
        (a_row((JULY_31, REACHED)), JULY_31, {Show.OPEN}),
        (a_row((JULY_31, REACHED)), AUGUST_1, {Show.OPEN, Show.NOT_IN_SECOND}),
        (a_row((MAY, MISSED)), JUNE, {Show.OPEN, Show.QUIET, Show.NOT_IN_FIRST}),
        (a_row(landing=Landing(How.TOLD, MAY)), AUGUST_1, {Show.LANDED}),
    ],
)
def test_a_row_stands_under_each_filter_that_asks_for_it(row, day, found):
    assert summer.shows_of(row, SEASON, day) == found | {Show.ALL}


def test_every_choice_comes_back_from_its_address():
    choice = Choice(Show.NOT_IN_SECOND, owner=12)
    assert Choice.from_args(choice.to_args()) == choice
    assert Choice.from_args({"toon": "onzin", "van": "x"}) == Choice()


@pytest.mark.parametrize(
    ("word", "is_refused"),
    [
        ("123456782", True), ("1234 56782", True), ("12.34.56.782", True), ("12345678", True),
        ("14-03-2009", True), ("nr 123456782", True), ("4B-17", False), ("1234567", False),
        ("K7", False), ("1234567890", False),
    ],
)  # fmt: skip
def test_a_word_that_looks_like_a_bsn_is_refused(word, is_refused):
    assert summer_deeds.names_too_much(word) is is_refused


# On the list --------------------------------------------------------------------------


@pytest.fixture
def school(site, on_day):
    on_day(MAY)
    with transaction():
        return make_organization("Vmbo Het Kompas", refers=True, email=None)


@pytest.fixture
def mentor(school):
    with transaction():
        return make_user(Role.MENTOR, school, name="Ingrid Bos")


@pytest.fixture
def careteam(school):
    with transaction():
        return make_user(Role.CARETEAM, school, name="Zorgteam")


def add(actor, reference="4B-17", day=MAY):
    (membership,) = actor.memberships
    return summer_deeds.add_pupil(
        organization=membership.organization, reference=reference, level="vmbo", leaves_in=6,
        actor=actor, now=at(day),
    )  # fmt: skip


def keys(user) -> dict[str, bool]:
    """What stands on somebody's list, and whether it is still open."""
    return {row.key: row.is_open for row in summer_rows.rows_of(user, SEASON)}


def test_a_referral_stands_on_the_list_by_itself_until_its_pupil_has_a_place(mentor, on_day):
    with transaction():
        before = make_referral(State.IN_PROGRESS, mentor=mentor)
        for event in before.events:
            event.at = at(date(2027, 4, 1))
        made = {
            state: make_referral(state, mentor=mentor)
            for state in (
                State.DRAFT, State.REQUESTED, State.RECEIVED, State.ON_HOLD, State.ACCEPTED,
                State.READY, State.IN_PROGRESS, State.COMPLETED, State.REJECTED, State.FAILED,
                State.CANCELLED,
            )
        }  # fmt: skip
    landed = (State.IN_PROGRESS, State.COMPLETED)
    assert keys(mentor) == {
        referral.reference: state not in landed
        for state, referral in made.items()
        if state != State.DRAFT
    }


@pytest.mark.parametrize(
    ("landed", "is_open"),
    [
        ("own_school", False), ("other_school", False), ("work", False), ("care", False),
        ("desk", True), ("out_of_sight", True), ("next_referral", True),
    ],
)  # fmt: skip
def test_only_a_place_takes_a_pupil_off_the_list(mentor, landed, is_open):
    with transaction():
        referral = make_referral(State.REJECTED, mentor=mentor)
        operations.follow_up(referral, actor=mentor, landed=landed, note="", now=at(MAY))
    assert keys(mentor) == {referral.reference: is_open}


def test_of_a_pupil_who_went_on_only_the_last_referral_stands_there(mentor):
    with transaction():
        first = make_referral(State.REJECTED, mentor=mentor)
        last = make_referral(State.REQUESTED, mentor=mentor)
        last.previous_id = first.id
    assert keys(mentor) == {last.reference: True}


def test_each_sees_the_own_pupils_and_the_care_team_those_of_the_school(
    page, mentor, careteam, school
):
    with transaction():
        colleague = make_user(Role.MENTOR, school)
        referral = make_referral(State.REQUESTED, mentor=mentor)
        add(mentor, "4B-17")
        add(colleague, "K7")
        elsewhere = make_user(Role.CARETEAM, make_organization(refers=True))
        add(elsewhere, "Zilver")
    page.sign_in(mentor.email).get("/aanmeldingen/zomer")
    assert set(listed(page)) == {referral.reference, "4B-17"}
    assert "Leerling D.K." in page.main and "K7" not in page.main
    page.sign_out()
    page.sign_in(careteam.email).get("/aanmeldingen/zomer")
    assert set(listed(page)) == {referral.reference, "4B-17", "K7"}
    page.follow("Ingrid Bos")
    assert set(listed(page)) == {referral.reference, "4B-17"} and "van=" in page.url
    page.sign_out()
    page.sign_in(elsewhere.email).get("/aanmeldingen/zomer")
    assert listed(page) == ["Zilver"]


def test_who_may_follow_a_row(mentor, careteam, school):
    with transaction():
        referral = make_referral(State.REQUESTED, mentor=mentor)
        add(mentor)
        everybody = {
            "mentor": mentor,
            "care team": careteam,
            "colleague": make_user(Role.MENTOR, school),
            "intake contact": intaker_of(referral),
            "coordinator": make_user(Role.COORDINATOR),
            "other school": make_user(Role.CARETEAM, make_organization(refers=True)),
            "admin": make_user(Role.ADMIN),
        }
        rows = summer_rows.rows_of(mentor, SEASON)
        found = {
            who: (
                can(user, Permission.SEE_SUMMER),
                [can(user, Permission.FOLLOW_SUMMER, row) for row in rows],
            )
            for who, user in everybody.items()
        }
    assert found == {
        "mentor": (True, [True, True]),
        "care team": (True, [True, True]),
        "colleague": (True, [False, False]),
        "intake contact": (False, [False, False]),
        "coordinator": (True, [False, False]),
        "other school": (True, [False, False]),
        "admin": (False, [False, False]),
    }


def test_nobody_opens_the_row_of_another_and_what_is_not_there_is_not_found(page, mentor, school):
    with transaction():
        pupil = add(mentor)
        coordinator = make_user(Role.COORDINATOR)
        colleague = make_user(Role.MENTOR, school)
    for user in (coordinator, colleague):
        page.sign_in(user.email).get(f"/aanmeldingen/zomer/{pupil.id}", status=403)
        page.get("/aanmeldingen/zomer/99", status=404)
        page.get("/aanmeldingen/zomer/999-999", status=404).get("/account").sign_out()


# Adding and calling -------------------------------------------------------------------


def test_a_mentor_adds_a_pupil_by_a_word_of_the_school_alone(page, mentor):
    page.sign_in(mentor.email).get("/aanmeldingen").follow(
        "Zomerlijst: wie heeft nog geen bestemming?"
    )
    page.follow("Zet een leerling op de lijst")
    assert "geen naam" in page.main
    page.fill(reference="123456782", level="vmbo", leaves_in="6")
    page.press("Zet op de lijst", status=422)
    assert page.errors() == [
        "Dit lijkt op een burgerservicenummer of geboortedatum. Kies iets anders."
    ]
    page.fill(reference="x" * 21).press("Zet op de lijst", status=422)
    assert page.errors() == ["Dit is te lang: er passen 20 tekens in dit veld."]
    page.fill(reference="4B-17").press("Zet op de lijst")
    assert listed(page) == ["4B-17"] and "Weg van school in juni" in page.main
    page.get("/aanmeldingen/zomer/toevoegen").fill(reference="4b-17", level="pro", leaves_in="5")
    page.press("Zet op de lijst", status=422)
    assert "staat al op de lijst" in page.main


def test_the_word_is_kept_encrypted_and_stands_in_no_address_log_or_mail(mentor, outbox, on_day):
    with transaction():
        add(mentor, "Zilvermeeuw")
    with engine().connect() as connection:
        kept = connection.exec_driver_sql("SELECT reference FROM summer_pupil").scalar_one()
    assert b"Zilvermeeuw" not in bytes(kept)
    summer_deeds.remind_schools(now=at(JUNE))
    assert all("Zilvermeeuw" not in mail.subject + mail.body for mail in outbox.all())
    noted = [f"{e.action} {e.thing}" for e in session().exec(select(AccessEntry))]
    assert noted and not any("Zilvermeeuw" in line for line in noted)


def test_a_call_is_noted_with_what_comes_next_and_stands_on_the_list(page, mentor, on_day):
    with transaction():
        add(mentor)
    page.sign_in(mentor.email).get("/aanmeldingen/zomer").follow("4B-17")
    page.fill(way="phone", called_on="2027-04-30", result="place", next_action="visit")
    page.press("Noteer", status=422)
    assert page.errors() == [
        "Kies een dag van 1 mei 2027 tot en met vandaag.",
        "Kies waar de leerling een plek heeft.",
        "Vul ook in wanneer je dit doet.",
    ]
    page.fill(called_on="2027-05-03", result="no_place", next_on="2027-05-10").press("Noteer")
    assert "Bereikt: nog geen plek" in page.main and "Hierna: op huisbezoek" in page.main
    assert "Door: Ingrid Bos" in page.main
    page.get("/aanmeldingen/zomer")
    assert "Ronde 1: bereikt" in page.main and "Ronde 2: vanaf 1 augustus" in page.main
    page.follow("Niet bereikt in ronde 1 0")
    assert listed(page) == []


def test_the_school_marks_the_place_of_a_pupil_it_added_and_it_says_who_says_so(page, mentor):
    with transaction():
        add(mentor)
    page.sign_in(mentor.email).get("/aanmeldingen/zomer").follow("4B-17")
    page.fill(way="visit", result="place", landed="work").press("Noteer")
    assert "Aan het werk volgens school, niet bevestigd" in page.main
    page.get("/aanmeldingen/zomer")
    assert listed(page) == []
    page.follow("Heeft plek 1").follow("4B-17")
    page.fill(way="phone", result="no_place").press("Noteer")
    assert keys(mentor) == {"1": True}, "it was not so after all"


def test_only_the_receiver_says_that_a_referred_pupil_began(page, mentor):
    with transaction():
        referral = make_referral(State.ACCEPTED, mentor=mentor)
    page.sign_in(mentor.email).get(f"/aanmeldingen/zomer/{referral.reference}")
    assert "Waar heeft de leerling een plek?" not in page.main
    page.fill(way="phone", result="place").press("Noteer")
    assert keys(mentor) == {referral.reference: True}
    with transaction() as db:
        again = db.get_one(type(referral), referral.id)
        operations.start(again, actor=intaker_of(again), on=MAY, now=at(MAY))
    page.get("/aanmeldingen/zomer?toon=heeft-plek")
    assert "Gestart bevestigd door De Brug, eerste dag 3 mei 2027" in page.main


def test_what_the_school_heard_is_not_called_confirmed(page, mentor):
    with transaction():
        referral = make_referral(State.ACCEPTED, mentor=mentor)
        operations.start(referral, actor=mentor, on=MAY, now=at(MAY))
        operations.note_told(referral, told_by="Noor", told_on=MAY, actor=mentor)
    page.sign_in(mentor.email).get("/aanmeldingen/zomer?toon=heeft-plek")
    assert "gehoord van De Brug, niet bevestigd" in page.main
    assert "bevestigd door" not in page.main


def test_a_second_click_notes_a_call_once(mentor):
    with transaction():
        add(mentor)
    for _click in range(2):
        with transaction():
            (row,) = summer_rows.rows_of(mentor, SEASON)
            summer_deeds.note_call(
                row, way=Way.PHONE, on=MAY, result=MISSED, actor=mentor, now=at(MAY)
            )
    (row,) = summer_rows.rows_of(mentor, SEASON)
    assert len(row.calls) == 1


def test_a_pupil_who_does_not_belong_there_is_erased_at_once(page, mentor):
    with transaction():
        add(mentor)
    page.sign_in(mentor.email).get("/aanmeldingen/zomer").follow("4B-17")
    page.fill(way="phone", result="not_reached").press("Noteer").press("Haal van de lijst")
    assert "staat niet meer op de zomerlijst" in page.text
    assert not session().exec(select(SummerPupil)).all()
    assert not session().exec(select(SummerCall)).all()


def test_a_referral_cannot_be_taken_off_the_list(page, mentor):
    with transaction():
        referral = make_referral(mentor=mentor)
    page.sign_in(mentor.email).get(f"/aanmeldingen/zomer/{referral.reference}")
    assert "Haal van de lijst" not in page.buttons()
    token = next(i.get("value") for i in page.tree.iter("input") if i.get("name") == "csrf_token")
    address = f"/aanmeldingen/zomer/{referral.reference}/weg"
    page.post(address, {"csrf_token": token}, status=404)


# Covers -------------------------------------------------------------------------------


def test_who_is_away_says_who_is_called(page, mentor, careteam, on_day):
    page.sign_in(mentor.email).get("/aanmeldingen/zomer").follow("Kies een zomerwaarnemer")
    page.fill(
        owner=mentor.id, cover=careteam.id, first_day="2027-07-19", last_day="2027-10-02"
    ).press("Zet op de lijst", status=422)
    assert page.errors() == ["Kies een dag van 1 mei tot en met 1 oktober."]
    page.fill(last_day="2027-08-01").press("Zet op de lijst")
    assert "Bel Zorgteam voor Ingrid Bos" in page.main
    assert "van 19 juli 2027 tot en met 1 augustus 2027" in page.main
    assert "Nu: bel Zorgteam" not in page.main
    with transaction():
        add(mentor)
    for day, is_away in ((date(2027, 7, 19), True), (date(2027, 8, 2), False)):
        on_day(day)
        page.sign_in(mentor.email).get("/aanmeldingen/zomer")
        assert ("Nu: bel Zorgteam" in page.main) is is_away
    page.press("Haal weg: Zorgteam voor Ingrid Bos")
    assert not session().exec(select(SummerCover)).all()


def test_a_mentor_names_no_cover_for_a_colleague_nor_somebody_of_another_school(
    mentor, careteam, school
):
    with transaction():
        colleague = make_user(Role.MENTOR, school)
        stranger = make_user(Role.MENTOR, make_organization(refers=True))

    def name(actor, owner, cover):
        with transaction():
            summer_deeds.name_cover(
                owner=owner, cover=cover, first_day=JUNE, last_day=JUNE, actor=actor, now=at(MAY)
            )

    name(mentor, mentor, colleague)
    name(careteam, colleague, mentor)
    for actor, owner, cover in (
        (mentor, colleague, careteam), (mentor, mentor, stranger), (careteam, stranger, mentor),
    ):  # fmt: skip
        with pytest.raises(Refused):
            name(actor, owner, cover)


# The coordinator ----------------------------------------------------------------------


def test_a_coordinator_sees_numbers_of_a_school_and_no_small_one(page, mentor, school):
    with transaction():
        for number in range(5):
            add(mentor, f"Zilver {number}")
        referral = make_referral(State.REQUESTED, mentor=mentor)
        there = make_region("Elders", places=("Utrecht",))
        add(make_user(Role.MENTOR, make_organization("Ver Weg", region=there)))
        coordinator = make_user(Role.COORDINATOR)
    page.sign_in(coordinator.email).get("/aanmeldingen/zomer")
    cells = " ".join(page.main.split())
    assert "Vmbo Het Kompas Nog geen plek 6 Heeft plek minder dan 5" in cells
    assert "Drie weken stil minder dan 5" in cells
    assert "Zilver" not in page.text and referral.reference not in page.text
    assert "Ver Weg" not in page.text
    assert not any(word in page.text for word in PUPIL_WORDS)
    page.get("/aanmeldingen/zomer.csv")
    assert len(page.response.text.splitlines()) == 1, "a coordinator has no rows"


# As a table ---------------------------------------------------------------------------


def test_the_table_tells_of_no_pupil_who_it_is(page, mentor):
    with transaction():
        referral = make_referral(State.REQUESTED, mentor=mentor, service=make_service(name="Coach"))
        pupil = add(mentor, "Zilvermeeuw")
    page.sign_in(mentor.email).get("/aanmeldingen/zomer?toon=open")
    page.follow("Bewaar als tabel, zonder leerlingen (CSV)")
    text = page.response.data.decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert {row["nummer"] for row in rows} == {referral.reference, ""}
    assert {row["onderwijs"] for row in rows} == {"", "Vmbo"}
    assert "Zilvermeeuw" not in text and f";{pupil.id};" not in text
    assert not any(word in text for word in PUPIL_WORDS)


# Reminders ----------------------------------------------------------------------------


def walk(first: date, last: date) -> None:
    day = first
    while day <= last:
        for hour in (8, 14):
            summer_deeds.remind_schools(now=at(day, hour))
        day += timedelta(days=1)


def told(outbox) -> list[str]:
    return [m.kind.removeprefix("referrals/") for m in outbox.all() if "summer" in m.kind]


def test_a_school_hears_once_of_a_silence_and_again_of_a_new_one(careteam, mentor, outbox):
    with transaction():
        add(mentor, "een")
        add(mentor, "twee")
    walk(MAY, MAY + timedelta(days=20))
    assert told(outbox) == []
    walk(MAY + timedelta(days=21), JUNE)
    assert told(outbox) == ["summer_silent"]
    assert "Bij 2 leerlingen" in outbox.all()[0].body
    assert outbox.all()[0].recipient_id == str(careteam.id)
    with transaction():
        row = next(row for row in summer_rows.rows_of(mentor, SEASON))
        summer_deeds.note_call(
            row, way=Way.PHONE, on=JUNE, result=MISSED, actor=mentor, now=at(JUNE)
        )
    walk(JUNE, JUNE + timedelta(days=20))
    assert told(outbox) == ["summer_silent"]
    walk(JUNE + timedelta(days=21), date(2027, 9, 19))
    assert told(outbox) == ["summer_silent"] * 2
    assert "Bij 1 leerling " in outbox.all()[1].body


def test_a_school_hears_of_new_silences_at_most_once_a_week(careteam, mentor, outbox):
    with transaction():
        for number in range(5):
            add(mentor, f"nummer {number}", day=MAY + timedelta(days=number))
    walk(MAY, MAY + timedelta(days=40))
    assert told(outbox) == ["summer_silent"] * 2


def test_on_the_twentieth_of_september_a_school_hears_once_of_all_that_is_open(
    careteam, mentor, outbox
):
    day = date(2027, 9, 19)
    with transaction():
        add(mentor, day=day)
        make_referral(State.IN_PROGRESS, mentor=mentor)
        make_organization("Geen leerlingen", refers=True)
    walk(day, date(2027, 10, 5))
    assert told(outbox) == ["summer_call_again"]
    assert "Er staat nog 1 leerling" in outbox.all()[-1].body


def test_without_mailbox_and_care_team_whose_pupil_it_is_hears_it(mentor, outbox):
    with transaction():
        add(mentor)
    summer_deeds.remind_schools(now=at(JUNE))
    assert [m.recipient_id for m in outbox.all()] == [str(mentor.id)]


def test_the_mailbox_of_the_school_and_its_care_team_hear_it(careteam, mentor, school, outbox):
    with transaction() as db:
        db.get_one(type(school), school.id).email = "zorg@kompas.example"
        add(mentor)
    summer_deeds.remind_schools(now=at(JUNE))
    assert {(m.recipient_kind, m.recipient_id) for m in outbox.all()} == {
        ("organization", str(school.id)), ("user", str(careteam.id)),
    }  # fmt: skip


def test_the_worker_does_it(site, mentor, careteam, outbox, on_day):
    with transaction():
        add(mentor)
    on_day(JUNE)
    next(job for job in worker.JOBS if job.name == "remind of summer").run(site)
    assert told(outbox) == ["summer_silent"]
    on_day(date(2027, 11, 1))
    next(job for job in worker.JOBS if job.name == "erase after retention").run(site)
    assert not session().exec(select(SummerPupil)).all()


# After the season ---------------------------------------------------------------------


def test_after_the_season_numbers_are_shown_and_then_only_they_are_left(page, mentor, on_day):
    with transaction():
        add(mentor, "Zilver")
        add(mentor, "Goud")
        make_referral(State.IN_PROGRESS, mentor=mentor)
        row = next(row for row in summer_rows.rows_of(mentor, SEASON) if not row.is_referred)
        summer_deeds.note_call(
            row, way=Way.PHONE, on=MAY, result=Result.PLACE, landed="work", actor=mentor,
            now=at(MAY),
        )  # fmt: skip
        summer_deeds.name_cover(
            owner=mentor, cover=make_user(Role.MENTOR, mentor.memberships[0].organization),
            first_day=MAY, last_day=MAY, actor=mentor, now=at(MAY),
        )  # fmt: skip
    summer_deeds.remind_schools(now=at(JUNE))
    with transaction():
        summer_deeds.end_season(now=at(JUNE))
    assert len(session().exec(select(SummerPupil)).all()) == 2, "not while it runs"
    for _twice in range(2):
        with transaction():
            summer_deeds.end_season(now=at(date(2027, 10, 2)))
    total = session().exec(select(SummerTotal)).one()
    assert (total.pupils, total.landed, total.started) == (3, 2, 1)
    assert (total.reached_before, total.reached_after) == (1, 0)
    assert len(session().exec(select(SummerPupil)).all()) == 2, "until 1 November"
    with transaction():
        summer_deeds.end_season(now=at(date(2027, 11, 1)))
    for table in (SummerPupil, SummerCall, SummerCover, SummerReminder):
        assert not session().exec(select(table)).all(), table
    on_day(date(2027, 11, 2))
    page.sign_in(mentor.email).get("/aanmeldingen/zomer")
    assert "gaat open op 1 mei 2028" in page.main
    assert "Op de lijst 3" not in page.main, "a mentor follows the own pupils"
    with transaction():
        careteam = make_user(Role.CARETEAM, mentor.memberships[0].organization)
    page.sign_out()
    page.sign_in(careteam.email).get("/aanmeldingen/zomer")
    assert "Vmbo Het Kompas Op de lijst 3 Heeft een plek 2" in page.main
    assert "Zilver" not in page.text
    page.get("/aanmeldingen")
    assert "Zomerlijst" not in page.main


def test_out_of_season_nothing_can_be_added_or_noted(page, mentor, on_day):
    with transaction():
        pupil = add(mentor)
    on_day(date(2027, 10, 2))
    page.sign_in(mentor.email)
    for address in ("toevoegen", "waarnemer"):
        page.get(f"/aanmeldingen/zomer/{address}")
        assert page.address == "/aanmeldingen/zomer"
    page.get(f"/aanmeldingen/zomer/{pupil.id}", status=404)
    with pytest.raises(Refused), transaction():
        add(mentor, "Goud", day=date(2027, 10, 2))


# Long lists ---------------------------------------------------------------------------


def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    page, careteam, mentor, asked_of_the_database  # noqa: F811
):  # fmt: skip
    def make_many(count: int, first: int) -> None:
        with transaction():
            service = make_service()
            for number in range(count):
                state = (State.REQUESTED, State.IN_PROGRESS)[number % 2]
                make_referral(state, service=service, mentor=mentor)
                add(mentor, f"nummer {first + number}")

    def questions() -> int:
        page.get("/aanmeldingen/zomer?toon=alles")
        asked_of_the_database.clear()
        page._apart(page.client.get, "/aanmeldingen/zomer?toon=alles")
        return len(asked_of_the_database)

    make_many(2, 0)
    page.sign_in(careteam.email)
    short = questions()
    make_many(20, 2)
    assert questions() == short
    assert len(listed(page)) == 44


def test_that_a_receiver_took_note_of_it_is_no_place(mentor, on_day):
    on_day(JUNE)
    with transaction():
        referral = make_referral(State.RECEIVED, mentor=mentor, wants_action=False)
        operations.acknowledge(referral, actor=intaker_of(referral), now=at(JUNE))
        keys = [row.key for row in summer_rows.rows_of(mentor, SEASON)]
        assert referral.reference in keys


def test_nobody_is_written_to_on_a_day_off(mentor, outbox):
    with transaction():
        add(mentor, "Zilver")
    sunday = date(2027, 6, 20)
    assert summer_deeds.remind_schools(now=at(sunday)) == 0
    assert summer_deeds.remind_schools(now=at(sunday + timedelta(days=1))) == 1
