"""The deeds of the summer list: add a pupil, note a call, name a cover; and its end.

A word that names a pupil is kept encrypted and until 1 November; then only numbers are left.
"""

import re
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select

from ..accounts.models import Role, User
from ..accounts.operations import note_access
from ..kit.clock import local_day
from ..kit.database import session, transaction
from ..kit.errors import Refused
from ..kit.words import _
from ..network.calendar import is_working_day
from ..network.models import Organization
from . import summer, summer_mails, summer_rows
from .models import SummerCall, SummerCover, SummerPupil, SummerReminder, SummerTotal
from .operations import NotThere
from .summer import Result, Row, Season, Way

LONGEST_REFERENCE = 20
SILENT, CALL_AGAIN = "silent", "call again"
BETWEEN_MAILS = timedelta(days=7)
"""A school hears of its silent rows at most once in so long."""

_AT_SCHOOL = (Role.MENTOR, Role.CARETEAM)
_SEPARATORS = re.compile(r"[\s.\-/]")
_LIKE_BSN = re.compile(r"(?<!\d)\d{8,9}(?!\d)")


def names_too_much(reference: str) -> bool:
    """Whether it looks like a citizen service number, or like a day of birth."""
    return _LIKE_BSN.search(_SEPARATORS.sub("", reference)) is not None


def _open_season(today: date) -> Season:
    season = summer.season_of(today)
    if season is None:
        raise Refused(_("De zomerlijst is nu dicht."))
    return season


def add_pupil(
    *, organization: Organization, reference: str, level: str, leaves_in: int, actor: User,
    now: datetime,
) -> SummerPupil:  # fmt: skip
    """Put a pupil on the list of a school. Raises ``Refused`` when the word is used already."""
    season = _open_season(local_day(now))
    if names_too_much(reference) or len(reference) > LONGEST_REFERENCE:
        raise Refused(_("Gebruik een nummer of afkorting die alleen jullie kennen."))
    of_school = select(SummerPupil.reference).where(
        SummerPupil.organization_id == organization.id, SummerPupil.year == season.year
    )
    if any(kept.casefold() == reference.casefold() for kept in session().exec(of_school)):
        raise Refused(_("Dit nummer of deze afkorting staat al op de lijst van jullie school."))
    pupil = SummerPupil(
        organization_id=organization.id, owner_id=actor.id, year=season.year, level=level,
        leaves_in=leaves_in, reference=reference, added_at=now,
    )  # fmt: skip
    session().add(pupil)
    session().flush()
    note_access(actor, "add to summer list", f"summer row {pupil.id}")
    return pupil


def remove_pupil(row: Row, *, actor: User) -> None:
    """Take a pupil who was added by hand off the list, with everything that was noted."""
    if row.is_referred:
        raise NotThere(_("Een aangemelde leerling staat vanzelf op deze lijst."))
    session().exec(delete(SummerCall).where(col(SummerCall.pupil_id) == row.id))
    session().exec(delete(SummerPupil).where(col(SummerPupil.id) == row.id))
    note_access(actor, "remove from summer list", f"summer row {row.key}")


def note_call(
    row: Row, *, way: Way, on: date, result: Result, landed: str = "",
    next_action: str = "", next_on: date | None = None, actor: User, now: datetime,
) -> None:  # fmt: skip
    """Note that somebody tried to reach the pupil, and what came of it.

    Of a pupil who was added by hand the school says itself where the place is; of a
    referral only the receiving side says that the pupil began.
    """
    season = _open_season(local_day(now))
    if _is_noted(row, way, on, result, next_action, next_on):
        return
    session().add(
        SummerCall(
            year=season.year,
            referral_id=row.id if row.is_referred else None,
            pupil_id=None if row.is_referred else row.id,
            way=way, called_on=on, result=result, next_action=next_action or None,
            next_on=next_on, actor_id=actor.id, at=now,
        )
    )  # fmt: skip
    if not row.is_referred and result != Result.NOT_REACHED:
        pupil = session().get_one(SummerPupil, row.id)
        has_place = result == Result.PLACE and landed in summer.PLACES
        pupil.landed, pupil.landed_on = (landed, on) if has_place else (None, None)
        session().add(pupil)
    note_access(actor, "note summer call", f"summer row {row.key}")


def _is_noted(row: Row, way, on, result, next_action, next_on) -> bool:
    """Whether it is the last thing that was noted: a second click."""
    last = row.last_call
    said = (way, on, result, next_action or None, next_on)
    return last is not None and said == (
        last.way, last.on, last.result, last.next_action, last.next_on
    )  # fmt: skip


