"""The summer list of a school, and who looks along in a school's list."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _references(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _indexes(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    op.create_table(
        "look_along",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("may_read", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("allowed_by", sa.Integer(), nullable=False),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        _references("look_along", "school_id", "organization"),
        _references("look_along", "organization_id", "organization"),
        _references("look_along", "allowed_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_along")),
    )
    _indexes("look_along", "school_id", "organization_id")
    op.create_table(
        "summer_pupil",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("leaves_in", sa.Integer(), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("landed", sa.String(), nullable=True),
        sa.Column("landed_on", sa.Date(), nullable=True),
        _references("summer_pupil", "organization_id", "organization"),
        _references("summer_pupil", "owner_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summer_pupil")),
    )
    _indexes("summer_pupil", "organization_id", "owner_id")
    op.create_table(
        "summer_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.Integer(), nullable=True),
        sa.Column("pupil_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("next_action", sa.String(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _references("summer_call", "referral_id", "referral"),
        _references("summer_call", "pupil_id", "summer_pupil"),
        _references("summer_call", "actor_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summer_call")),
    )
    _indexes("summer_call", "year", "referral_id", "pupil_id")
    op.create_table(
        "summer_cover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("cover_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        _references("summer_cover", "organization_id", "organization"),
        _references("summer_cover", "owner_id", "user_account"),
        _references("summer_cover", "cover_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summer_cover")),
    )
    _indexes("summer_cover", "organization_id")
    op.create_table(
        "summer_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _references("summer_reminder", "organization_id", "organization"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summer_reminder")),
        sa.UniqueConstraint(
            "organization_id", "year", "kind", "row_key", "since",
            name=op.f("uq_summer_reminder_organization_id"),
        ),
    )  # fmt: skip
    op.create_table(
        "summer_total",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("landed", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("reached_before", sa.Integer(), nullable=False),
        sa.Column("reached_after", sa.Integer(), nullable=False),
        _references("summer_total", "organization_id", "organization"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summer_total")),
        sa.UniqueConstraint(
            "organization_id", "year", name=op.f("uq_summer_total_organization_id")
        ),
    )


def downgrade() -> None:
    for table in (
        "summer_total", "summer_reminder", "summer_cover", "summer_call", "summer_pupil",
        "look_along",
    ):  # fmt: skip
        op.drop_table(table)
