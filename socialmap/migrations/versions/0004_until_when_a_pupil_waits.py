"""Until when a pupil waits for a place."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referral", sa.Column("hold_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("referral", "hold_until")
