"""Counting by which words people search, without personal data.

Only single words are counted, each by itself: no order, no time of day, nothing about who
asked or what was asked beside it. A word that the catalogue or the thesaurus holds is
counted as it is. Any other may be a name: of it only a keyed hash is kept with the days on
which it was asked, until it was asked on ``DAYS_TO_READ`` days. Then it is no longer one
person's word, and becomes readable. After a year a day is erased.
"""

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from ..kit.database import session, transaction
from .models import HashedWordCount, WordCount, WordKey

log = logging.getLogger(__name__)

DAYS_TO_READ = 5
"""On so many different days an unknown word must be asked before anybody can read it."""

KEPT = timedelta(days=365)

LEAST_SHOWN = 5
"""A word that was asked fewer times than this is shown nowhere."""

SHORTEST, LONGEST = 2, 40

MOST_WAITING = 1000
"""So many different words wait in memory at most."""

_NUMBER = re.compile(r"\d{3}")
"""A run of digits may be a telephone number, a postcode or the number of a person."""


@dataclass(frozen=True)
class CountedWord:
    """A word of a question, in lower case without accents."""

    word: str
    is_known: bool
    """Whether the catalogue or the thesaurus holds it."""
    found: bool
    """Whether the word itself matched at least one service."""


@dataclass
class Tally:
    """How often a word was asked, and how often it matched nothing."""

    asked: int = 0
    missed: int = 0

    def add(self, other: "Tally") -> None:
        self.asked += other.asked
        self.missed += other.missed


Tallies = dict[tuple[str, bool], Tally]
"""What waits to be written, by word and whether it is known."""

Places = dict[tuple[str, date], Tally]
"""What is written, by word and day."""


class _Buffer:
    """The counts of this process that are not written yet."""

    def __init__(self) -> None:
        self._adding = Lock()
        self._waiting: Tallies = {}
        self._left_out = 0

    def add(self, tallies: Iterable[tuple[tuple[str, bool], Tally]]) -> None:
        with self._adding:
            for key, tally in tallies:
                known = self._waiting.get(key)
                if known is not None:
                    known.add(tally)
                elif len(self._waiting) < MOST_WAITING:
                    self._waiting[key] = tally
                else:
                    self._left_out += tally.asked

    def take(self) -> tuple[Tallies, int]:
        """All that waits, and how often a word was left out; afterwards nothing waits."""
        with self._adding:
            taken = self._waiting, self._left_out
            self._waiting, self._left_out = {}, 0
            return taken


_buffer = _Buffer()


def may_be_counted(word: str) -> bool:
    """Whether a word is counted at all, in whatever form."""
    return SHORTEST <= len(word) <= LONGEST and not _NUMBER.search(word)


def note(words: Iterable[CountedWord]) -> None:
    """Count the words of one search, each once.

    Adds to a buffer in memory, which ``flush()`` writes. When ``MOST_WAITING`` different
    words wait there, another one is left out, and the next flush logs how many were.
    """
    _buffer.add(
        ((counted.word, counted.is_known), Tally(1, int(not counted.found)))
        for counted in set(words)
        if may_be_counted(counted.word)
    )


def flush(today: date) -> None:
    """Write what this process counted, in one short transaction of its own.

    Call it every ten seconds and at the end of a process: after a ``kill -9`` what was
    noted since the last flush is lost, and nothing else. A word asked just before midnight
    may count for the day after. When the database cannot be written the counts wait for
    the next flush, and the error is raised.
    """
    waiting, left_out = _buffer.take()
    if left_out:
        log.warning("%d words were not counted: too many different ones at once", left_out)
    if not waiting:
        return
    try:
        with transaction() as db:
            _write(db, waiting, today)
    except Exception:
        _buffer.add(waiting.items())
        raise


def erase_old(today: date) -> None:
    """Erase what was counted more than a year ago."""
    for table in (WordCount, HashedWordCount):
        session().exec(sa.delete(table).where(col(table.day) < today - KEPT))


def _write(db: Session, waiting: Tallies, today: date) -> None:
    """Add to the tables, always in one order: two processes must not wait for each other."""
    # Copies: what waits must stay as it is, to be written later when this fails.
    readable = {(word, today): replace(t) for (word, is_known), t in waiting.items() if is_known}
    unknown = {word: tally for (word, is_known), tally in waiting.items() if not is_known}
    if unknown:
        key = _key(db)
        hashes = {_hashed(key, word): word for word in unknown}
        _add(db, HashedWordCount, {(h, today): unknown[word] for h, word in hashes.items()})
        for place, tally in _made_readable(db, hashes, today).items():
            readable.setdefault(place, Tally()).add(tally)
    _add(db, WordCount, readable)


INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _add(db: Session, table: type[WordCount | HashedWordCount], tallies: Places) -> None:
    """Add to the row of each word and day, or make it when no process did so before."""
    if not tallies:
        return
    first = INSERT[db.get_bind().dialect.name](table)
    more = {name: getattr(table, name) + first.excluded[name] for name in ("asked", "missed")}
    db.connection().execute(
        first.on_conflict_do_update(index_elements=["word", "day"], set_=more),
        [
            {"word": word, "day": day, "asked": tally.asked, "missed": tally.missed}
            for (word, day), tally in sorted(tallies.items(), key=lambda row: row[0])
        ],
    )


def _made_readable(db: Session, hashes: dict[str, str], today: date) -> Places:
    """Take out the hashed rows of words that may be read from now on, by word and day."""
    kept = col(HashedWordCount.day) >= today - KEPT
    found: Places = {}
    days = (
        select(HashedWordCount.word)
        .where(col(HashedWordCount.word).in_(hashes), kept)
        .group_by(HashedWordCount.word)
        .having(func.count() >= DAYS_TO_READ)
    )
    read_before = select(WordCount.word).where(
        col(WordCount.word).in_(hashes.values()), col(WordCount.day) >= today - KEPT
    )
    due, known = set(db.exec(days)), set(db.exec(read_before))
    due |= {hashed for hashed, word in hashes.items() if word in known}
    rows = select(HashedWordCount).where(col(HashedWordCount.word).in_(due), kept)
    # Whoever takes a row locks it first, or two processes would both count it.
    for row in db.exec(rows.order_by(HashedWordCount.word).with_for_update()):
        found[hashes[row.word], row.day] = Tally(row.asked, row.missed)
        db.delete(row)
    db.flush()
    return found


def _key(db: Session) -> bytes:
    """The key of the hashes; made when there is none."""
    found = db.get(WordKey, 1)
    if found is None:
        try:
            with db.begin_nested():
                db.add(WordKey(key=secrets.token_hex(32)))
        except IntegrityError:  # another process was first
            return _key(db)
        return _key(db)
    return bytes.fromhex(found.key)


def _hashed(key: bytes, word: str) -> str:
    return hmac.new(key, word.encode(), hashlib.sha256).hexdigest()
