"""The language of a page, looked up once: a page says some hundreds of things."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g
from flask_babel import force_locale, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

DUTCH = "nl"
"""The language in which every text is written first."""
LANGUAGES = (DUTCH, "en")
"""The languages in which somebody can be written to."""


def language() -> str:
    """The code of the language in which is spoken now."""
    return _spoken()[0]


def _spoken() -> tuple[str, Any]:
    """The code of the language and its texts."""
    kept = g._get_current_object()  # past the proxy, for a page asks this some forty times
    found = kept.get("spoken")
    if found is None:
        found = kept.spoken = str(get_locale()), get_translations()
    return found


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Say what follows in this language, whatever the language of the page."""
    before = g.pop("spoken", None)
    try:
        with force_locale(code):
            yield
    finally:
        g.pop("spoken", None)
        if before is not None:
            g.spoken = before


@pass_eval_context
def said(context: EvalContext, words: str, /, **values: object) -> str:
    """A text of a template."""
    return _filled(context, _spoken()[1].ugettext(words), values)


@pass_eval_context
def said_of(context: EvalContext, one: str, many: str, count: int, /, **values: object) -> str:
    """A text of a template about a number of things."""
    return _filled(context, _spoken()[1].ungettext(one, many, count), {"num": count} | values)


def _filled(context: EvalContext, words: str, values: dict[str, object]) -> str:
    """A text with its values: made safe where a page is drawn, left alone in a mail."""
    text = Markup(words) if context.autoescape else words  # noqa: S704 - our own words
    return text % values if values or "%" in words else text
