"""``can()``: the one question for every permission.

The room that owns a thing registers the rule with ``@rule``; views, templates, exports
and the API all ask here. What no rule answers is not allowed.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from .models import Role, User

Rule = Callable[[User, Any], bool]
_rules: dict[str, Rule] = {}


class Permission(StrEnum):
    """What this room guards."""

    MANAGE_ACCOUNTS = "accounts.manage"
    MANAGE_ACCOUNT = "accounts.manage-one"
    BE_AWAY = "accounts.be-away"
    """Say to be away, and who stands in."""


def rule(permission: str) -> Callable[[Rule], Rule]:
    """Register the function that decides about a permission: ``(user, thing) -> bool``."""

    def remember(decide: Rule) -> Rule:
        if permission in _rules and _rules[permission].__qualname__ != decide.__qualname__:
            raise ValueError(f"two rules for {permission}")
        _rules[permission] = decide
        return decide

    return remember


def can(user: Any, permission: str, thing: Any = None) -> bool:
    """Whether this user may do this, to this thing. Nobody who is not signed in may."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    decide = _rules.get(permission)
    return decide is not None and decide(user, thing)


@rule(Permission.MANAGE_ACCOUNTS)
def may_manage_accounts(user: User, _thing: None) -> bool:
    return user.holds(Role.ADMIN) or user.holds(Role.COORDINATOR)


@rule(Permission.MANAGE_ACCOUNT)
def may_manage_account(user: User, account: User) -> bool:
    """An admin every account; a coordinator those whose every role lies in the own region."""
    if user.holds(Role.ADMIN):
        return True
    mine = user.region_ids(Role.COORDINATOR)
    return bool(account.memberships) and all(
        (m.organization.region_id if m.organization else m.region_id) in mine
        for m in account.memberships
    )


@rule(Permission.BE_AWAY)
def may_be_away(user: User, _thing: None) -> bool:
    """Who has work in referrals; an admin has none."""
    return any(m.role != Role.ADMIN for m in user.memberships)
