"""Whether a referral asks an answer, what a receiver asks itself, and what a region lacks."""

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
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("theme", sa.String(), nullable=True),
        sa.Column("municipality_code", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipality.code"],
            name=op.f("fk_gap_municipality_code_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_gap_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
    )
    op.create_index(op.f("ix_gap_organization_id"), "gap", ["organization_id"])
    op.create_index(op.f("ix_gap_created_at"), "gap", ["created_at"])
    op.create_table(
        "demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_demand_region_id_region")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_demand_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
    )
    for name in ("service_id", "region_id", "day"):
        op.create_index(op.f(f"ix_demand_{name}"), "demand", [name])


def downgrade() -> None:
    op.drop_table("demand")
    op.drop_table("gap")
    op.drop_table("receiver_questions")
    with op.batch_alter_table("referral") as referral:
        referral.drop_column("wants_action")
