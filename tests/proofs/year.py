"""A year of referrals, day by day: everything overdue is told once, to the right people, in turn.

Schools refer pupils to providers, and everybody has habits: most act in time, some only after
a reminder, a few when the coordinator calls, a few never. The clock moves a day at a time in one
process; every day people do what they do, and then the worker reminds and erases. What ought to
have been told is reckoned apart, from the duties as they stood each evening.
"""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func
from sqlalchemy.orm import selectinload
from sqlmodel import col, select

from socialmap import create_app
from socialmap.accounts.models import Role, User
from socialmap.accounts.queries import people_of
from socialmap.catalogue.models import Service
from socialmap.editorial.operations import publish
from socialmap.kit import clock
from socialmap.kit.clock import local_day
from socialmap.kit.database import session, transaction
from socialmap.kit.outbox import OutboxMail
from socialmap.network.calendar import is_working_day, working_days_after
from socialmap.referrals import operations, queries
from socialmap.referrals.duties import Duty, Kind, duty_of
from socialmap.referrals.lists import facts_seen_by
from socialmap.referrals.models import Event, PrivateRecord, Referral, Reminder
from socialmap.referrals.receivers import Receiver
from socialmap.referrals.reminders import remind_due
from socialmap.referrals.states import OPEN, Side, Step

from ..conftest import fill, make_config
from ..referrals.walk import DEEDS
from ..world import (
    PUPIL,
    at,
    intaker_of,
    make_document,
    make_organization,
    make_user,
    the_region,
)
from . import Claim, Outcome, table

SEED = 1
FIRST = date(2026, 8, 31)
"""The first Monday of the school year of the middle region."""
REFERRALS, SCHOOLS, PROVIDERS, DAYS = 2_000, 40, 60, 365
GAP = 2
"""Working days between two rounds: what a region has when it sets nothing."""

NEXT = {
    Kind.OPEN: (Step.OPEN,),
    Kind.ANSWER: (Step.ACCEPT, Step.ACCEPT, Step.ACCEPT, Step.REJECT, Step.HOLD, Step.ASK),
    Kind.QUESTION: (Step.ANSWER, Step.ANSWER, Step.ANSWER, Step.CANCEL),
    Kind.HOLD: (Step.ACCEPT, Step.ACCEPT, Step.REJECT),
    Kind.MEETING: (Step.PLAN, Step.PLAN, Step.PLAN, Step.PLAN, Step.STOP),
    Kind.RECORD: (Step.RECORD, Step.RECORD, Step.RECORD, Step.NO_SHOW, Step.CALL_OFF),
    Kind.CONFIRM: (Step.CONFIRM,),
    Kind.START: (Step.START, Step.START, Step.START, Step.STOP),
    Kind.CHECK: (Step.CHECK,),
    Kind.COMPLETE: (Step.COMPLETE,),
    Kind.FOLLOW_UP: (Step.FOLLOW_UP,),
}
"""What may be done about a duty; what is oftener done stands oftener."""

BESIDES = (Step.MESSAGE, Step.SUPPLEMENT, Step.PASS_ON)


