"""The watch lists: which referrals somebody follows, what each asks for, and which need attention.

There is a list for each side: what a school sent, what a provider received, what goes on in
the region of a coordinator. A list is made of facts and dates, with two questions to the
database however long it is; what was written about a pupil is not among them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import aliased, selectinload
from sqlmodel import col, func, or_, select

from ..accounts.absences import REFERRING, away_whom_covers
from ..accounts.models import Role, User
from ..accounts.permissions import can
from ..catalogue.models import Service
from ..kit import clock
from ..kit.clock import local_day
from ..kit.database import session
from ..network.calendar import working_days_after
from ..network.models import Organization, Region
from ..search.analysis import plain
from .duties import DEFAULTS, Kind
from .models import Event, LookAlong, Meeting, MeetingStatus, PrivateRecord, Referral
from .operations import FORM
from .permissions import LOOKERS, Permission
from .receivers import TEAM_ROLES, receives
from .states import CLOSED, OF_TEAM, OPEN, Side, State, Step

QUIET_DAYS = 10
"""How many working days nothing may happen before a referral counts as silent."""

PAGE_SIZE = 50

LONGEST_WORDS = 80

FIRST_MONTH = 8
"""The school year begins on 1 August."""


class Show(StrEnum):
    """Which referrals of a list somebody asks for, as it stands in the address."""

    OPEN = "open"
    LATE = "te-laat"
    QUIET = "stil"
    WAITING = "wacht"
    MISSED = "niet-verschenen"
    NOT_BEGUN = "nog-niet-begonnen"
    CLOSED = "gesloten"
    ALL = "alles"


ATTENTION = (Show.LATE, Show.QUIET, Show.MISSED, Show.NOT_BEGUN)
"""What does not go as it should."""


# What is known ------------------------------------------------------------------------


@dataclass(frozen=True)
class Party:
    """An organization by name, and by its word in the address."""

    slug: str
    name: str


@dataclass(frozen=True)
class Taken:
    """A step that was taken, and when."""

    step: Step
    at: datetime


@dataclass(slots=True)
class Facts:
    """What a list knows of a referral: no word about the pupil."""

    id: int
    reference: str
    state: State
    is_elsewhere: bool
    sent_at: datetime
    duty: Kind | None
    """What is to be done now, by whom and until when; as ``duties`` tells."""
    owner: Side | None
    due: date | None
    meeting_due: date | None
    start_due: date | None
    first_start: date | None
    start_days: int
    """How many working days the region gives to begin after the meeting."""
    service: str
    school: Party
    provider: Party
    steps: Sequence[Taken]
    meeting_on: date | None = None
    """The day of the meeting that is planned."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def last(self) -> Taken:
        """The last step of the two sides."""
        return next(taken for taken in reversed(self.steps) if taken.step not in OF_TEAM)

    @property
    def was_forwarded(self) -> bool:
        return self.state == State.REJECTED and any(t.step == Step.FORWARD for t in self.steps)

    def is_late(self, today: date) -> bool:
        return self.due is not None and today > self.due


# What it asks for: rules of plain values ----------------------------------------------


def meets_on(facts: Facts, today: date) -> date | None:
    """The day of a meeting that is still to come: before it there is nothing to write down."""
    is_ahead = facts.duty == Kind.RECORD and facts.meeting_on and facts.meeting_on > today
    return facts.meeting_on if is_ahead else None


def rests(facts: Facts, today: date) -> bool:
    """Whether it is right that nothing happens: the pupil waits until a day that was promised,
    has a meeting ahead, or has begun and the day to ask how it goes is still to come.
    """
    waiting = (State.ON_HOLD, State.IN_PROGRESS, State.COMPLETED)
    is_waiting = facts.state in waiting or meets_on(facts, today) is not None
    return is_waiting and not facts.is_late(today)