def name_cover(
    *, owner: User, cover: User, first_day: date, last_day: date, actor: User, now: datetime
) -> SummerCover:
    """Name who is called while somebody is away, at the school where both work.

    Raises ``Refused`` when that is no colleague, or not for this actor to say.
    """
    season = _open_season(local_day(now))
    both = owner.organization_ids(*_AT_SCHOOL) & cover.organization_ids(*_AT_SCHOOL)
    if owner.id != actor.id:
        both &= actor.organization_ids(Role.CARETEAM)
    if not both or owner.id == cover.id or first_day > last_day:
        raise Refused(_("Kies een collega van dezelfde school."))
    found = SummerCover(
        year=season.year, organization_id=min(both), owner_id=owner.id, cover_id=cover.id,
        first_day=first_day, last_day=last_day,
    )  # fmt: skip
    session().add(found)
    session().flush()
    note_access(actor, "name summer cover", f"user {owner.id}")
    return found


def end_cover(cover: SummerCover, *, actor: User) -> None:
    note_access(actor, "end summer cover", f"user {cover.owner_id}")
    session().delete(cover)


# What the worker does -------------------------------------------------------------------


def remind_schools(*, now: datetime) -> int:
    """Tell each school of its rows that nobody called about, and once of all open ones.

    Each school in a transaction of its own; returns how many mails' worth of news there was.
    Of two workers at once the second finds what the first noted, and its mails go with it.
    """
    season = summer.season_of(local_day(now))
    if season is None or not is_working_day(local_day(now)):
        return 0
    with transaction():
        schools = summer.by_school(summer_rows.all_rows(season))
    return sum(_remind(number, season, now) for number in sorted(schools))


def _remind(organization_id: int, season: Season, now: datetime) -> int:
    try:
        with transaction() as db:
            organization = db.get_one(Organization, organization_id)
            rows = [row for row in summer_rows.all_rows(season, organization_id) if row.is_open]
            return _tell_silent(organization, rows, season, now) + _tell_to_call_again(
                organization, rows, season, now
            )
    except IntegrityError:
        return 0
    except Exception:
        # One school that cannot be told must not keep all those after it from being told.
        current_app.logger.exception("reminding school number %s failed", organization_id)
        return 0


def _told(organization: Organization, season: Season, kind: str) -> list[SummerReminder]:
    return list(
        session().exec(
            select(SummerReminder).where(
                SummerReminder.organization_id == organization.id,
                SummerReminder.year == season.year,
                SummerReminder.kind == kind,
            )
        )
    )


def _note_told(organization: Organization, season: Season, kind: str, row: Row | None, now) -> None:
    session().add(
        SummerReminder(
            organization_id=organization.id, year=season.year, kind=kind,
            row_key=row.key if row else "", since=_silent_since(row) if row else 0, at=now,
        )
    )  # fmt: skip
    session().flush()


def _silent_since(row: Row) -> int:
    return row.last_call.id if row.last_call else 0


def _tell_silent(organization: Organization, rows: list[Row], season: Season, now: datetime) -> int:
    told = _told(organization, season, SILENT)
    said = {(reminder.row_key, reminder.since) for reminder in told}
    today = local_day(now)
    silent = [r for r in rows if r.is_quiet(today) and (r.key, _silent_since(r)) not in said]
    if not silent or any(now < reminder.at + BETWEEN_MAILS for reminder in told):
        return 0
    for row in silent:
        _note_told(organization, season, SILENT, row, now)
    summer_mails.silent(organization, len(silent), owners=_owners(silent))
    return 1


def _tell_to_call_again(
    organization: Organization, rows: list[Row], season: Season, now: datetime
) -> int:
    is_time = local_day(now) >= season.call_again
    if not rows or not is_time or _told(organization, season, CALL_AGAIN):
        return 0
    _note_told(organization, season, CALL_AGAIN, None, now)
    summer_mails.call_again(organization, len(rows), season, owners=_owners(rows))
    return 1


def _owners(rows: list[Row]) -> list[User]:
    return [session().get_one(User, number) for number in sorted({r.owner_id for r in rows})]


def end_season(*, now: datetime) -> None:
    """Keep the numbers of a season that is over; from 1 November on nothing else."""
    season, today = summer.last_season(local_day(now)), local_day(now)
    kept = select(SummerTotal.id).where(SummerTotal.year == season.year)
    if today < season.erased_on and not session().exec(kept).first():
        for rows in summer.by_school(summer_rows.all_rows(season)).values():
            session().add(summer.total_of(rows, season))
        session().flush()
    year = season.year if today >= season.erased_on else season.year - 1
    for table in (SummerCall, SummerPupil, SummerCover, SummerReminder):
        session().exec(delete(table).where(col(table.year) <= year))  # type: ignore[call-overload]
