"""Mails about an account, and where a person is written to."""

from flask import current_app
from sqlalchemy.orm import lazyload

from ..kit.database import session
from ..kit.language import DUTCH
from ..kit.outbox import Recipient, language_of, post, recipients_of
from .models import User


@recipients_of("user")
def user_address(user_id: str) -> tuple[str, str] | None:
    """Name and address of somebody whose account is open."""
    user = session().get(User, int(user_id))
    return (user.name, user.email) if user and user.is_active else None


@language_of("user")
def user_language(user_id: str) -> str:
    """In which language somebody wants to be written to."""
    # Most people that a deed writes to are at hand already; of others the roles do not matter.
    without_roles = [lazyload(User.memberships)]  # type: ignore[arg-type]
    user = session().get(User, int(user_id), options=without_roles)
    return user.language if user else DUTCH


def invitation(user: User, token: str) -> None:
    _send(user, "accounts/invitation", f"/uitnodiging/{token}")


def new_password(user: User, token: str) -> None:
    _send(user, "accounts/new_password", f"/wachtwoord/{token}")


def _send(user: User, kind: str, path: str) -> None:
    base_url = current_app.extensions["config"].base_url
    post(
        Recipient("user", str(user.id)),
        kind,
        thread=f"account-{user.id}",
        is_secret=True,
        user=user,
        link=base_url + path,
    )
