"""Sessions are rows: the cookie holds a random id, the content stays here, encrypted.

So a session can be ended for somebody else, and a stolen copy of the database opens none.
A visitor who only looks around has no session and no cookie.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

import flask
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from sqlmodel import col, delete
from werkzeug.datastructures import CallbackDict

from ..kit import clock
from ..kit.database import own_session, session
from .models import WebSession

IDLE = timedelta(hours=2)
"""After so long without a click somebody is signed out: computers at school are shared."""
LONGEST = timedelta(hours=12)
"""After so long everybody signs in anew."""
KEPT_AFTER_END = timedelta(days=1)
"""An ended session is remembered so long, to know whose form it is that comes too late."""

_serializer = TaggedJSONSerializer()


def hash_token(token: str) -> str:
    """How a random token stands in the database: useless to who reads it there."""
    return hashlib.sha256(token.encode()).hexdigest()


class RowSession(CallbackDict, SessionMixin):
    """The session of one request."""

    def __init__(self, content=None, token: str | None = None, seen_at: datetime | None = None):
        def changed(self):
            self.modified = True

        super().__init__(content, changed)
        self.token, self.seen_at = token, seen_at
        self.modified = False
        self.must_rotate = False
        self.ended_user: str | None = None


class RowSessions(SessionInterface):
    """Reads and writes sessions in a transaction of their own."""

    def open_session(self, app, request) -> RowSession:
        token = request.cookies.get(self.get_cookie_name(app))
        if not token or request.endpoint == "static":
            return RowSession()
        with own_session() as db:
            row = db.get(WebSession, hash_token(token))
        if row is None:
            return RowSession()
        if is_ended(row, clock.now()):
            fresh = RowSession()
            fresh.ended_user = str(row.user_id) if row.user_id else None
            return fresh
        return RowSession(_serializer.loads(row.content), token, row.seen_at)

    def save_session(self, app, session, response) -> None:
        if session.accessed or session.modified:
            response.vary.add("Cookie")
        if not session.modified and not session.token:
            return
        name, now = self.get_cookie_name(app), clock.now()
        if session.modified and not session:
            self._forget(session.token)
            response.delete_cookie(name, path="/")
            return
        if not session.modified:
            if session.token and session.seen_at and now - session.seen_at > timedelta(minutes=1):
                self._touch(session.token, now)
            return
        if session.must_rotate:
            self._forget(session.token)
            session.token = None
        if session.token is None:
            session.token = secrets.token_urlsafe(32)
            response.set_cookie(
                name,
                session.token,
                httponly=True,
                secure=self.get_cookie_secure(app),
                samesite="Lax",
                path="/",
            )
        user_id = session.get("_user_id")
        with own_session() as db:
            row = db.get(WebSession, hash_token(session.token)) or WebSession(
                token_hash=hash_token(session.token), created_at=now, content="", seen_at=now
            )
            row.content, row.seen_at = _serializer.dumps(dict(session)), now
            row.user_id = int(user_id) if user_id else None
            db.add(row)

    def _touch(self, token: str, now: datetime) -> None:
        with own_session() as db:
            if row := db.get(WebSession, hash_token(token)):
                row.seen_at = now
                db.add(row)

    def _forget(self, token: str | None) -> None:
        if token:
            with own_session() as db:
                db.exec(delete(WebSession).where(col(WebSession.token_hash) == hash_token(token)))


def rotate() -> None:
    """Continue under a new id: at log-in, so that nobody set the id beforehand."""
    current: RowSession = flask.session._get_current_object()  # type: ignore[attr-defined]
    current.must_rotate = current.modified = True


def is_ended(row: WebSession, now: datetime) -> bool:
    return now - row.seen_at > IDLE or now - row.created_at > LONGEST


def end_all_of(user_id: int) -> None:
    """Sign somebody out everywhere: after a new password or a closed account."""
    session().exec(delete(WebSession).where(col(WebSession.user_id) == user_id))


def clear_ended(now: datetime) -> None:
    """Throw away what nobody can use any more."""
    session().exec(delete(WebSession).where(col(WebSession.seen_at) < now - KEPT_AFTER_END))
