"""The summer list: pupils of a school who have no place to go to yet, from May to 1 October.

On it stand by themselves the referrals that found no place, and the pupils whom the school
adds by hand with a word of its own. A list is made of facts, dates and the school's calls,
with as many questions to the database however long it is; who a pupil is, is asked apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, func, or_, select

from ..accounts.models import Role, User
from ..catalogue.models import Service
from ..kit.clock import ZONE, local_day
from ..kit.database import session
from ..network.models import Organization
from .lists import Party, initials_seen_by
from .models import (
    Event,
    PrivateRecord,
    Referral,
    SummerCall,
    SummerCover,
    SummerPupil,
    SummerTotal,
)
from .states import State, Step

QUIET_AFTER = timedelta(days=21)
"""So long after the last call a row counts as silent."""

FEW = 5
"""A smaller number is not told to who may not know which pupil it is."""

PLACES = ("own_school", "other_school", "work", "care")
"""Landings that are a place; a next referral or a desk is none yet."""

MONTHS = range(5, 10)
"""The months in which a pupil of this list leaves the school."""


# The season ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Season:
    """One summer: round 1 before the holidays, round 2 until 1 October."""

    year: int

    @property
    def first_day(self) -> date:
        return date(self.year, 5, 1)

    @property
    def second_round(self) -> date:
        return date(self.year, 8, 1)

    @property
    def call_again(self) -> date:
        """When every school hears of the rows that are still open."""
        return date(self.year, 9, 20)

    @property
    def last_day(self) -> date:
        return date(self.year, 10, 1)

    @property
    def erased_on(self) -> date:
        """When everything about its pupils is erased."""
        return date(self.year, 11, 1)

    def holds(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def round_of(self, day: date) -> int:
        return 1 if day < self.second_round else 2


def season_of(today: date) -> Season | None:
    """The season in which a day falls."""
    season = Season(today.year)
    return season if season.holds(today) else None


def last_season(today: date) -> Season:
    """The newest season that is over."""
    return Season(today.year if today > Season(today.year).last_day else today.year - 1)


def next_opening(today: date) -> date:
    """The first day of the season that comes."""
    opening = Season(today.year).first_day
    return opening if today < opening else Season(today.year + 1).first_day


# A row --------------------------------------------------------------------------------


class Way(StrEnum):
    SURVEY = "survey"
    PHONE = "phone"
    VISIT = "visit"


class Result(StrEnum):
    PLACE = "place"
    NO_PLACE = "no_place"
    NOT_REACHED = "not_reached"


class How(StrEnum):
    """Who says that a pupil has a place."""

    CONFIRMED = "confirmed"
    """The receiving side: the pupil began."""
    TOLD = "told"
    """The school noted what the receiving side told by telephone."""
    SCHOOL = "school"


@dataclass(frozen=True)
class Call:
    """One time that the school tried to reach a pupil."""

    id: int
    way: Way
    on: date
    result: Result
    next_action: str | None
    next_on: date | None
    by: str


@dataclass(frozen=True)
class Landing:
    """That a pupil has a place: who says so, since when, and which kind of place."""

    how: How
    on: date
    where: str = ""


@dataclass(frozen=True)
class Row:
    """A pupil on the list: facts and dates."""

    key: str
    """What stands in its address: the reference of the referral, or a number of its own."""
    id: int
    is_referred: bool
    organization_id: int
    school: Party
    owner_id: int
    owner: str
    since: date
    """From which day of the season it stands on the list."""
    landing: Landing | None
    calls: Sequence[Call] = ()
    state: State | None = None
    is_elsewhere: bool = False
    service: str = ""
    provider: str = ""
    level: str = ""
    leaves_in: int = 0

    @property
    def is_open(self) -> bool:
        return self.landing is None

    @property
    def last_call(self) -> Call | None:
        return self.calls[-1] if self.calls else None

    def was_reached(self, season: Season, number: int) -> bool:
        """Whether the pupil was spoken to in a round."""
        return any(
            call.result != Result.NOT_REACHED and season.round_of(call.on) == number
            for call in self.calls
        )

    def is_quiet(self, today: date) -> bool:
        """Nobody called for three weeks."""
        last = max([self.since, *(call.on for call in self.calls)])
        return self.is_open and today >= last + QUIET_AFTER


# What somebody asks -------------------------------------------------------------------


class Show(StrEnum):
    """Which rows somebody asks for, as it stands in the address."""

    OPEN = "open"
    QUIET = "stil"
    NOT_IN_FIRST = "niet-in-ronde-1"
    NOT_IN_SECOND = "niet-in-ronde-2"
    LANDED = "heeft-plek"
    ALL = "alles"


def shows_of(row: Row, season: Season, today: date) -> frozenset[Show]:
    """Under which filters a row stands."""
    stands = {
        Show.OPEN: row.is_open,
        Show.QUIET: row.is_quiet(today),
        Show.NOT_IN_FIRST: row.is_open and not row.was_reached(season, 1),
        Show.NOT_IN_SECOND: row.is_open
        and today >= season.second_round
        and not row.was_reached(season, 2),
        Show.LANDED: not row.is_open,
        Show.ALL: True,
    }
    return frozenset(show for show, it_does in stands.items() if it_does)


@dataclass(frozen=True)
class Choice:
    """What somebody looks at; each choice has an address of its own."""

    show: Show = Show.OPEN
    owner: int = 0

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> "Choice":
        """What an address asks for; a word that is not understood counts as not said."""
        show, owner = args.get("toon", ""), args.get("van", "")
        return cls(
            show=Show(show) if show in set(Show) else Show.OPEN,
            owner=int(owner) if owner.isascii() and owner.isdecimal() and len(owner) < 9 else 0,
        )

    def to_args(self) -> dict[str, str]:
        args = {
            "toon": self.show if self.show != Show.OPEN else "",
            "van": str(self.owner) if self.owner else "",
        }
        return {name: value for name, value in args.items() if value}

    def but(self, **changed: object) -> "Choice":
        return replace(self, **changed)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Listing:
    """What a choice finds, and how many other filters find."""

    choice: Choice
    rows: list[Row]
    counts: Mapping[Show, int]
    owners: Mapping[int, str]
    total: int


def listing(rows: Sequence[Row], choice: Choice, season: Season, today: date) -> Listing:
    """The rows that were asked for: silent ones first, then what is to be done soonest."""
    asked = [row for row in rows if choice.owner in (0, row.owner_id)]
    shows = {row.key: shows_of(row, season, today) for row in asked}
    counts = Counter(show for row in asked for show in shows[row.key])

    def order(row: Row) -> tuple[bool, bool, date, date, str]:
        last = row.last_call
        planned = (last.next_on if last else None) or date.max
        return not row.is_open, Show.QUIET not in shows[row.key], planned, row.since, row.key

    return Listing(
        choice=choice,
        rows=sorted((row for row in asked if choice.show in shows[row.key]), key=order),
        counts={show: counts[show] for show in Show},
        owners=dict(sorted({r.owner_id: r.owner for r in rows}.items(), key=lambda o: o[1])),
        total=len(rows),
    )


@dataclass(frozen=True)
class SchoolFacts:
    """What a coordinator sees of a school: numbers and a date."""

    school: str
    open: int
    landed: int
    quiet: int
    last_call: date | None


def facts_of_schools(rows: Iterable[Row], today: date) -> list[SchoolFacts]:
    """The numbers of each school, by its name."""
    found = by_school(rows)
    facts = [
        SchoolFacts(
            school=of_school[0].school.name,
            open=sum(row.is_open for row in of_school),
            landed=sum(not row.is_open for row in of_school),
            quiet=sum(row.is_quiet(today) for row in of_school),
            last_call=max((c.on for row in of_school for c in row.calls), default=None),
        )
        for of_school in found.values()
    ]
    return sorted(facts, key=lambda fact: fact.school.casefold())


def by_school(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.organization_id].append(row)
    return found


def total_of(rows: Sequence[Row], season: Season) -> SummerTotal:
    """What is kept of the rows of one school when the season is over."""
    return SummerTotal(
        organization_id=rows[0].organization_id,
        year=season.year,
        pupils=len(rows),
        landed=sum(not row.is_open for row in rows),
        started=sum(row.landing is not None and row.landing.how == How.CONFIRMED for row in rows),
        reached_before=sum(row.was_reached(season, 1) for row in rows),
        reached_after=sum(row.was_reached(season, 2) for row in rows),
    )


# Asking the database ------------------------------------------------------------------

_Condition = ColumnElement[bool]
_NOT_BEGUN = (State.REQUESTED, State.RECEIVED, State.ON_HOLD, State.ACCEPTED, State.READY)
_BEGUN = (State.IN_PROGRESS, State.COMPLETED)
_ENDED = (State.REJECTED, State.FAILED, State.CANCELLED)


def rows_of(user: User, season: Season) -> list[Row]:
    """The rows of a mentor's own pupils, of a care team's whole school."""
    team, own = user.organization_ids(Role.CARETEAM), user.organization_ids(Role.MENTOR)

    def mine(organization: Any, owner: Any) -> Any:
        return or_(organization.in_(team), and_(organization.in_(own), owner == user.id))

    return _rows(
        season,
        referrals=mine(col(Referral.organization_id), col(Referral.referrer_id)),
        pupils=mine(col(SummerPupil.organization_id), col(SummerPupil.owner_id)),
    )


def rows_of_regions(region_ids: Iterable[int], season: Season) -> list[Row]:
    """The rows of all schools of some regions, to be counted."""
    schools = select(Organization.id).where(col(Organization.region_id).in_(list(region_ids)))
    return _rows(
        season,
        referrals=col(Referral.organization_id).in_(schools),
        pupils=col(SummerPupil.organization_id).in_(schools),
    )


def all_rows(season: Season, organization_id: int | None = None) -> list[Row]:
    """The rows of every school, or of one."""
    if organization_id is None:
        return _rows(
            season, referrals=col(Referral.id).is_not(None), pupils=col(SummerPupil.id).is_not(None)
        )
    return _rows(
        season,
        referrals=col(Referral.organization_id) == organization_id,
        pupils=col(SummerPupil.organization_id) == organization_id,
    )


def row_with(key: str, season: Season) -> Row | None:
    """A row by what stands in its address."""
    if key.isascii() and key.isdecimal() and len(key) < 9:
        found = _rows(season, pupils=col(SummerPupil.id) == int(key))
    else:
        found = _rows(season, referrals=col(Referral.reference) == key)
    return found[0] if found else None


def _rows(
    season: Season, *, referrals: _Condition | None = None, pupils: _Condition | None = None
) -> list[Row]:
    rows: list[Row] = []
    if referrals is not None:
        rows += _referred(season, referrals)
    if pupils is not None:
        rows += _added(season, pupils)
    calls = _calls_of(season, rows)
    return [replace(row, calls=calls[row.is_referred, row.id]) for row in rows]


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE)


def _referred(season: Season, condition: _Condition) -> list[Row]:
    """The last referrals of pupils who have no place, or got it in the season."""
    later, school, provider = aliased(Referral), aliased(Organization), aliased(Organization)
    is_followed = (
        select(later.id)
        .where(later.previous_id == Referral.id, later.state != State.DRAFT)
        .exists()
    )
    began_now = (
        select(Event.id)
        .where(
            Event.referral_id == Referral.id,
            Event.step == Step.START,
            Event.at >= _start_of(season.first_day),
        )
        .exists()
    )
    found = (
        session()
        .execute(
            select(  # type: ignore[call-overload]
                Referral.id, Referral.reference, Referral.state, Referral.is_elsewhere,
                Referral.sent_at, Referral.started_on, Referral.organization_id,
                Referral.referrer_id, User.name.label("owner"),  # type: ignore[attr-defined]
                func.coalesce(Service.name, provider.name).label("service"),
                provider.name.label("provider"),  # type: ignore[attr-defined]
                school.slug, school.name.label("school"),  # type: ignore[attr-defined]
            )
            .join(school, Referral.organization_id == school.id)
            .join(User, Referral.referrer_id == User.id)
            .outerjoin(Service, Referral.service_id == Service.id)
            .join(
                provider, provider.id == func.coalesce(Service.organization_id, Referral.team_id)
            )
            .where(
                condition,
                ~is_followed,
                col(Referral.sent_at) < _start_of(season.last_day + timedelta(days=1)),
                or_(
                    col(Referral.state).in_(_NOT_BEGUN),
                    and_(col(Referral.state).in_(_ENDED), col(Referral.erased_at).is_(None)),
                    and_(col(Referral.state).in_(_BEGUN), began_now),
                ),
            )
            .order_by(col(Referral.id))
        )
        .all()
    )  # fmt: skip
    landings = _landings_of([one.id for one in found])
    rows = []
    for one in found:
        landing, noted_on = landings.get(one.id, (None, season.first_day))
        if noted_on < season.first_day:
            continue
        if landing and landing.how != How.SCHOOL and one.started_on:
            landing = replace(landing, on=one.started_on)
        rows.append(
            Row(
                key=one.reference, id=one.id, is_referred=True,
                organization_id=one.organization_id, school=Party(one.slug, one.school),
                owner_id=one.referrer_id, owner=one.owner,
                since=max(season.first_day, local_day(one.sent_at)), landing=landing,
                state=State(one.state), is_elsewhere=one.is_elsewhere,
                service=one.service or "", provider=one.provider or "",
            )
        )  # fmt: skip
    return rows


def _landings_of(ids: list[int]) -> dict[int, tuple[Landing, date]]:
    """Which of these referrals led to a place, and on which day that was noted.

    Where the school says a pupil is, stands encrypted: one question more for all of them.
    """
    events = (
        session()
        .exec(
            select(Event, Referral.state)
            .join(Referral, col(Event.referral_id) == Referral.id)
            .where(
                col(Event.referral_id).in_(ids),
                col(Event.step).in_((Step.START, Step.FOLLOW_UP)),
            )
            .order_by(col(Event.id))
        )
        .all()
    )
    names = [f"event-{event.id}" for event, _state in events if event.step == Step.FOLLOW_UP]
    records = session().exec(
        select(PrivateRecord).where(
            col(PrivateRecord.referral_id).in_(ids), col(PrivateRecord.name).in_(names)
        )
    )
    words = {record.name: str(record.content.get("landed", "")) for record in records}
    found = {}
    for event, state in events:
        day = local_day(event.at)
        where = words.get(f"event-{event.id}", "")
        if event.step == Step.START and state in _BEGUN:
            how = How.TOLD if event.is_told else How.CONFIRMED
            found[event.referral_id] = Landing(how, day), day
        elif event.step == Step.FOLLOW_UP and where in PLACES:
            found[event.referral_id] = Landing(How.SCHOOL, day, where), day
    return found


def _added(season: Season, condition: _Condition) -> list[Row]:
    """The pupils whom a school added by hand; not who they are."""
    found = session().execute(
        select(  # type: ignore[call-overload]
            SummerPupil.id, SummerPupil.organization_id, SummerPupil.owner_id, SummerPupil.level,
            SummerPupil.leaves_in, SummerPupil.added_at, SummerPupil.landed,
            SummerPupil.landed_on, User.name.label("owner"),  # type: ignore[attr-defined]
            Organization.slug, Organization.name.label("school"),  # type: ignore[attr-defined]
        )
        .join(Organization, SummerPupil.organization_id == Organization.id)
        .join(User, SummerPupil.owner_id == User.id)
        .where(condition, SummerPupil.year == season.year)
        .order_by(col(SummerPupil.id))
    )  # fmt: skip
    return [
        Row(
            key=str(one.id), id=one.id, is_referred=False, organization_id=one.organization_id,
            school=Party(one.slug, one.school), owner_id=one.owner_id, owner=one.owner,
            since=local_day(one.added_at), level=one.level, leaves_in=one.leaves_in,
            landing=Landing(How.SCHOOL, one.landed_on, one.landed) if one.landed else None,
        )
        for one in found
    ]  # fmt: skip


def _calls_of(season: Season, rows: list[Row]) -> Mapping[tuple[bool, int], list[Call]]:
    """The calls of the season for each row, in the order of their days."""
    calls: dict[tuple[bool, int], list[Call]] = defaultdict(list)
    referred = [row.id for row in rows if row.is_referred]
    added = [row.id for row in rows if not row.is_referred]
    found = session().exec(
        select(SummerCall, User.name)
        .join(User, col(SummerCall.actor_id) == User.id)
        .where(
            SummerCall.year == season.year,
            or_(col(SummerCall.referral_id).in_(referred), col(SummerCall.pupil_id).in_(added)),
        )
        .order_by(col(SummerCall.called_on), col(SummerCall.id))
    )
    for call, by in found:
        key = (True, call.referral_id) if call.referral_id else (False, call.pupil_id or 0)
        calls[key].append(
            Call(
                id=call.id, way=Way(call.way), on=call.called_on, result=Result(call.result),
                next_action=call.next_action, next_on=call.next_on, by=by,
            )
        )  # fmt: skip
    return calls


def names_seen_by(user: User, rows: Sequence[Row]) -> dict[str, str]:
    """Who the pupils of these rows are, by key: initials, of those that this person may read,
    or the school's own word. To be asked of rows that this person may follow alone.
    """
    referred = {row.id: row.key for row in rows if row.is_referred}
    initials = initials_seen_by(user, referred)
    added = session().execute(
        select(SummerPupil.id, SummerPupil.reference).where(
            col(SummerPupil.id).in_([row.id for row in rows if not row.is_referred])
        )
    )
    return {referred[number]: text for number, text in initials.items()} | {
        str(number): str(reference) for number, reference in added
    }


def covers_of(organization_ids: Iterable[int], season: Season) -> list[SummerCover]:
    """Who stands in for whom at some schools, in the order of their days."""
    query = (
        select(SummerCover)
        .where(
            SummerCover.year == season.year,
            col(SummerCover.organization_id).in_(list(organization_ids)),
        )
        .order_by(col(SummerCover.first_day), col(SummerCover.id))
    )
    return list(session().exec(query))


def cover_by_id(cover_id: int) -> SummerCover | None:
    return session().get(SummerCover, cover_id)


def totals_of(organization_ids: Iterable[int], season: Season) -> list[tuple[str, SummerTotal]]:
    """What was kept of a season for some schools, with their names."""
    return _totals(season, col(Organization.id).in_(list(organization_ids)))


def totals_of_regions(region_ids: Iterable[int], season: Season) -> list[tuple[str, SummerTotal]]:
    """What was kept of a season for all schools of some regions, with their names."""
    return _totals(season, col(Organization.region_id).in_(list(region_ids)))


def _totals(season: Season, condition: _Condition) -> list[tuple[str, SummerTotal]]:
    query = (
        select(Organization.name, SummerTotal)
        .join(SummerTotal, col(SummerTotal.organization_id) == Organization.id)
        .where(SummerTotal.year == season.year, condition)
        .order_by(Organization.name)
    )
    return [(name, total) for name, total in session().exec(query)]
