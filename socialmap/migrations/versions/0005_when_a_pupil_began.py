"""When a pupil began."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referral", sa.Column("started_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("referral", "started_on")
