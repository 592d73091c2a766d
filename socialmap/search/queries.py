"""Looking up the thesaurus, and by which words people search."""

from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO

from sqlmodel import col, func, select

from ..kit import plain_yaml
from ..kit.database import session
from ..kit.slugs import slugify
from .analysis import plain
from .counts import KEPT, LEAST_SHOWN
from .models import ThesaurusGroup, WordCount
from .thesaurus import Group, shipped

# The thesaurus --------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """A group as an editor sees it, beside what came with the software."""

    group: Group
    is_shipped: bool
    edited_at: datetime | None = None
    is_removed: bool = False

    @property
    def is_edited(self) -> bool:
        """Whether it is not, or not any more, as it came with the software."""
        return self.edited_at is not None

    @property
    def slug(self) -> str:
        """How its address names it."""
        return slugify(self.group.name)


def groups() -> list[Group]:
    """The thesaurus: what came with the software, and over it what an editor changed."""
    return [standing.group for standing in standings() if not standing.is_removed]


def standings() -> list[Standing]:
    """Every group, the removed ones among them, those of the software first."""
    found = {name: Standing(group, is_shipped=True) for name, group in shipped().items()}
    for row in session().exec(select(ThesaurusGroup).order_by(ThesaurusGroup.name)):
        group = shipped().get(row.name) if row.is_removed else row.group
        if group is not None:
            found[row.name] = Standing(group, row.name in shipped(), row.edited_at, row.is_removed)
    return list(found.values())


def standing_of(slug: str) -> Standing | None:
    """The group that an address names."""
    return next((standing for standing in standings() if standing.slug == slug), None)


def group_named(name: str) -> Group | None:
    return next((group for group in groups() if group.name == name), None)


def group_asked_by(word: str) -> Group | None:
    """The group that is asked by a word: rather the one of that name than one that holds it."""
    asked = plain(word)
    found = [group for group in groups() if asked in map(plain, group.asked_by)]
    return min(found, key=lambda group: plain(group.name) != asked, default=None)


def as_yaml() -> str:
    """The thesaurus as a file, as the ones that come with the software."""
    file = StringIO()
    rows = [
        {"name": group.name}
        | {
            part: list(words)
            for part in ("words", "also", "terms")
            if (words := getattr(group, part))
        }
        for group in groups()
    ]
    plain_yaml.dump(rows, file)
    return file.getvalue()


# Counts ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A word, and how many times it was asked in a year."""

    word: str
    times: int


def frequent_without_result(today: date, *, most: int) -> list[Asked]:
    """The words that matched nothing when they were asked, most often asked first."""
    return _asked(func.sum(WordCount.missed), today, most)


def most_asked(today: date, *, most: int) -> list[Asked]:
    """The words by which people search most."""
    return _asked(func.sum(WordCount.asked), today, most)


def _asked(times, today: date, most: int) -> list[Asked]:
    """The words of the last year by such a count, without those that hardly anybody asked."""
    question = (
        select(WordCount.word, times)
        .where(col(WordCount.day) >= today - KEPT)
        .group_by(WordCount.word)
        .having(times >= LEAST_SHOWN)
        .order_by(times.desc(), col(WordCount.word))
        .limit(most)
    )
    return [Asked(word, int(count)) for word, count in session().exec(question)]
