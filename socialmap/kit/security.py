"""Default-deny and the headers: what no page may forget.

A view says who may come in: ``@public``, or one of the guards of the room ``accounts``.
One that says nothing is closed to everybody.
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request, session

View = TypeVar("View", bound=Callable[..., Any])

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def public(view: View) -> View:
    """Everybody may see this page, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def access_of(endpoint: str | None) -> str | None:
    """What the view behind an endpoint says about who may come in; ``None`` is a closed door."""
    if endpoint == "static":
        return "public"
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "access", None)


def nonce() -> str:
    """The number of this answer that lets one script in the page itself run.

    Only a page with a map asks for it: what draws the map is made on the server. Such a
    page is never kept by a browser, for a number that is used twice protects nobody.
    """
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def _policy() -> str:
    if "nonce" not in g:
        return POLICY
    policy = POLICY.replace("script-src 'self'", f"script-src 'self' 'nonce-{g.nonce}'")
    tiles = current_app.extensions["config"].tiles_origin
    return policy.replace("img-src 'self'", f"img-src 'self' {tiles}") if tiles else policy


def init_app(app: Flask) -> None:
    app.jinja_env.globals["csp_nonce"] = nonce

    @app.before_request
    def closed_unless_said():
        if request.endpoint is not None and access_of(request.endpoint) is None:
            abort(403)

    @app.after_request
    def headers(response):
        response.headers["Content-Security-Policy"] = _policy()
        response.headers["X-Content-Type-Options"] = "nosniff"
        # A pupil's search words stand in the address: no other site may learn them.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        # What says itself that everybody may keep it holds nothing of this visitor.
        is_own = not response.cache_control.public and (session or session.modified)
        if is_own or "nonce" in g:
            response.headers["Cache-Control"] = "no-store"
        return response