def is_quiet(facts: Facts, today: date) -> bool:
    """Nothing has happened for longer than it should."""
    if not facts.is_open or rests(facts, today):
        return False
    return working_days_after(local_day(facts.last.at), QUIET_DAYS) < today


def was_missed(facts: Facts) -> bool:
    """The pupil did not come, and nothing was agreed since."""
    telling = (Step.NO_SHOW, Step.PLAN, Step.START)
    last = next((taken.step for taken in reversed(facts.steps) if taken.step in telling), None)
    return facts.is_open and last == Step.NO_SHOW


def start_due(facts: Facts) -> date | None:
    """The day on which a pupil who was taken on should have begun.

    The first day that was known when the referral was sent counts unless the yes came only
    after it; then, and when there was none, the region's term after the meeting.
    """
    if facts.state not in (State.ACCEPTED, State.READY):
        return None
    yes = next(taken for taken in reversed(facts.steps) if taken.step == Step.ACCEPT)
    if facts.first_start and facts.first_start >= local_day(yes.at):
        return facts.first_start
    if facts.start_due:
        return facts.start_due
    return working_days_after(facts.meeting_due, facts.start_days) if facts.meeting_due else None


def is_not_begun(facts: Facts, today: date) -> bool:
    due = start_due(facts)
    return due is not None and due < today


def shows_of(facts: Facts, today: date) -> frozenset[Show]:
    """Under which filters a referral stands."""
    stands = {
        Show.OPEN: facts.is_open,
        Show.LATE: facts.is_late(today),
        Show.QUIET: is_quiet(facts, today),
        Show.WAITING: facts.state == State.ON_HOLD,
        Show.MISSED: was_missed(facts),
        Show.NOT_BEGUN: is_not_begun(facts, today),
        Show.CLOSED: facts.state in CLOSED,
        Show.ALL: True,
    }
    return frozenset(show for show, it_does in stands.items() if it_does)


def age_of(facts: Facts, today: date) -> int:
    """How many days it takes already, or took until it was closed."""
    end = today if facts.is_open else local_day(facts.last.at)
    return (end - local_day(facts.sent_at)).days


@dataclass(frozen=True)
class Row:
    """A referral on the list of one side, as it stands today."""

    facts: Facts
    age: int
    owner: str
    """The name of the organization whose turn it is; empty when nobody's."""
    is_mine: bool
    """Whether this side is to act before it can go on."""
    due: date | None
    shows: frozenset[Show]
    next_step: Kind | None
    """What this side can do now; ``None`` when there is only something to look at."""
    meets_on: date | None = None
    """The day of the meeting that comes first, when that is all there is to wait for."""

    @property
    def is_late(self) -> bool:
        return Show.LATE in self.shows

    @property
    def needs_attention(self) -> bool:
        return not self.shows.isdisjoint(ATTENTION)

    @property
    def signs(self) -> list[Show]:
        """What is wrong, beside being late."""
        return [show for show in ATTENTION if show in self.shows and show != Show.LATE]


def row_of(facts: Facts, side: Side, today: date) -> Row:
    """How a referral stands on the list of a side."""
    owner = facts.owner
    shows = shows_of(facts, today)
    step = next_step(facts, side, shows)
    ahead = meets_on(facts, today) if step in (None, Kind.RECORD) else None
    return Row(
        facts=facts,
        age=age_of(facts, today),
        owner=_name_of(owner, facts),
        is_mine=owner == side and not rests(facts, today),
        due=facts.due,
        shows=shows,
        next_step=None if ahead else step,
        meets_on=ahead,
    )


def _name_of(owner: Side | None, facts: Facts) -> str:
    match owner:
        case Side.REFERRER:
            return facts.school.name
        case Side.RECEIVER:
            return facts.provider.name
        case _:
            return ""


def next_step(facts: Facts, side: Side, shows: frozenset[Show]) -> Kind | None:
    """What this side is to do; a pupil who should be there already needs no meeting first."""
    if facts.owner != side or facts.duty is None:
        return None
    is_to_begin = side == Side.RECEIVER and Show.NOT_BEGUN in shows
    return Kind.START if is_to_begin else facts.duty


