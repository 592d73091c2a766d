"""Reading the pages of running text and the good-practice cards."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path

from ..kit.markdown import render
from .heads import BadHead, read

TEASER_LENGTH = 140
"""So many characters a teaser takes at most, unless its first sentence is longer."""

_NAME = re.compile(r"[a-z0-9-]{1,60}")
_TAG = re.compile(r"<[^>]+>")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ“‘])")


@dataclass(frozen=True)
class Page:
    """A page: title, text as safe HTML, where its facts come from, and the day on which
    somebody last read it over."""

    slug: str
    title: str
    html: str
    source: str
    checked_on: date


@dataclass(frozen=True)
class PracticeCard:
    """How others once did it, told from a publication. It is never offer of now."""

    slug: str
    title: str
    where: str
    year: int
    goal: str
    themes: tuple[str, ...]
    for_whom: str
    html: str
    source: str
    organization: str | None = None
    result: str | None = None

    @property
    def teaser(self) -> str:
        """The first sentence of the text, and the next ones as far as they fit, without mark-up."""
        first = re.search(r"<p>(.*?)</p>", self.html, re.S)
        words = " ".join(unescape(_TAG.sub("", first[1])).split()) if first else ""
        said, *more = _BETWEEN_SENTENCES.split(words)
        for sentence in more:
            if len(said) + 1 + len(sentence) > TEASER_LENGTH:
                break
            said += " " + sentence
        return said


def page_by_slug(folder: Path, slug: str) -> Page | None:
    """A page from its file; ``None`` when there is none. Raises ``BadHead``."""
    path = folder / f"{slug}.md"
    if not _NAME.fullmatch(slug) or not path.is_file():
        return None
    head, text = read(path)
    return Page(
        slug,
        title=head.need("title", str),
        html=render(text),
        source=head.need("source", str),
        checked_on=head.need("checked_on", date),
    )


@cache
def practice_cards(folder: Path) -> tuple[PracticeCard, ...]:
    """All cards in a folder, newest first. Raises ``BadHead``.

    They are read once: the files change only with a release.
    """
    cards = [_card(path) for path in sorted(folder.glob("*.md"))]
    return tuple(sorted(cards, key=lambda card: (-card.year, card.title.casefold())))


def _card(path: Path) -> PracticeCard:
    head, text = read(path)
    where = head.may("place", str) or head.may("region", str)
    if where is None:
        raise BadHead(f"{path.name}: in de kop ontbreekt place of region.")
    return PracticeCard(
        path.stem,
        title=head.need("title", str),
        where=where,
        year=head.need("year", int),
        goal=head.need("goal", str),
        themes=tuple(head.need("themes", list)),
        for_whom=head.need("for_whom", str),
        html=render(text),
        source=head.need("source", str),
        organization=head.may("organization", str),
        result=head.may("result", str),
    )


def practice_card(folder: Path, slug: str) -> PracticeCard | None:
    """One card by the name of its file."""
    return next((card for card in practice_cards(folder) if card.slug == slug), None)


def practice_for_themes(
    folder: Path, themes: Iterable[str], count: int = 3
) -> tuple[PracticeCard, ...]:
    """The cards that share most of these themes; among equals the newest first."""
    wanted = set(themes)
    cards = [card for card in practice_cards(folder) if wanted & set(card.themes)]
    cards.sort(key=lambda card: len(wanted & set(card.themes)), reverse=True)
    return tuple(cards[:count])


def theme_counts(cards: Iterable[PracticeCard]) -> Counter[str]:
    """How many cards each theme has."""
    return Counter(theme for card in cards for theme in card.themes)
