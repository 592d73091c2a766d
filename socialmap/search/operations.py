"""Changing the thesaurus. What an editor changes is in the database and wins from the files."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ..accounts.models import User
from ..accounts.operations import note_access
from ..kit import changes
from ..kit.database import session
from ..kit.errors import Refused
from ..kit.slugs import slugify
from ..kit.words import _
from .analysis import plain, words
from .models import ThesaurusGroup
from .queries import group_asked_by, group_named, standing_of
from .thesaurus import Group, shipped

LONGEST_WORD = 60
MOST_WORDS = 60

FILTERS = ("thema", "doelgroep", "soort", "soort_aanbieder", "onderwijs", "doel")
"""The filters of which a group may name values."""


def save_group(group: Group, *, actor: User, now: datetime) -> Group:
    """Keep a group, new or changed; returns it with its words tidied.

    One that is again as it came with the software is no change any more. Raises
    ``Refused`` when something about it does not fit.
    """
    group = _checked(group)
    db, row = session(), session().get(ThesaurusGroup, group.name)
    if group == shipped().get(group.name):
        if row is not None:
            db.delete(row)
    else:
        row = row or ThesaurusGroup(name=group.name, words=[], also=[], terms=[], edited_at=now)
        row.words, row.also, row.terms = list(group.words), list(group.also), list(group.terms)
        row.is_removed, row.edited_at = False, now
        db.add(row)
    _told(group.name, "save thesaurus group", actor)
    return group


def add_group(group: Group, *, actor: User, now: datetime) -> Group:
    """Keep a new group. Raises ``Refused`` when there is one that is called almost the same."""
    tidy_name(group.name)
    standing = standing_of(slugify(group.name))
    if standing is not None and not (standing.is_removed and standing.group.name == group.name):
        raise Refused(_("Er is al een groep die %(name)s heet.", name=standing.group.name))
    return save_group(group, actor=actor, now=now)


def remove_group(name: str, *, actor: User, now: datetime) -> None:
    """Take a group out of the thesaurus; one that came with the software can be put back."""
    group = group_named(name)
    if group is None:
        raise Refused(_("De groep %(name)s is er niet meer.", name=name))
    db, row = session(), session().get(ThesaurusGroup, name)
    if name not in shipped():
        db.delete(row)
    else:
        row = row or ThesaurusGroup(name=name, words=[], also=[], terms=[], edited_at=now)
        row.is_removed, row.edited_at = True, now
        db.add(row)
    _told(name, "remove thesaurus group", actor)


def restore_group(name: str, *, actor: User) -> None:
    """Put a group back as it came with the software."""
    row = session().get(ThesaurusGroup, name)
    if row is None or name not in shipped():
        raise Refused(_("De groep %(name)s is al zoals hij met de site kwam.", name=name))
    session().delete(row)
    _told(name, "restore thesaurus group", actor)


def add_word(word: str, term: str, *, actor: User, now: datetime) -> Group:
    """Let a word find what a term finds: in the group of the term, else in a new one.

    Returns the group that holds the word now.
    """
    group = group_asked_by(term)
    if group is None:
        return add_group(Group(term, (word,)), actor=actor, now=now)
    if plain(word) in map(plain, group.asked_by):
        return group
    return save_group(replace(group, words=(*group.words, word)), actor=actor, now=now)


def tidy_name(name: str) -> str:
    """The name of a group without needless spaces. Raises ``Refused``."""
    name = " ".join(name.split())
    if not words(name):
        raise Refused(_("Vul een naam in met minstens één letter."))
    if len(name) > LONGEST_WORD:
        raise Refused(_("Deze naam is te lang: er passen %(max)d tekens in.", max=LONGEST_WORD))
    return name


def tidy_words(typed: Iterable[str], *, but: str = "") -> tuple[str, ...]:
    """Words of a group, each once, without those that say nothing. Raises ``Refused``.

    ``but`` is the name of the group, which need not stand among its words.
    """
    found: dict[str, str] = {}
    for word in typed:
        tidied = " ".join(word.split())
        if not tidied or tidied.casefold() == but.casefold():
            continue
        if len(tidied) > LONGEST_WORD:
            short = tidied[:20]
            raise Refused(
                _(
                    "Het woord dat begint met %(short)s is te lang: er passen %(max)d tekens in.",
                    short=short,
                    max=LONGEST_WORD,
                )
            )
        if not words(tidied):
            raise Refused(_("In %(word)s staat geen letter.", word=tidied))
        found.setdefault(tidied.casefold(), tidied)
    if len(found) > MOST_WORDS:
        raise Refused(_("Dit zijn te veel woorden: er passen er %(max)d in.", max=MOST_WORDS))
    return tuple(found.values())


def _checked(group: Group) -> Group:
    name = tidy_name(group.name)
    for term in group.terms:
        filter_name, _colon, slug = term.partition(":")
        if filter_name not in FILTERS or not slug:
            raise Refused(_("Het filter %(term)s kennen we niet.", term=term))
    return Group(
        name,
        tidy_words(group.words, but=name),
        tidy_words(group.also, but=name),
        tuple(dict.fromkeys(group.terms)),
    )


def _told(name: str, deed: str, actor: User) -> None:
    """Tell the index, and write down who did it."""
    session().flush()
    changes.record("thesaurus", name)
    note_access(actor, deed, f"thesaurus {slugify(name)}")