def order(row: Row) -> tuple[bool, bool, date, float]:
    """Late and yours first, then what is due soonest, then the newest; what is closed last."""
    if not row.facts.is_open:
        return True, False, date.max, -row.facts.last.at.timestamp()
    is_urgent = row.is_late and row.is_mine
    return False, not is_urgent, row.due or date.max, -row.facts.sent_at.timestamp()


# What somebody asks -------------------------------------------------------------------

LISTS = {
    "ontvangen": Side.RECEIVER, "verstuurd": Side.REFERRER, "regio": Side.TEAM,
    "meekijken": Side.LOOKER,
}  # fmt: skip
"""The lists by their word in the address, in the order in which somebody has them."""


_OF_A_REFERRER = (Side.REFERRER, Side.RECEIVER, Side.TEAM, Side.LOOKER)


def lists_of(user: User, today: date) -> list[Side]:
    """The lists that somebody has; most people have one.

    Who refers and sits in a team as well begins with what was sent: a team meets now and then.
    """
    has = {
        Side.RECEIVER: receives(user),
        Side.REFERRER: user.holds(Role.MENTOR) or user.holds(Role.CARETEAM),
        Side.TEAM: user.holds(Role.COORDINATOR),
        Side.LOOKER: bool(schools_looked_at_by(user, today)),
    }
    found = [side for side in LISTS.values() if has[side]]
    refers_elsewhere = any(
        m.role in REFERRING and m.organization and not m.organization.receives_as
        for m in user.memberships
    )
    is_referrer = refers_elsewhere and not user.holds(Role.PROVIDER)
    return sorted(found, key=_OF_A_REFERRER.index) if is_referrer else found


def schools_looked_at_by(user: User, today: date) -> list[int]:
    """The schools in whose lists somebody may look along now."""
    query = select(LookAlong.school_id).where(
        col(LookAlong.organization_id).in_(user.organization_ids(*LOOKERS)),
        col(LookAlong.stopped_at).is_(None),
        LookAlong.until >= today,
    )
    return list(session().exec(query))


@dataclass(frozen=True)
class Choice:
    """Which list somebody looks at and what of it; each choice has an address of its own."""

    side: Side
    show: Show = Show.OPEN
    words: str = ""
    """Part of a reference or of the name of a service."""
    school: str = ""
    provider: str = ""
    is_calm: bool = False
    """Somebody looks along: nothing about a pupil on the screen."""
    page: int = 1

    @classmethod
    def from_args(cls, args: Mapping[str, str], sides: Sequence[Side]) -> "Choice":
        """What an address asks for; a word that is not understood counts as not said."""
        side = LISTS.get(args.get("lijst", ""), sides[0])
        show, page = args.get("toon", ""), args.get("pagina", "")
        return cls(
            side=side if side in sides else sides[0],
            show=Show(show) if show in set(Show) else Show.OPEN,
            words=args.get("q", "").strip()[:LONGEST_WORDS],
            school=args.get("school", ""),
            provider=args.get("aanbieder", ""),
            is_calm=args.get("rustig") == "1",
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    def to_args(self) -> dict[str, str]:
        """What stands in the address; what goes without saying does not."""
        args = {
            "lijst": next(word for word, side in LISTS.items() if side == self.side),
            "toon": self.show if self.show != Show.OPEN else "",
            "q": self.words,
            "school": self.school,
            "aanbieder": self.provider,
            "rustig": "1" if self.is_calm else "",
            "pagina": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in args.items() if value}

    def but(self, **changed: object) -> "Choice":
        """The same question with something else in it, from its first page on."""
        return replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]

    @property
    def is_narrowed(self) -> bool:
        """Whether more is asked than a filter."""
        return bool(self.words or self.school or self.provider)

    @property
    def is_first_look(self) -> bool:
        """Whether this is what somebody sees who asks for nothing."""
        return self.show == Show.OPEN and not self.is_narrowed and self.page == 1

    def fits(self, facts: Facts) -> bool:
        """Whether a referral is among those asked for, whatever the filter."""
        return (
            self.school in ("", facts.school.slug)
            and self.provider in ("", facts.provider.slug)
            and self._names(facts)
        )

    def _names(self, facts: Facts) -> bool:
        if not self.words:
            return True
        # Somebody on the telephone types the number with a space, or as one.
        number = self.words.replace(" ", "").replace("-", "")
        is_number = number.isdecimal() and number in facts.reference.replace("-", "")
        return is_number or plain(self.words) in plain(facts.service)


