"""What a page says the same every time is drawn once, with places left open for what differs.

A results page holds twenty cards and some hundreds of choices: drawn anew for every question
they are nearly all of its time.
"""

from collections.abc import Hashable, Iterable
from functools import lru_cache

from flask import current_app, request
from jinja2 import Environment
from markupsafe import Markup

from .language import language

SLOT = Markup("\0")
"""Given to a macro it leaves a place open; no text holds this character."""


def parts(template: str, macro: str, *arguments: object) -> tuple[str, ...]:
    """What a macro of a template draws, cut at every ``SLOT`` among its arguments."""
    macros = _macros(current_app.jinja_env, template)
    return tuple(str(getattr(macros, macro)(*arguments)).split(SLOT))


@lru_cache(maxsize=50)
def _macros(environment: Environment, template: str) -> object:
    return environment.get_template(template).module


def joined(pieces: Iterable[str]) -> Markup:
    """Pieces that ``parts`` gave, with between them what is escaped or holds nothing to escape."""
    return Markup("".join(pieces))  # noqa: S704 - that is what the caller promises


def drawn(template: str, macro: str, *arguments: Hashable) -> Markup:
    """What a macro of a template draws, kept for the next page that asks for the same."""
    return _drawn(template, macro, arguments, language(), request.script_root)


@lru_cache(maxsize=5000)
def _drawn(
    template: str, macro: str, arguments: tuple[Hashable, ...], _locale: str, _root: str
) -> Markup:
    return joined(parts(template, macro, *arguments))
