"""Who may change the words that the site searches by, and the settings of a region."""

from enum import StrEnum

from ..accounts.models import Role, User
from ..accounts.permissions import rule
from ..network.models import Region


class Permission(StrEnum):
    """What this room guards."""

    EDIT_THESAURUS = "editorial.edit-thesaurus"
    EDIT_REGIONS = "editorial.edit-regions"
    """Have a region to set the terms of."""
    EDIT_REGION = "editorial.edit-region"


@rule(Permission.EDIT_THESAURUS)
def may_edit_thesaurus(user: User, _thing: object) -> bool:
    """A coordinator: it is one thesaurus for all regions of a site."""
    return user.holds(Role.COORDINATOR)


@rule(Permission.EDIT_REGIONS)
def may_edit_regions(user: User, _thing: object) -> bool:
    return user.holds(Role.ADMIN) or user.holds(Role.COORDINATOR)


@rule(Permission.EDIT_REGION)
def may_edit_region(user: User, region: Region) -> bool:
    """An admin every region, a coordinator the own one."""
    return user.holds(Role.ADMIN) or region.id in user.region_ids(Role.COORDINATOR)
