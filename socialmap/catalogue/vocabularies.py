"""The controlled vocabularies: themes, target groups, levels, papers, languages and the rest.

They come with the software (``vocabularies.yaml``); a word that an import brings and
nobody knows becomes a term marked as new, for an editor to look at.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from ..kit import changes, plain_yaml
from ..kit.database import session
from ..kit.slugs import slugify
from .models import Term

FILE = Path(__file__).with_name("vocabularies.yaml")
NAMES = (
    "themes", "target_groups", "levels", "organization_kinds", "referrers", "service_kinds",
    "intake_forms", "papers", "languages", "accessibility", "situations",
)  # fmt: skip


@cache
def shipped() -> dict[str, list[dict[str, Any]]]:
    """The vocabularies as they come with the software."""
    with FILE.open(encoding="utf-8") as file:
        return plain_yaml.own(file)


def load() -> None:
    """Bring the words that come with the software into the database; an editor's changes win."""
    db = session()
    known = {(term.vocabulary, term.slug) for term in db.exec(select(Term))}
    for vocabulary in NAMES:
        for position, word in enumerate(shipped()[vocabulary]):
            if (vocabulary, word["slug"]) not in known:
                db.add(
                    Term(
                        vocabulary=vocabulary,
                        slug=word["slug"],
                        label=word["label"],
                        also=word.get("also") or [],
                        position=position,
                    )
                )
    db.flush()


def terms(vocabulary: str) -> list[Term]:
    return list(
        session().exec(
            select(Term)
            .where(Term.vocabulary == vocabulary)
            .order_by(col(Term.position), col(Term.label))
        )
    )


def labels(vocabulary: str) -> dict[str, str]:
    """Slug to label, in the order of the vocabulary."""
    return {term.slug: term.label for term in terms(vocabulary)}


class Resolver:
    """Finds the slug of a word by slug, label or what else people call it.

    Looks each vocabulary up once. A word that nobody knows is kept in ``unknown`` as
    (vocabulary, slug) to word, for ``add_unknown()`` to make a term of.
    """

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}
        self.unknown: dict[tuple[str, str], str] = {}

    def slug(self, vocabulary: str, word: str) -> str:
        known = self._known.get(vocabulary) or self._read(vocabulary)
        if found := known.get(word) or known.get(word.casefold()):
            return found
        slug = slugify(word)
        if slug not in known:
            self.unknown[vocabulary, slug] = word
        known[word.casefold()] = known[slug] = slug
        return slug

    def slugs(self, vocabulary: str, words: Iterable[str]) -> list[str]:
        """Each slug once, in the order of the words."""
        return list(dict.fromkeys(self.slug(vocabulary, word) for word in words))

    def _read(self, vocabulary: str) -> dict[str, str]:
        found: dict[str, str] = {}
        known = terms(vocabulary)
        for term in known:
            for word in (term.label, *term.also):
                found.setdefault(word.casefold(), term.slug)
        # A slug always means its own term, whatever else people call it.
        found |= {term.slug: term.slug for term in known}
        self._known[vocabulary] = found
        return found

    def add_unknown(self) -> None:
        """Make a term, marked as new, of every word that nobody knew."""
        for (vocabulary, slug), word in self.unknown.items():
            session().add(
                Term(vocabulary=vocabulary, slug=slug, label=word, position=999, is_new=True)
            )
            changes.record("term", f"{vocabulary}:{slug}")
        session().flush()
        self.unknown.clear()


def resolve(vocabulary: str, word: str) -> str:
    """The slug of one word; a word that nobody knows becomes a term marked as new."""
    resolver = Resolver()
    slug = resolver.slug(vocabulary, word)
    resolver.add_unknown()
    return slug


def givers() -> dict[str, str]:
    """Who gives each of the papers that come with the software: slug to words."""
    return {word["slug"]: word["given_by"] for word in shipped()["papers"]}
