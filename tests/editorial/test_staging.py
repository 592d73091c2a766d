"""An import that is under way: unseen until all of it is there, and never there by half."""

import socket
import subprocess
import sys
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, col, func, select

from socialmap.catalogue.models import Revision
from socialmap.editorial import staging
from socialmap.editorial.imports import Plan
from socialmap.editorial.models import Import, StagedService
from socialmap.editorial.operations import create_organization, publish
from socialmap.kit import clock
from socialmap.kit.database import engine, transaction
from socialmap.kit.errors import Refused
from socialmap.network.queries import organization_named

from ..conftest import MONDAY
from ..processes.running import PATIENCE
from ..world import make_document, make_organization, make_service
from .importing import (
    LATER,
    bring_in,
    check,
    file_of,
    found_by_search,
    row,
    services,
    written,
)


@pytest.fixture(autouse=True)
def network(site):
    """An organization and a service that stands in the catalogue already."""
    with transaction():
        make_organization("De Brug", kind="samenwerkingsverband")
        make_service(id="s1", name="Kajuit", with_intake_contact=False)


@pytest.fixture
def plan(tmp_path) -> Plan:
    """Two new services, of which one brings an organization and a word, and a changed one."""
    return check(
        file_of(
            tmp_path,
            row("a1", name="Zeilschool", organization="De Boot", themes=["Vissen"]),
            row("a2", name="Haven"),
            row("s1", name="Zeilkamp"),
        ),
        today=LATER,
    )


def apply(plan: Plan, now=clock.now) -> None:
    staging.apply(plan, today=LATER, now=now)


def looking(look):
    """A clock that looks around at each question; an import asks it before every step."""

    def now():
        look()
        return clock.now()

    return now


def put_aside(plan: Plan) -> int:
    """Do what an import does before the moment at which its services appear."""
    number = staging._begin(plan, clock.now())
    staging._stage(number, plan.ready, clock.now())
    return number


def is_of(number: int, *, process: str, silent_for: timedelta = timedelta()) -> None:
    """Let an import be of another process, last seen so long ago."""
    with transaction() as db:
        db.execute(
            sa.update(Import)
            .where(col(Import.id) == number)
            .values(process=process, seen_at=clock.now() - silent_for)
        )