@dataclass(frozen=True)
class Overview:
    """A school at a glance, of all that it referred."""

    open: int
    late: int
    waiting: int
    quiet: int
    landed: int
    """Who began at a place since the school year began."""


def overview_of(rows: Iterable[Row], today: date) -> Overview:
    first_day = date(today.year if today.month >= FIRST_MONTH else today.year - 1, FIRST_MONTH, 1)
    rows = list(rows)
    counts = Counter(show for row in rows for show in row.shows)
    return Overview(
        open=counts[Show.OPEN],
        late=counts[Show.LATE],
        waiting=counts[Show.WAITING],
        quiet=counts[Show.QUIET],
        landed=sum(has_begun_since(row.facts, first_day) for row in rows),
    )


def has_begun_since(facts: Facts, day: date) -> bool:
    """Whether the pupil began at the place on this day or later, as it was noted."""
    return any(taken.step == Step.START and local_day(taken.at) >= day for taken in facts.steps)


@dataclass(frozen=True)
class Listing:
    """What a choice finds on a list: the rows in their order, and how many other filters find."""

    choice: Choice
    rows: list[Row]
    counts: Mapping[Show, int]
    attention: int
    mine: int
    total: int
    """How long the list is when nothing is asked."""
    schools: list[Party]
    providers: list[Party]
    overview: Overview | None
    """Of the whole list, for a care team."""

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.rows) // PAGE_SIZE))

    @property
    def shown(self) -> list[Row]:
        """The rows of the page."""
        first = (self.choice.page - 1) * PAGE_SIZE
        return self.rows[first : first + PAGE_SIZE]


def listing(user: User, choice: Choice, today: date) -> Listing:
    """What somebody finds on one of their lists."""
    everything = facts_seen_by(user, choice.side, today)
    rows = [row_of(facts, choice.side, today) for facts in everything]
    asked = [row for row in rows if choice.fits(row.facts)]
    has_overview = choice.side == Side.REFERRER and user.holds(Role.CARETEAM)
    counts = Counter(show for row in asked for show in row.shows)
    return Listing(
        choice=choice,
        rows=sorted((row for row in asked if choice.show in row.shows), key=order),
        counts={show: counts[show] for show in Show},
        attention=sum(row.needs_attention for row in asked),
        mine=sum(row.is_mine for row in asked),
        total=len(everything),
        schools=_parties(facts.school for facts in everything),
        providers=_parties(facts.provider for facts in everything),
        overview=overview_of(rows, today) if has_overview else None,
    )


def _parties(found: Iterable[Party]) -> list[Party]:
    return sorted(set(found), key=lambda party: party.name.casefold())


# Asking the database ------------------------------------------------------------------


