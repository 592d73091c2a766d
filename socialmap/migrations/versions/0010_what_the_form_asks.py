"""Whether a referral asks an answer or is for information."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("referral") as referral:
        referral.add_column(
            sa.Column("wants_action", sa.Boolean(), server_default=sa.true(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("referral") as referral:
        referral.drop_column("wants_action")
