"""The gate: who is signed in, and what a view says about who may pass.

``@signed_in`` lets every account in, ``@requires(permission, of=loader)`` asks ``can()``
about the thing that the loader finds by the arguments of the address. Who is not signed
in goes to the log-in page and comes back; what they sent meanwhile is kept.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user

from ..kit import kept
from ..kit.database import session as database
from ..kit.security import access_of
from .models import User
from .permissions import can


def signed_in(view):
    """Everybody with an account may see this page."""
    view.access = "signed in"
    return view


def requires(permission: str, of: Callable[..., Any] | None = None):
    """Only who ``can()`` may see this page.

    ``of`` finds the thing by the arguments of the address that it names; the view gets
    the thing in their place. What is not found is a 404.
    """

    def guard(view):
        takes = inspect.signature(of).parameters if of else {}

        @wraps(view)
        def guarded(**arguments):
            if of is None:
                if not can(current_user, permission):
                    abort(403)
                return view(**arguments)
            thing = of(**{name: arguments.pop(name) for name in takes})
            if thing is None:
                abort(404)
            if not can(current_user, permission, thing):
                abort(403)
            return view(thing, **arguments)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def _page_of_form() -> str:
    """The page on which the form of this request stands: its own address, or the one above."""
    rule = request.url_rule
    shows_page = rule is not None and "GET" in (rule.methods or ())
    return request.path if shows_page else request.path.rpartition("/")[0]


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    # A session is a row that we can end; guessing by address and browser is not needed,
    # and would throw out everybody whose telephone changes networks.
    manager.session_protection = None

    @manager.user_loader
    def load(user_id: str) -> User | None:
        user = database().get(User, int(user_id))
        return user if user and user.is_active else None

    def stop_strangers():
        access = access_of(request.endpoint)
        if access in (None, "public") or current_user.is_authenticated:
            return None
        if request.path.startswith("/api/"):
            abort(403)
        if request.method == "POST":
            ended = getattr(session, "ended_user", None)
            if kept.keep(ended, page=_page_of_form()):
                flash(_("Voor de veiligheid ben je uitgelogd. Wat je schreef is bewaard."), "info")
            elif ended:
                flash(_("Voor de veiligheid ben je uitgelogd."), "info")
            return redirect(url_for("accounts.log_in", volgende=_page_of_form()))
        target = request.full_path if request.args else request.path
        return redirect(url_for("accounts.log_in", volgende=target))

    # Before all else: the token of a form went with the session that ended, and whoever
    # checks that first would throw away what was to be kept.
    app.before_request_funcs.setdefault(None, []).insert(0, stop_strangers)

    app.jinja_env.globals["can"] = lambda permission, thing=None: can(
        current_user, permission, thing
    )