def _seen_by(user: User, side: Side, today: date):
    """The condition of a list. A draft is seen by its writer alone, and stands apart."""
    match side:
        case Side.REFERRER:
            team = user.organization_ids(Role.CARETEAM)
            covered = col(Referral.referrer_id).in_(away_whom_covers(user, clock.today()))
            works_at = user.organization_ids(*REFERRING)
            mine = or_(
                Referral.referrer_id == user.id,
                col(Referral.organization_id).in_(team),
                covered & col(Referral.organization_id).in_(works_at),
            )
        case Side.RECEIVER:
            receives = user.organization_ids(Role.PROVIDER)
            services = select(Service.id).where(col(Service.organization_id).in_(receives))
            to_mine = or_(
                col(Referral.service_id).in_(services),
                col(Referral.team_id).in_(user.organization_ids(*TEAM_ROLES)),
            )
            mine = to_mine & col(Referral.is_elsewhere).is_(False)
        case Side.LOOKER:
            mine = col(Referral.organization_id).in_(schools_looked_at_by(user, today))
        case _:
            mine = col(Referral.region_id).in_(user.region_ids(Role.COORDINATOR))
    return mine & (Referral.state != State.DRAFT)


def facts_seen_by(user: User, side: Side, today: date) -> list[Facts]:
    """All referrals of a list, in no order."""
    school, provider = aliased(Organization), aliased(Organization)
    seen = _seen_by(user, side, today)
    # Columns, for whole rows would bring the document of each service along.
    found = session().execute(
        select(  # type: ignore[call-overload, misc]
            Referral.id, Referral.reference, Referral.state, Referral.is_elsewhere,
            Referral.sent_at, Referral.duty, Referral.duty_owner, Referral.due_on,
            Referral.meeting_due, Referral.start_due, Referral.first_start,
            Region.start_days, Meeting.starts_at, func.coalesce(Service.name, provider.name),
            school.slug, school.name, provider.slug, provider.name,
        )
        .outerjoin(Service, Referral.service_id == Service.id)
        .join(school, Referral.organization_id == school.id)
        .join(provider, provider.id == func.coalesce(Service.organization_id, Referral.team_id))
        .outerjoin(Region, Referral.region_id == Region.id)
        .outerjoin(
            Meeting,
            (Meeting.referral_id == Referral.id) & (Meeting.status == MeetingStatus.PLANNED),
        )
        .where(seen)
    )  # fmt: skip
    steps = _steps_of(seen)
    return [
        Facts(
            id=number, reference=reference, state=State(state), is_elsewhere=elsewhere,
            sent_at=sent_at, duty=Kind(duty) if duty else None,
            owner=Side(owner) if owner else None, due=due, meeting_due=meeting_due,
            start_due=start_due, first_start=first_start,
            start_days=DEFAULTS.start_days if start_days is None else start_days,
            service=service, school=Party(*names[:2]), provider=Party(*names[2:]),
            steps=steps[number], meeting_on=local_day(starts_at) if starts_at else None,
        )
        for (
            number, reference, state, elsewhere, sent_at, duty, owner, due, meeting_due,
            start_due, first_start, start_days, starts_at, service, *names,
        ) in found
    ]  # fmt: skip


def _steps_of(seen) -> Mapping[int, list[Taken]]:
    """The steps of each referral of a list, in the order in which they were taken."""
    steps = defaultdict(list)
    found = session().execute(
        select(Event.referral_id, Event.step, Event.at)
        .join(Referral, col(Event.referral_id) == Referral.id)
        .where(seen)
        .order_by(col(Event.id))
    )
    for number, step, at in found:
        steps[number].append(Taken(Step(step), at))
    return steps


def initials_seen_by(user: User, ids: Iterable[int]) -> dict[int, str]:
    """The initials of the pupils of these referrals, of those that this person may read.

    Some questions to the database, however many there are; nothing else is decrypted.
    """
    found = session().exec(
        select(Referral)
        .where(col(Referral.id).in_(list(ids)))
        .options(selectinload(Referral.events), selectinload(Referral.looks))  # type: ignore[arg-type]
    )
    readable = [r.id for r in found.unique() if can(user, Permission.READ, r)]
    forms = session().exec(
        select(PrivateRecord).where(
            col(PrivateRecord.referral_id).in_(readable), PrivateRecord.name == FORM
        )
    )
    initials = {form.referral_id: form.content.get("initials") for form in forms}
    return {number: str(text) for number, text in initials.items() if text}
