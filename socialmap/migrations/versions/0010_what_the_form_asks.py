"""Whether a referral asks an answer, and what a receiver asks itself."""

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
    op.create_table(
        "receiver_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_receiver_questions_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_receiver_questions_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiver_questions")),
        sa.UniqueConstraint("service_id", "version", name=op.f("uq_receiver_questions_service_id")),
    )
    op.create_index(op.f("ix_receiver_questions_service_id"), "receiver_questions", ["service_id"])


def downgrade() -> None:
    op.drop_table("receiver_questions")
    with op.batch_alter_table("referral") as referral:
        referral.drop_column("wants_action")
