"""Which referral another one follows."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("referral") as referral:
        referral.add_column(sa.Column("previous_id", sa.Integer(), nullable=True))
        referral.create_index(op.f("ix_referral_previous_id"), ["previous_id"])
        referral.create_foreign_key(
            op.f("fk_referral_previous_id_referral"), "referral", ["previous_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("referral") as referral:
        referral.drop_constraint(op.f("fk_referral_previous_id_referral"), type_="foreignkey")
        referral.drop_index(op.f("ix_referral_previous_id"))
        referral.drop_column("previous_id")
