"""Carrying an import out while the site keeps storing what people send.

The services are put aside in small transactions, each of which holds the write lock for a
part of a second; then one transaction lets them all appear at once. A run that is cut off
before that moment is undone at the next start, one after it is finished (``tidy_up()``).
"""

import os
import socket
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from ..catalogue.models import OldSlug, Revision, Service
from ..kit import changes
from ..kit.database import session, transaction
from ..kit.errors import Refused
from ..kit.slugs import slugify, unused
from ..kit.words import _
from ..network.models import Organization
from .imports import Plan, Ready
from .models import Import, StagedService
from .operations import plain

BATCH = 250
"""Services in one transaction."""

PAUSE = 0.02
"""Seconds between two transactions, in which another writer gets its turn."""

SILENT = timedelta(minutes=10)
"""An import that was not seen for so long has died: after a new start of the machine another
process may have its number."""

Clock = Callable[[], datetime]


def apply(plan: Plan, *, today: date, now: Clock) -> None:
    """Bring what a plan holds into the catalogue, all at once.

    Raises ``Refused`` when another import is under way, or when somebody changed the same
    services in the meantime; then nothing of the plan has come in.
    """
    number = _begin(plan, now())
    try:
        for batch in _batches(plan.ready):
            _stage(number, batch, now())
        _let_appear(number, plan, now())
    except BaseException:
        # The blow may have fallen just after the moment at which all of it appeared.
        _end(number, today)
        raise
    _end(number, today)


def _begin(plan: Plan, now: datetime) -> int:
    with transaction() as db:
        for other in db.exec(select(Import)):
            if _is_alive(other, now):
                raise Refused(
                    _("Er loopt al een import (%(file)s). Wacht tot die klaar is.", file=other.file)
                )
        run = Import(file=plan.file, process=_this_process(), seen_at=now)
        db.add(run)
        db.flush()
        return run.id


def _batches(ready: list[Ready]) -> Iterator[list[Ready]]:
    rows = iter(ready)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _stage(number: int, batch: list[Ready], now: datetime) -> None:
    """Put services aside, where no visitor sees them."""
    rows = [
        {
            "import_id": number,
            "is_new": ready.is_new,
            "old_slug": ready.old_slug,
            "service_id": ready.document.id,
            "slug": ready.slug,
            "name": ready.document.name,
            "organization_name": ready.document.organization,
            "municipality_code": ready.municipality_code,
            "hub_id": ready.document.hub,
            "status": ready.document.status,
            "document": plain(ready.document),
            "edited_on": ready.document.updated,
        }
        for ready in batch
    ]
    with transaction() as db:
        db.execute(_insert_all(StagedService), rows)
        db.execute(sa.update(Import).where(col(Import.id) == number).values(seen_at=now))
    time.sleep(PAUSE)


def _insert_all(table: type[SQLModel]) -> sa.Insert:
    """For many rows in one statement, also when some of them lack what others have."""
    return sa.insert(table).execution_options(render_nulls=True)


def _let_appear(number: int, plan: Plan, now: datetime) -> None:
    """The one moment at which all of it is there: rows are copied inside the database."""
    try:
        with transaction() as db:
            plan.words.add_unknown()
            _add_organizations(plan)
            _insert_new(number)
            _update_changed(number)
            _refuse_what_others_changed(number, plan)
            _remember_old_slugs(number)
            changes.record("import", str(number))
            db.execute(sa.update(Import).where(col(Import.id) == number).values(applied_at=now))
    except sa.exc.IntegrityError as error:
        raise _somebody_was_first() from error


def _somebody_was_first() -> Refused:
    return Refused(
        _(
            "Iemand veranderde intussen dezelfde plekken. Er is niets ingelezen: "
            "probeer het nog eens."
        )
    )


def _add_organizations(plan: Plan) -> None:
    """The organizations that a file names and nobody knew: their kind is for an editor to tell."""
    db = session()
    taken = set(db.exec(select(Organization.slug)))
    rows = []
    for name, place in plan.new_organizations.items():
        slug = unused(slugify(name), taken.__contains__)
        taken.add(slug)
        rows.append(
            {
                "name": name,
                "slug": slug,
                "region_id": plan.region.id if plan.region else place and place.region_id,
                "municipality_code": place and place.code,
            }
        )
    if rows:
        db.execute(_insert_all(Organization), rows)


_COPIED = ("slug", "name", "municipality_code", "hub_id", "status", "document", "edited_on")
"""Columns that a service takes over from where it was put aside."""


def _staged(number: int, *, is_new: bool) -> sa.ColumnElement[bool]:
    return sa.and_(col(StagedService.import_id) == number, col(StagedService.is_new).is_(is_new))


