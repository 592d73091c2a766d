"""Reading the pages of running text."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from ..kit.markdown import render

_NAME = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True)
class Page:
    """A page: title, text as safe HTML, and the day on which somebody last read it over."""

    slug: str
    title: str
    html: str
    checked_on: date


def page_by_slug(folder: Path, slug: str) -> Page | None:
    """A page from its file: a head between two lines ``---``, then Markdown."""
    path = folder / f"{slug}.md"
    if not _NAME.fullmatch(slug) or not path.is_file():
        return None
    _empty, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    facts = yaml.safe_load(head)
    return Page(slug, facts["title"], render(text), facts["checked_on"])
