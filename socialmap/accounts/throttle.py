"""Slowing down who guesses passwords. Counted in the database, so for all processes together."""

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from sqlmodel import col, delete, func, select

from ..kit.database import own_session, session
from .models import LoginFailure

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 6
PER_ADDRESS = 40
"""A whole school may sit behind one address."""


def _subject(kind: str, value: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:32]


def is_blocked(email: str, address: str, now: datetime) -> bool:
    """Whether there were too many failures in the last quarter of an hour."""

    def failures(subject: str) -> int:
        return (
            session()
            .exec(
                select(func.count())
                .select_from(LoginFailure)
                .where(LoginFailure.subject == subject, col(LoginFailure.at) > now - WINDOW)
            )
            .one()
        )

    return (
        failures(_subject("account", email)) >= PER_ACCOUNT
        or failures(_subject("address", address)) >= PER_ADDRESS
    )


def note_failure(email: str, address: str, now: datetime) -> None:
    """Count a failed log-in, whatever becomes of the request."""
    with own_session() as db:
        for subject in (_subject("account", email), _subject("address", address)):
            db.add(LoginFailure(subject=subject, at=now))


def forgive(email: str) -> None:
    """Forget the failures of an account whose owner just signed in."""
    session().exec(
        delete(LoginFailure).where(col(LoginFailure.subject) == _subject("account", email))
    )


def clear_old(now: datetime) -> None:
    session().exec(delete(LoginFailure).where(col(LoginFailure.at) < now - WINDOW))
