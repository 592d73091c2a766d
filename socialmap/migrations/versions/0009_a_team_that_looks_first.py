"""A referral may go to a team or desk of the region instead of to a service."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ONE_PLACE = "goes_to_one_place"


def upgrade() -> None:
    with op.batch_alter_table("organization") as organization:
        organization.add_column(sa.Column("receives_as", sa.String(), nullable=True))
    with op.batch_alter_table("referral") as referral:
        referral.alter_column("service_id", existing_type=sa.String(), nullable=True)
        referral.add_column(sa.Column("team_id", sa.Integer(), nullable=True))
        referral.create_index(op.f("ix_referral_team_id"), ["team_id"])
        referral.create_foreign_key(
            op.f("fk_referral_team_id_organization"), "organization", ["team_id"], ["id"]
        )
        referral.create_check_constraint(
            op.f(f"ck_referral_{ONE_PLACE}"), "(service_id IS NULL) <> (team_id IS NULL)"
        )


def downgrade() -> None:
    to_teams = sa.text("SELECT count(*) FROM referral WHERE team_id IS NOT NULL")
    if op.get_bind().execute(to_teams).scalar_one():
        raise RuntimeError("referrals to a team stand in the way: a service was asked for before")
    with op.batch_alter_table("referral") as referral:
        referral.drop_constraint(op.f(f"ck_referral_{ONE_PLACE}"), type_="check")
        referral.drop_constraint(op.f("fk_referral_team_id_organization"), type_="foreignkey")
        referral.drop_index(op.f("ix_referral_team_id"))
        referral.drop_column("team_id")
        referral.alter_column("service_id", existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("organization") as organization:
        organization.drop_column("receives_as")