def _insert_new(number: int) -> None:
    rows = (
        sa.select(
            col(StagedService.service_id),
            *(getattr(StagedService, name) for name in _COPIED),
            col(Organization.id),
            sa.literal(1),
            col(StagedService.edited_on),
            sa.literal(False),
        )
        .join(Organization, col(Organization.name) == col(StagedService.organization_name))
        .where(_staged(number, is_new=True))
    )
    columns = ["id", *_COPIED, "organization_id", "version", "created_on", "is_demo"]
    session().execute(sa.insert(Service).from_select(columns, rows))


def _update_changed(number: int) -> None:
    values = {name: getattr(StagedService, name) for name in _COPIED}
    session().execute(
        sa.update(Service)
        .where(
            col(Service.id) == col(StagedService.service_id),
            col(Organization.name) == col(StagedService.organization_name),
            _staged(number, is_new=False),
        )
        .values(**values, organization_id=col(Organization.id), version=col(Service.version) + 1)
        .execution_options(synchronize_session=False)
    )


def _refuse_what_others_changed(number: int, plan: Plan) -> None:
    """All that was staged has the version that was expected, and no address of another."""
    db = session()
    staged = sa.and_(
        col(StagedService.service_id) == col(Service.id), col(StagedService.import_id) == number
    )
    found = db.execute(sa.select(col(Service.id), col(Service.version)).join(StagedService, staged))
    if {key: version for key, version in found} != {
        ready.document.id: ready.version for ready in plan.ready
    }:
        raise _somebody_was_first()
    taken = (
        select(OldSlug)
        .join(StagedService, col(StagedService.slug) == col(OldSlug.slug))
        .where(StagedService.import_id == number, StagedService.service_id != OldSlug.service_id)
    )
    if db.exec(taken).first():
        raise _somebody_was_first()


def _remember_old_slugs(number: int) -> None:
    """The old address of what got another name keeps leading to it."""
    db = session()
    changed = _staged(number, is_new=False)
    taken_back = sa.select(col(StagedService.slug)).where(changed)
    db.execute(
        sa.delete(OldSlug)
        .where(col(OldSlug.slug).in_(taken_back))
        .execution_options(synchronize_session=False)
    )
    left = sa.select(col(StagedService.old_slug), col(StagedService.service_id)).where(
        changed, col(StagedService.old_slug) != col(StagedService.slug)
    )
    db.execute(sa.insert(OldSlug).from_select(["slug", "service_id"], left))


def _end(number: int, today: date) -> None:
    """Finish an import whose services have appeared; undo one that did not come so far."""
    with transaction() as db:
        run = db.get(Import, number)
    if run is None:
        return
    if run.applied_at is None:
        _undo(number)
    else:
        _finish(number, today)


def _finish(number: int, today: date) -> None:
    """Keep a version of everything that came in, and clear what was put aside."""
    rest = col(StagedService.import_id) == number
    while ids := _first_ids(rest):
        batch = col(StagedService.id).in_(ids)
        kept = sa.select(
            col(StagedService.service_id), sa.literal(today), col(StagedService.document)
        ).where(batch)
        with transaction() as db:
            db.execute(sa.insert(Revision).from_select(["service_id", "on", "document"], kept))
            db.execute(sa.delete(StagedService).where(batch))
        time.sleep(PAUSE)
    _forget(number)


def _undo(number: int) -> None:
    """Clear what was put aside by a run that did not come to its end."""
    rest = col(StagedService.import_id) == number
    while ids := _first_ids(rest):
        with transaction() as db:
            db.execute(sa.delete(StagedService).where(col(StagedService.id).in_(ids)))
        time.sleep(PAUSE)
    _forget(number)


def _first_ids(which: sa.ColumnElement[bool]) -> list[int]:
    with transaction() as db:
        return list(db.exec(select(StagedService.id).where(which).limit(BATCH)))


def _forget(number: int) -> None:
    with transaction() as db:
        db.execute(sa.delete(Import).where(col(Import.id) == number))


def tidy_up(*, today: date, now: datetime) -> list[str]:
    """Finish or undo the imports whose process has died. Returns the names of their files."""
    with transaction() as db:
        runs = db.exec(select(Import).order_by(col(Import.id)))
        dead = [run for run in runs if not _is_alive(run, now)]
    ours = [run for run in dead if _take_over(run, now)]
    for run in ours:
        _end(run.id, today)
    return [run.file for run in ours]


def _take_over(run: Import, now: datetime) -> bool:
    """Make a dead import ours, so that of two machines that start at once one ends it."""
    claim = (
        sa.update(Import)
        .where(
            col(Import.id) == run.id,
            col(Import.process) == run.process,
            col(Import.seen_at) == run.seen_at,
        )
        .values(process=_this_process(), seen_at=now)
    )
    with transaction() as db:
        return db.connection().execute(claim).rowcount == 1


def _this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_alive(run: Import, now: datetime) -> bool:
    if now - run.seen_at >= SILENT:
        return False
    host, _colon, number = run.process.rpartition(":")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
