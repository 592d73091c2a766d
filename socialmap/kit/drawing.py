"""What a page says the same every time is drawn once, with places left open for what differs.

A results page holds twenty cards and some hundreds of choices: drawn anew for every question
they are nearly all of its time.
"""

from collections.abc import Hashable, Iterable, MutableMapping
from functools import lru_cache
from typing import Any

from flask import current_app, render_template, request, session
from flask.templating import Environment
from markupsafe import Markup, escape

from . import clock
from .language import language

SLOT = Markup("\0")
"""Given to a macro it leaves a place open; no text holds this character."""


class PageEnvironment(Environment):
    """All templates share one table of what they know beside their page.

    Jinja lays a table of its own over it for each, and compares the two name by name for every
    import on a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def page(template: str, about: Hashable, /, **slots: str) -> str:
    """A page of which only the slots differ from visitor to visitor, as long as none has a session.

    The template prints its slots and asks nothing of them; what else it says may depend on the
    language, the day, where the page stands, and on ``about``.
    """
    if session:
        return render_template(template, **slots)
    where = language(), request.script_root, request.endpoint, clock.today()
    pieces = list(_frame(template, tuple(slots), about, where))
    pieces[1::2] = [escape(slots[name]) for name in pieces[1::2]]
    return "".join(pieces)


@lru_cache(maxsize=50)
def _frame(
    template: str, slots: tuple[str, ...], _about: Hashable, _where: tuple[Hashable, ...]
) -> list[str]:
    """A page cut at its slots: text, the name of a slot, text and so on."""
    opened = {name: Markup(f"{SLOT}{name}{SLOT}") for name in slots}  # noqa: S704 - no text of others
    return render_template(template, **opened).split(SLOT)


def macro(template: str, name: str, /, *arguments: object) -> Markup:
    """What a macro of a template draws."""
    return getattr(_macros(current_app.jinja_env, template), name)(*arguments)


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
