"""A handover meeting, a question that waits, who takes care of it, and what was told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("is_warm", sa.Boolean(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_meeting_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("uid", name=op.f("uq_meeting_uid")),
    )
    op.create_index(op.f("ix_meeting_referral_id"), "meeting", ["referral_id"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("round", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_reminder_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "referral_id", "kind", "since", "round", name=op.f("uq_reminder_referral_id")
        ),
    )
    op.create_index(op.f("ix_reminder_referral_id"), "reminder", ["referral_id"])
    op.add_column(
        "region", sa.Column("overdue_days", sa.Integer(), server_default="2", nullable=False)
    )
    op.add_column("outbox", sa.Column("invitation", sa.LargeBinary(), nullable=True))
    op.add_column(
        "event",
        sa.Column("is_told", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    with op.batch_alter_table("referral") as referral:
        referral.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        referral.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        referral.add_column(sa.Column("duty", sa.String(), nullable=True))
        referral.add_column(sa.Column("duty_owner", sa.String(), nullable=True))
        referral.create_index(op.f("ix_referral_due_on"), ["due_on"])
        referral.add_column(sa.Column("start_due", sa.Date(), nullable=True))
        referral.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        referral.add_column(sa.Column("question_due", sa.Date(), nullable=True))
        referral.add_column(sa.Column("receiver_id", sa.Integer(), nullable=True))
        referral.create_foreign_key(
            op.f("fk_referral_receiver_id_user_account"), "user_account", ["receiver_id"], ["id"]
        )
    for state, duty, owner, due in (
        ("requested", "open", "V", "open_due"),
        ("received", "answer", "V", "answer_due"),
        ("on_hold", "hold", "V", "hold_until"),
        ("accepted", "meeting", "V", "meeting_due"),
    ):
        op.execute(
            sa.text(
                f"UPDATE referral SET duty = :duty, duty_owner = :owner, due_on = {due} "  # noqa: S608
                "WHERE state = :state"
            ).bindparams(duty=duty, owner=owner, state=state)
        )


def downgrade() -> None:
    with op.batch_alter_table("referral") as referral:
        referral.drop_index(op.f("ix_referral_due_on"))
        referral.drop_constraint(op.f("fk_referral_receiver_id_user_account"), type_="foreignkey")
        for name in (
            "receiver_id",
            "question_due",
            "asked_at",
            "start_due",
            "erased_at",
            "due_on",
            "duty",
            "duty_owner",
        ):
            referral.drop_column(name)
    op.drop_column("event", "is_told")
    op.drop_column("outbox", "invitation")
    op.drop_column("region", "overdue_days")
    op.drop_table("reminder")
    op.drop_table("meeting")
