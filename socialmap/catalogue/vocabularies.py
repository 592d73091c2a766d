"""The controlled vocabularies: themes, target groups, levels, referrers, kinds of organization.

They come with the software (``vocabularies.yaml``); a word that an import brings and
nobody knows becomes a term marked as new, for an editor to look at.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import col, select

from ..kit.database import session
from ..kit.slugs import slugify
from .models import Term

FILE = Path(__file__).with_name("vocabularies.yaml")
NAMES = ("themes", "target_groups", "levels", "organization_kinds", "referrers")


@cache
def shipped() -> dict[str, list[dict[str, Any]]]:
    """The vocabularies as they come with the software."""
    with FILE.open(encoding="utf-8") as file:
        return yaml.safe_load(file)


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


def resolve(vocabulary: str, word: str) -> str:
    """The slug of a word, known by slug, label or what else people call it; made when unknown."""
    if (
        session()
        .exec(select(Term.id).where(Term.vocabulary == vocabulary, Term.slug == word))
        .first()
    ):
        return word
    wanted, slug = word.casefold(), slugify(word)
    known = terms(vocabulary)
    for term in known:
        if wanted in {term.slug, term.label.casefold(), *(w.casefold() for w in term.also)}:
            return term.slug
    if any(term.slug == slug for term in known):
        return slug
    session().add(Term(vocabulary=vocabulary, slug=slug, label=word, position=999, is_new=True))
    session().flush()
    return slug
