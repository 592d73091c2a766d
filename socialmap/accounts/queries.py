"""Looking up people and what they may choose from."""

from sqlalchemy.orm import lazyload
from sqlmodel import col, or_, select

from ..kit.database import session
from ..network.models import Organization, Region
from .models import Membership, Role, User


def user_by_email(email: str) -> User | None:
    return session().exec(select(User).where(User.email == email.strip().lower())).first()


def user_by_id(user_id: int) -> User | None:
    return session().get(User, user_id)


def all_users() -> list[User]:
    return list(session().exec(select(User).order_by(User.name)))


def demo_users() -> list[User]:
    """The log-ins of the demo, in the order in which they were made."""
    return list(session().exec(select(User).where(User.is_demo).order_by(col(User.id))))


def accounts_managed_by(user: User) -> list[User]:
    """The accounts on somebody's management page: an admin sees all, a coordinator the region's."""
    query = select(User).order_by(col(User.disabled_at).is_not(None), col(User.name))
    if not user.holds(Role.ADMIN):
        regions = user.region_ids(Role.COORDINATOR)
        query = query.where(
            col(User.id).in_(
                select(Membership.user_id)
                .outerjoin(Organization)
                .where(
                    or_(
                        col(Membership.region_id).in_(regions),
                        col(Organization.region_id).in_(regions),
                    )
                )
            )
        )
    return list(session().exec(query))


def organizations_managed_by(user: User) -> list[Organization]:
    """The organizations in which somebody may give people a role."""
    query = select(Organization).order_by(Organization.name)
    if not user.holds(Role.ADMIN):
        query = query.where(col(Organization.region_id).in_(user.region_ids(Role.COORDINATOR)))
    return list(session().exec(query))


def regions_managed_by(user: User) -> list[Region]:
    query = select(Region).order_by(Region.name)
    if not user.holds(Role.ADMIN):
        query = query.where(col(Region.id).in_(user.region_ids(Role.COORDINATOR)))
    return list(session().exec(query))


def people_of(organization_id: int, role: Role) -> list[User]:
    """The active people who hold a role in an organization."""
    return list(
        session().exec(
            select(User)
            .join(Membership)
            .where(
                Membership.organization_id == organization_id,
                Membership.role == role,
                col(User.disabled_at).is_(None),
            )
            # Whoever asks wants to name or write to them: their roles come when they are asked.
            .options(lazyload(User.memberships))  # type: ignore[arg-type]
            .order_by(User.name)
            .distinct()
        )
    )


def organizations_with(role: Role) -> set[int]:
    """The organizations in which at least one active person holds a role."""
    found = session().exec(
        select(Membership.organization_id)
        .join(User)
        .where(
            Membership.role == role,
            col(Membership.organization_id).is_not(None),
            col(User.disabled_at).is_(None),
        )
    )
    return {organization_id for organization_id in found if organization_id is not None}


def people_of_region(region_id: int, role: Role) -> list[User]:
    """Who holds a role in a region, with an open account."""
    query = (
        select(User)
        .join(Membership)
        .where(
            Membership.region_id == region_id,
            Membership.role == role,
            col(User.disabled_at).is_(None),
        )
        .order_by(User.name)
    )
    return list(session().exec(query).unique())
