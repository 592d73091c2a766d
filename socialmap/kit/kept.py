"""What somebody sent just after the clock had signed them out.

Decided in design: it is kept, encrypted, with the ended session and comes back after the
same person signed in again on the same browser. It never reaches anybody else.
"""

from flask import g, request, session
from werkzeug.datastructures import MultiDict

_NAME = "kept_form"
_NOT_KEPT = ("csrf_token", "password", "username")
"""Secrets, and what the browser fills in by itself beside them; by how their names begin."""


def keep(user_id: str | None, *, page: str) -> bool:
    """Remember the form in this request, which stands on ``page``, for whose session ended.

    Returns whether there was anything to remember, and somebody to remember it for.
    """
    fields = {
        name: values
        for name, values in request.form.to_dict(flat=False).items()
        if not name.startswith(_NOT_KEPT)
    }
    if user_id is None or not fields:
        return False
    session[_NAME] = {"page": page, "user": user_id, "fields": fields}
    return True


def only_for(user_id: str) -> None:
    """Forget what was kept when somebody else signs in."""
    if (kept := session.get(_NAME)) and kept["user"] != user_id:
        del session[_NAME]


def take_for(names: set[str]) -> MultiDict | None:
    """What was kept for this page, once, when it has answers to any of these fields."""
    if request.method != "GET":
        return None
    kept = session.get(_NAME)
    if kept and kept["page"] == request.path:
        # A page may hold several forms: each takes its own fields in this request.
        g.kept_fields = session.pop(_NAME)["fields"]
    fields = g.get("kept_fields", {})
    if not names & set(fields):
        return None
    return MultiDict([(name, value) for name, values in fields.items() for value in values])