@pytest.fixture(scope="module")
def dead() -> str:
    """A process of this machine that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(PATIENCE)
    return f"{socket.gethostname()}:{ended.pid}"


def staged() -> int:
    with transaction() as db:
        return db.exec(select(func.count()).select_from(StagedService)).one()


def tidy_up() -> list[str]:
    return staging.tidy_up(today=LATER, now=clock.now())


# Unseen until the moment ----------------------------------------------------


ZEIL = '"zeilschool" "zeilkamp"'
"""Between quotes: else a school is found too, as part of what is asked."""


def test_nothing_is_visible_before_all_of_it_is(plan, site):
    before, seen = written(), []

    def look():
        found = written()
        same = {name: found[name] == before[name] for name in ("services", "change", "revision")}
        seen.append((staged(), all(same.values()), found_by_search(site, ZEIL)))

    apply(plan, now=looking(look))
    assert seen == [(0, True, []), (0, True, []), (3, True, [])]
    assert sorted(found_by_search(site, ZEIL)) == ["a1", "s1"]
    assert found_by_search(site, "kajuit") == []
    after = written()
    assert (after["import_run"], after["staged_service"], after["revision"]) == (0, 0, 4)


def test_large_file_is_put_aside_in_parts_with_room_for_others_between(tmp_path):
    seen, count = [], staging.BATCH + 1
    plan = check(file_of(tmp_path, *(row(f"a{n}") for n in range(count))))
    apply(plan, now=looking(lambda: seen.append(staged())))
    assert seen == [0, 0, staging.BATCH, count]
    assert len(services()) == count + 1 and written()["revision"] == count + 1


def test_import_asks_as_few_questions_of_the_database_for_many_as_for_a_few(tmp_path):
    """For what lets all of it appear holds off everybody who wants to write."""

    def questions(services: int, names: str) -> int:
        rows = [
            row(
                f"a{n}", name=f"{names} {n}", organization=f"{names} {n}", themes=[names],
                municipality="Leiden" if n % 2 else None, hub="a0" if n % 3 else None,
            )
            for n in range(services)
        ]  # fmt: skip
        plan, asked = check(file_of(tmp_path, *rows)), []

        def note(_connection, _cursor, statement, *_more):
            asked.append(statement)

        event.listen(engine(), "before_cursor_execute", note)
        apply(plan)
        event.remove(engine(), "before_cursor_execute", note)
        return len(asked)

    few = questions(2, "Nieuw")
    assert questions(40, "Anders") == few < 40


# Cut off --------------------------------------------------------------------


def test_import_that_is_stopped_leaves_nothing_and_may_be_done_again(plan, tmp_path):
    before = written()
    for step in (2, 3):
        ticks = iter(range(1, step + 1))

        def stop(step=step, ticks=ticks):
            if next(ticks) == step:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            apply(plan, now=looking(stop))
        assert written() == before, f"stopped when it looked at the clock for time {step}"
    bring_in(tmp_path / "aanbod.jsonl")
    assert set(services()) == {"a1", "a2", "s1"}


def test_import_that_is_stopped_just_after_the_moment_is_finished(plan):
    commits = iter(range(1, 99))

    def stop(_session):
        # It begins, it puts aside, it lets appear.
        if next(commits) == 3:
            raise KeyboardInterrupt

    event.listen(Session, "after_commit", stop)
    try:
        # A session that is disturbed while it commits may tell it in its own words.
        with pytest.raises((KeyboardInterrupt, sa.exc.InvalidRequestError)):
            apply(plan)
    finally:
        event.remove(Session, "after_commit", stop)
    after = written()
    assert len(after["services"]) == 3
    assert (after["import_run"], after["staged_service"], after["revision"]) == (0, 0, 4)


def test_import_killed_while_staging_is_undone_at_the_next_start(plan, dead):
    before = written()
    is_of(put_aside(plan), process=dead)
    assert staged() == 3 and tidy_up() == ["aanbod.jsonl"]
    assert written() == before and tidy_up() == []
    apply(plan)
    assert set(services()) == {"a1", "a2", "s1"}


def test_import_killed_after_the_moment_is_finished_at_the_next_start(plan, dead):
    number = put_aside(plan)
    staging._let_appear(number, plan, clock.now())
    is_of(number, process=dead)
    assert set(services()) == {"a1", "a2", "s1"} and written()["revision"] == 1
    assert tidy_up() == ["aanbod.jsonl"]
    after = written()
    assert (after["import_run"], after["staged_service"]) == (0, 0)
    with transaction() as db:
        kept = db.exec(select(Revision).order_by(Revision.service_id, Revision.id)).all()
        assert [(r.service_id, r.document["name"], r.on) for r in kept] == [
            ("a1", "Zeilschool", LATER), ("a2", "Haven", LATER),
            ("s1", "Kajuit", MONDAY), ("s1", "Zeilkamp", LATER),
        ]  # fmt: skip


def test_of_two_machines_that_start_at_once_one_ends_what_was_cut_off(plan, dead):
    is_of(number := put_aside(plan), process=dead)
    with transaction() as db:
        as_both_saw_it = db.get(Import, number)
    assert staging._take_over(as_both_saw_it, clock.now())
    assert not staging._take_over(as_both_saw_it, clock.now())


def test_import_of_a_living_process_is_left_alone_and_a_second_one_refused(plan):
    number, before = put_aside(plan), written()
    for process in (staging._this_process(), f"{socket.gethostname()}:1", "another-machine:1"):
        is_of(number, process=process, silent_for=timedelta(minutes=1))
        with pytest.raises(Refused, match=r"Er loopt al een import \(aanbod\.jsonl\)\. Wacht"):
            apply(plan)
        assert tidy_up() == [] and written() == before, process


def test_import_that_was_not_seen_for_long_has_died_also_when_its_number_is_used_again(plan):
    before = written()
    for process in (staging._this_process(), "another-machine:1"):
        is_of(put_aside(plan), process=process, silent_for=timedelta(minutes=11))
        assert tidy_up() == ["aanbod.jsonl"] and written() == before, process


# Somebody else in the meantime ----------------------------------------------


def publish_the_same_id():
    publish(make_document(id="a2", name="Heel anders"), actor=None, today=MONDAY)


def publish_the_same_name():
    publish(make_document(id="x1", name="Haven"), actor=None, today=MONDAY)


def publish_what_is_changed():
    publish(make_document(id="s1", name="Kajuit", cost="Niets"), actor=None, today=MONDAY)


def leave_an_old_address():
    publish(make_document(id="x1", name="Haven"), actor=None, today=MONDAY)
    publish(make_document(id="x1", name="Kade"), actor=None, today=MONDAY)


def make_the_organization():
    create_organization(name="De Boot")


def rename_the_organization():
    organization_named("De Brug").name = "De Nieuwe Brug"


@pytest.mark.parametrize(
    "deed",
    [
        publish_the_same_id, publish_the_same_name, publish_what_is_changed, leave_an_old_address,
        make_the_organization, rename_the_organization,
    ],
)  # fmt: skip
def test_what_somebody_changed_in_the_meantime_wins_and_nothing_comes_in(plan, deed):
    with transaction():
        deed()
    before = written()
    with pytest.raises(Refused, match="Iemand veranderde intussen dezelfde plekken"):
        apply(plan)
    assert written() == before
