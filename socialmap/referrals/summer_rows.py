"""Asking the database who stands on a summer list, with as many questions however long it is.

Who a pupil is, is asked apart, and of rows that somebody may follow alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
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
from .summer import PLACES, Call, How, Landing, Result, Row, Season, Way

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
    school, provider = aliased(Organization), aliased(Organization)
    query = (
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
        .join(provider, provider.id == func.coalesce(Service.organization_id, Referral.team_id))
        .where(condition, _is_last(), _belongs_to(season))
        .order_by(col(Referral.id))
    )  # fmt: skip
    found = session().execute(query).all()
    landings = _landings_of([one.id for one in found])
    nothing = None, season.first_day
    return [
        _row_of(one, season, landing)
        for one in found
        for landing, noted_on in [landings.get(one.id, nothing)]
        if noted_on >= season.first_day
    ]


def _is_last() -> Any:
    """The condition that the pupil was referred nowhere else after it."""
    later = aliased(Referral)
    query = select(later.id).where(later.previous_id == Referral.id, later.state != State.DRAFT)
    return ~query.exists()


def _belongs_to(season: Season) -> Any:
    """The condition that a referral found no place yet, or that its pupil began in the season.

    That a receiver took note of it is no place either.
    """
    ever_began = select(Event.id).where(Event.referral_id == Referral.id, Event.step == Step.START)
    began = select(Event.id).where(
        Event.referral_id == Referral.id,
        Event.step == Step.START,
        Event.at >= _start_of(season.first_day),
    )
    return and_(
        col(Referral.sent_at) < _start_of(season.last_day + timedelta(days=1)),
        or_(
            col(Referral.state).in_(_NOT_BEGUN),
            # What was erased nobody can follow up.
            and_(col(Referral.state).in_(_ENDED), col(Referral.erased_at).is_(None)),
            and_(
                Referral.state == State.COMPLETED,
                ~ever_began.exists(),
                col(Referral.erased_at).is_(None),
            ),
            and_(col(Referral.state).in_(_BEGUN), began.exists()),
        ),
    )


def _row_of(one: Any, season: Season, landing: Landing | None) -> Row:
    if landing and landing.how != How.SCHOOL and one.started_on:
        landing = replace(landing, on=one.started_on)
    return Row(
        key=one.reference, id=one.id, is_referred=True, organization_id=one.organization_id,
        school=Party(one.slug, one.school), owner_id=one.referrer_id, owner=one.owner,
        since=max(season.first_day, local_day(one.sent_at)), landing=landing,
        state=State(one.state), is_elsewhere=one.is_elsewhere, service=one.service or "",
        provider=one.provider or "",
    )  # fmt: skip


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