@dataclass
class Year:
    """The people, what they are going to do, and what was seen."""

    chance: random.Random
    mentors: list[User] = field(default_factory=list)
    coordinators: list[User] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    agenda: dict[date, list[tuple[int, str, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """What will be done on a day, by duty."""
    seen: dict[tuple[int, str, int], list[date]] = field(default_factory=lambda: defaultdict(list))
    """By duty: the evenings on which it was late and could be told about."""
    owners: dict[tuple[int, str, int], Side] = field(default_factory=dict)
    keys: dict[tuple[int, int], tuple[int, str, int]] = field(default_factory=dict)
    """The duty of each late referral, by referral and version: a duty stays until a deed."""
    done: Counter[str] = field(default_factory=Counter)


def prove(folder: Path) -> Outcome:
    return simulate(
        folder, referrals=REFERRALS, schools=SCHOOLS, providers=PROVIDERS, days=DAYS, seed=SEED
    )


def simulate(
    folder: Path, *, referrals: int, schools: int, providers: int, days: int, seed: int
) -> Outcome:
    """Live the days one after another, and judge what was told."""
    config = make_config(folder)
    fill(config, with_demo=False)
    clock.fix(FIRST)
    app = create_app(config)
    with app.app_context():
        year = Year(random.Random(seed))
        with transaction():
            populate(year, schools=schools, providers=providers)
        working = [
            day for day in map(_day, range(days - 60 if days > 120 else days // 3))
            if is_working_day(day)
        ]  # fmt: skip
        begin = Counter(year.chance.choice(working) for _referral in range(referrals))
        for number in range(days):
            live(year, _day(number), begin[_day(number)])
        return Outcome(list(judge(year, referrals)), told(year))


def _day(number: int) -> date:
    return FIRST + timedelta(days=number)


def populate(year: Year, *, schools: int, providers: int) -> None:
    """Schools with a mentor, providers with a service and two intake contacts, coordinators."""
    the_region()
    for _school in range(schools):
        year.mentors.append(make_user(Role.MENTOR, make_organization(refers=True)))
    for number in range(providers):
        provider = make_organization(f"Aanbieder {number}", kind="samenwerkingsverband")
        for _person in range(2):
            make_user(Role.PROVIDER, provider)
        service = publish(make_document(organization=provider.name), actor=None, today=FIRST)
        year.services.append(service.id)
    year.coordinators += [make_user(Role.COORDINATOR) for _person in range(2)]


def live(year: Year, day: date, begin: int) -> None:
    """One day: new referrals, what people do about their duties, and in the evening the worker."""
    clock.fix(day)
    for _referral in range(begin):
        with transaction():
            refer(year, at(day, 9))
    for referral_id, kind, since in year.agenda.pop(day, ()):
        with transaction() as db:
            act(year, db.get_one(Referral, referral_id), (kind, since), day)
    with transaction():
        watch(year, day)
    for hour in (17, 20):  # twice, for what was told must not be told again
        remind_due(now=at(day, hour))
    if day.weekday() == 6:
        with transaction():
            operations.erase_after_retention(now=at(day, 22))


def refer(year: Year, now: datetime) -> None:
    mentor = session().get_one(User, year.chance.choice(year.mentors).id)
    service = session().get_one(Service, year.chance.choice(year.services))
    referral = operations.start_draft(
        to=Receiver(service), organization=mentor.memberships[0].organization, actor=mentor,
        start_key=f"{now}-{year.done['send']}", now=now,
    )  # fmt: skip
    operations.save_draft(referral, PUPIL, now=now)
    operations.send(referral, actor=mentor, now=now)
    year.done["send"] += 1
    intend(year, referral, local_day(now))


def key_of(referral: Referral, duty: Duty) -> tuple[int, str, int]:
    return referral.id, duty.kind, duty.since


def act(year: Year, referral: Referral, planned: tuple[str, int], day: date) -> None:
    """Who has the duty does it, if it is still the same, and the next one gets its day."""
    duty = duty_of(referral)
    if duty is None or (duty.kind, duty.since) != planned:
        return
    if year.chance.random() < 0.1 and referral.state in OPEN:
        take(year, referral, year.chance.choice(BESIDES), day)
    take(year, referral, year.chance.choice(NEXT[duty.kind]), day)
    intend(year, referral, day)


def intend(year: Year, referral: Referral, day: date) -> None:
    """Put in the agenda when the duty will be done: mostly in time, some late, a few never."""
    duty = duty_of(referral)
    habit = year.chance.random()
    if duty is None or habit >= 0.97:
        return
    due = duty.due or day + timedelta(days=year.chance.randrange(60))
    if habit < 0.7:
        when = day + timedelta(days=year.chance.randrange(max(1, (due - day).days)) + 1)
    else:
        when = due + timedelta(days=year.chance.randrange(1, 15))
    while not is_working_day(when):
        when += timedelta(days=1)
    year.agenda[max(when, day + timedelta(days=1))].append(key_of(referral, duty))


def take(year: Year, referral: Referral, step: Step, day: date) -> None:
    side = Side.RECEIVER
    if step in (Step.ANSWER, Step.CANCEL, Step.FOLLOW_UP, Step.SUPPLEMENT):
        side = Side.REFERRER
    actor = referral.referrer if side == Side.REFERRER else intaker_of(referral)
    DEEDS[step](referral, actor, side, at(day, 12))
    year.done[step] += 1


def watch(year: Year, day: date) -> None:
    """Note, before the worker comes, which duties are late and may be told about today."""
    late = select(Referral.id, Referral.version).where(col(Referral.due_on) < day)
    found = [tuple(row) for row in session().exec(late)]
    reckon(year, [number for number, version in found if (number, version) not in year.keys])
    if is_working_day(day):
        for row in found:
            year.seen[year.keys[row]].append(day)


def reckon(year: Year, numbers: list[int]) -> None:
    """Work out the duties of these referrals from their whole history."""
    query = (
        select(Referral)
        .where(col(Referral.id).in_(numbers))
        .options(
            selectinload(Referral.events),
            selectinload(Referral.meetings),  # type: ignore[arg-type]
        )
    )
    for referral in session().exec(query).unique():
        duty = duty_of(referral)
        assert duty is not None, "a day is kept for a duty that is not there"
        key = key_of(referral, duty)
        year.keys[referral.id, referral.version] = key
        year.owners[key] = duty.owner


def expected(year: Year, key: tuple[int, str, int]) -> list[tuple[str, date]]:
    """Which rounds should have been told of a duty and on which day, by the evenings it was late.

    The first on the first of them, each next one when its working days since have passed.
    """
    rounds = (
        ("owner", "school", "coordinator")
        if year.owners[key] == Side.RECEIVER
        else ("owner", "coordinator")
    )
    found: list[tuple[str, date]] = []
    for evening in year.seen[key]:
        waited = not found or evening >= working_days_after(found[-1][1], GAP)
        if waited and len(found) < len(rounds):
            found.append((rounds[len(found)], evening))
    return found


def judge(year: Year, referrals: int):
    """What was promised, beside what stands in the database."""
    told_of: dict[tuple[int, str, int], list[tuple[str, date]]] = defaultdict(list)
    for reminder in session().exec(select(Reminder).order_by(col(Reminder.id))):
        key = reminder.referral_id, reminder.kind, reminder.since
        told_of[key].append((reminder.round, local_day(reminder.at)))
    wanted = {key: rounds for key in year.seen if (rounds := expected(year, key))}
    wrong = sum(told_of.get(key) != rounds for key, rounds in wanted.items())
    wrong += sum(key not in wanted for key in told_of)
    yield Claim(
        "duties told about in the right turn, on the right days",
        f"all of {len(wanted)}", f"{len(wanted) - wrong}", wrong == 0 and len(wanted) > 0,
    )  # fmt: skip

    mails = list(session().exec(select(OutboxMail)))
    twice = Counter((m.thread, m.recipient_kind, m.recipient_id, m.kind, m.subject, m.body)
                    for m in mails if m.kind in MAILS.values())  # fmt: skip
    doubled = [row for row, count in twice.items() if count > 1]
    yield Claim("reminders mailed twice", "0", str(len(doubled)), not doubled)

    rounds = Counter(name for rounds in told_of.values() for name, _day in rounds)
    astray = list(_astray(year, mails))
    for name, kind in MAILS.items():
        count = len({(m.thread, local_day(m.created_at)) for m in mails if m.kind == kind})
        yield Claim(f"rounds told to the {name} with a mail", str(rounds[name]), str(count),
                    count == rounds[name])  # fmt: skip
    yield Claim("reminders to somebody else than the right one", "0", str(len(astray)), not astray)

    all_of = list(session().exec(select(Referral)).unique())
    yield Claim("referrals sent", str(referrals), str(len(all_of)), len(all_of) == referrals)
    steps = Counter(session().exec(select(Event.step)))
    steps.pop(Step.LAPSE, 0)  # nobody did that
    lost = {s: (year.done[s], steps[s]) for s in {*steps, *year.done} if steps[s] != year.done[s]}
    yield Claim("steps whose events differ from the deeds", "none", str(lost or "none"), not lost)

    lists = _sums(year)
    yield Claim(
        "sums of the schools' and the providers' lists", f"{referrals} each",
        f"{lists[0]} and {lists[1]}", lists == (referrals, referrals),
    )  # fmt: skip
    homeless = [r.reference for r in all_of if r.state in OPEN and duty_of(r) is None]
    yield Claim("open referrals that nobody has to act on", "0", str(len(homeless)), not homeless)
    kept = session().exec(select(func.count(func.distinct(PrivateRecord.referral_id)))).one()
    erased = sum(r.erased_at is not None for r in all_of)
    yield Claim("referrals erased, and those of whom something is kept", f"{referrals} together",
                f"{erased} and {kept}", erased + kept == referrals)  # fmt: skip


MAILS = {
    "owner": "referrals/reminder",
    "school": "referrals/overdue",
    "coordinator": "referrals/escalated",
}


def _astray(year: Year, mails: list[OutboxMail]):
    """Mails about something late that went to somebody who stands outside it."""
    coordinators = {("user", str(person.id)) for person in year.coordinators}
    people: dict[str, tuple[set, set]] = {}
    for mail in mails:
        if mail.kind not in MAILS.values():
            continue
        if mail.thread not in people:
            referral = queries.by_reference(mail.thread.removeprefix("referral-"))
            assert referral is not None
            school = {("user", str(referral.referrer_id)),
                      ("organization", str(referral.organization_id))}  # fmt: skip
            provider = referral.service.organization_id
            receivers = {("user", str(p.id)) for p in people_of(provider, Role.PROVIDER)}
            people[mail.thread] = school, receivers
        school, receivers = people[mail.thread]
        right = {
            "referrals/reminder": school | receivers,
            "referrals/overdue": school,
            "referrals/escalated": coordinators,
        }[mail.kind]
        if (mail.recipient_kind, mail.recipient_id) not in right:
            yield mail


def _sums(year: Year) -> tuple[int, int]:
    """How many referrals stand on the lists of all mentors, and on those of all providers."""
    mentors = [session().get_one(User, mentor.id) for mentor in year.mentors]
    services = [session().get_one(Service, service) for service in year.services]
    intakers = [people_of(service.organization_id, Role.PROVIDER)[0] for service in services]
    return (
        sum(len(facts_seen_by(mentor, Side.REFERRER, clock.today())) for mentor in mentors),
        sum(len(facts_seen_by(intaker, Side.RECEIVER, clock.today())) for intaker in intakers),
    )


def told(year: Year) -> str:
    """How many of each step, round and mail there were."""
    steps = sorted(year.done.items(), key=lambda row: -row[1])
    mails = session().exec(select(OutboxMail.kind, func.count()).group_by(col(OutboxMail.kind)))
    return "\n\n".join((
        table(("step", "times"), [(str(step), count) for step, count in steps]),
        table(("mail", "times"), sorted(mails, key=lambda row: -row[1])),
    ))  # fmt: skip
