"""Who may change the words that the site searches by."""

from enum import StrEnum

from ..accounts.models import Role, User
from ..accounts.permissions import rule


class Permission(StrEnum):
    """What this room guards."""

    EDIT_THESAURUS = "editorial.edit-thesaurus"


@rule(Permission.EDIT_THESAURUS)
def may_edit_thesaurus(user: User, _thing: object) -> bool:
    """A coordinator: it is one thesaurus for all regions of a site."""
    return user.holds(Role.COORDINATOR)
