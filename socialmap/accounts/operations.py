"""Making accounts, giving roles, passwords and links, signing in; and the audit of access."""

import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import col, delete

from ..kit import clock
from ..kit.database import session
from ..kit.errors import Refused
from ..kit.language import LANGUAGES
from ..kit.words import _
from ..network.models import Organization, Region
from . import mails, sessions
from .models import OF_ORGANIZATION, AccessEntry, Membership, PasswordLink, Role, User
from .queries import user_by_email

LINK_VALID = timedelta(days=7)
SHORTEST_PASSWORD = 12

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Checked when there is no such account: the answer takes as long as for one that is there."""
    return _hasher.hash(secrets.token_hex(8))


def create_user(
    *,
    email: str,
    name: str,
    role: Role,
    organization: Organization | None = None,
    region: Region | None = None,
    password: str | None = None,
    is_demo: bool = False,
) -> User:
    """A new account with one role. Raises ``Refused`` when the address or the role does not fit."""
    email = email.strip().lower()
    if user_by_email(email):
        raise Refused(_("Er is al een account met het adres %(email)s.", email=email))
    user = User(email=email, name=name, created_at=clock.now(), is_demo=is_demo)
    session().add(user)
    session().flush()
    give_role(user, role=role, organization=organization, region=region)
    if password is not None:
        set_password(user, password)
    return user


def give_role(
    user: User,
    *,
    role: Role,
    organization: Organization | None = None,
    region: Region | None = None,
) -> None:
    """Bind a role to an organization (mentor, care team, provider) or region (coordinator)."""
    if role in OF_ORGANIZATION and organization is None:
        raise Refused(_("De rol %(role)s hoort bij een organisatie.", role=role))
    if role == Role.COORDINATOR and region is None:
        raise Refused(_("De rol coordinator hoort bij een regio."))
    if role == Role.MENTOR and organization is not None and not organization.refers:
        organization.refers = True
    membership = Membership(
        user_id=user.id,
        role=role,
        organization_id=organization.id if role in OF_ORGANIZATION and organization else None,
        region_id=region.id if role == Role.COORDINATOR and region else None,
    )
    user.memberships.append(membership)
    session().flush()
    session().refresh(membership, ["organization", "region"])


def invite(user: User) -> None:
    """Send a link with which a new colleague sets a password."""
    mails.invitation(user, _new_link(user))


def send_password_link(email: str) -> None:
    """Send a link for a new password, when there is such an account; else nothing at all."""
    user = user_by_email(email)
    if user and user.is_active and not user.is_demo:
        mails.new_password(user, _new_link(user))


def _new_link(user: User) -> str:
    token = secrets.token_urlsafe(32)
    session().add(
        PasswordLink(
            token_hash=sessions.hash_token(token),
            user_id=user.id,
            expires_at=clock.now() + LINK_VALID,
        )
    )
    return token


def user_of_link(token: str, now: datetime) -> User | None:
    """Who may set a password with this link; ``None`` when it was used or is too old."""
    link = session().get(PasswordLink, sessions.hash_token(token))
    if link is None or link.expires_at < now:
        return None
    user = session().get(User, link.user_id)
    return user if user and user.is_active else None


def set_password(user: User, password: str) -> None:
    """Set a password, end every session and make every link of this person useless."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(_("Een wachtwoord heeft minstens %(count)d tekens.", count=SHORTEST_PASSWORD))
    user.password_hash = _hasher.hash(password)
    session().exec(delete(PasswordLink).where(col(PasswordLink.user_id) == user.id))
    sessions.end_all_of(user.id)


def check_password(user: User | None, password: str) -> bool:
    """Whether this is the password of this person; as slow when there is no such person."""
    known = user.password_hash if user and user.password_hash else _nobody()
    try:
        _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
    return user is not None and user.password_hash is not None and user.is_active


def choose_language(user: User, language: str) -> None:
    """From now on mails to this person are in this language. Raises ``Refused``."""
    if language not in LANGUAGES:
        raise Refused(_("Kies iets uit de lijst."))
    user.language = language
    session().add(user)


def disable(user: User) -> None:
    """Close an account: signed out everywhere at once, history kept."""
    user.disabled_at = clock.now()
    session().add(user)
    sessions.end_all_of(user.id)


def enable(user: User) -> None:
    """Open a closed account again."""
    user.disabled_at = None
    session().add(user)


def note_access(user: User | None, action: str, thing: str) -> None:
    """Write down who looked at or did what. ``thing`` is a reference, never content."""
    session().add(
        AccessEntry(user_id=user.id if user else None, action=action, thing=thing, at=clock.now())
    )
