"""The summer list: pupils of a school who have no place to go to yet, from May to 1 October.

On it stand by themselves the referrals that found no place, and the pupils whom the school
adds by hand with a word of its own. Here are the rules, on plain values: the season, what a row
tells, and what somebody asks for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from .lists import Party
from .models import SummerTotal
from .states import State

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
