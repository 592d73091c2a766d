"""A service keeps its whole document; agreements, urgent numbers and imports under way."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What a service kept in columns of its own, with the type of the column. All of it but the
# three that are called otherwise there stands in the document under the same name.
TEXTS = (
    "summary",
    "description",
    "admission",
    "intake",
    "intake_type",
    "contact_role",
    "cost",
    "own_form_url",
    "verified_by",
)
LISTS = ("themes", "target_groups", "not_for", "referrers")
RECORDS = {
    "criteria_json": "criteria",
    "intake_moments_json": "intake_moments",
    "contacts_json": "contacts",
}
DAYS = ("places_on", "ended_on", "verified_on")
COLUMNS: tuple[sa.Column, ...] = (
    *(sa.Column(name, sa.String(), nullable=True) for name in TEXTS),
    *(
        sa.Column(name, sa.JSON(), nullable=False, server_default="[]")
        for name in (*LISTS, *RECORDS)
    ),
    *(sa.Column(name, sa.Date(), nullable=True) for name in DAYS),
    sa.Column("lat", sa.Float(), nullable=True),
    sa.Column("lon", sa.Float(), nullable=True),
    sa.Column("places_free", sa.Integer(), nullable=True),
    sa.Column("places_total", sa.Integer(), nullable=True),
    sa.Column("how_to_refer", sa.String(), nullable=False, server_default="phone_or_mail"),
    sa.Column("goal", sa.String(), nullable=False, server_default="school"),
)


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "staged_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("old_slug", sa.String(), nullable=True),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organization_name", sa.String(), nullable=False),
        sa.Column("municipality_code", sa.String(), nullable=True),
        sa.Column("hub_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("edited_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_staged_service_import_id_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_service")),
    )
    op.create_index(op.f("ix_staged_service_import_id"), "staged_service", ["import_id"])
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organization.id"], name=op.f("fk_agreement_owner_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_agreement_region_id_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index(op.f("ix_agreement_region_id"), "agreement", ["region_id"])
    op.create_table(
        "agreement_party",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_party_agreement_id_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_agreement_party_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("agreement_id", "organization_id", name=op.f("pk_agreement_party")),
    )
    with op.batch_alter_table("organization") as batch_op:
        batch_op.add_column(sa.Column("contribution", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("website", sa.String(), nullable=True))
        batch_op.alter_column("kind", existing_type=sa.String(), nullable=True)
    with op.batch_alter_table("region") as batch_op:
        batch_op.add_column(
            sa.Column("urgent_numbers_json", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(sa.Column("urgent_checked_on", sa.Date(), nullable=True))
    with op.batch_alter_table("service") as batch_op:
        batch_op.add_column(sa.Column("hub_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("document", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_index(batch_op.f("ix_service_hub_id"), ["hub_id"])
    _columns_into_documents()
    with op.batch_alter_table("service") as batch_op:
        for column in COLUMNS:
            batch_op.drop_column(column.name)


def downgrade() -> None:
    with op.batch_alter_table("service") as batch_op:
        for column in COLUMNS:
            batch_op.add_column(column._copy())
    _documents_into_columns()
    with op.batch_alter_table("service") as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_hub_id"))
        for name in ("version", "document", "hub_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("region") as batch_op:
        batch_op.drop_column("urgent_checked_on")
        batch_op.drop_column("urgent_numbers_json")
    op.execute("UPDATE organization SET kind = 'onbekend' WHERE kind IS NULL")
    with op.batch_alter_table("organization") as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(), nullable=False)
        batch_op.drop_column("website")
        batch_op.drop_column("contribution")
    op.drop_table("agreement_party")
    op.drop_table("agreement")
    op.drop_table("staged_service")
    op.drop_table("import_run")


def _columns_into_documents() -> None:
    """Write for every service the document that its columns say."""
    database = op.get_bind()
    rows = database.execute(
        sa.text(
            "SELECT service.*, organization.name AS organization, municipality.name AS municipality"
            " FROM service JOIN organization ON organization.id = service.organization_id"
            " LEFT JOIN municipality ON municipality.code = service.municipality_code"
        )
    )
    for row in rows.mappings().all():
        _write_document(row)


def _write_document(row) -> None:
    stated = {name: row[name] for name in ("id", "name", "organization", "municipality", "status")}
    stated |= {column.name: row[column.name] for column in COLUMNS} | {"updated": row["edited_on"]}
    for name in (*LISTS, *RECORDS):
        value = stated.pop(name)
        stated[RECORDS.get(name, name)] = json.loads(value) if isinstance(value, str) else value
    if referrers := stated.pop("referrers"):
        stated["criteria"] = [
            *stated["criteria"],
            {"kind": "inclusion", "type": "referrer", "referrers": referrers},
        ]
    for name in (*DAYS, "updated"):
        stated[name] = stated[name] and str(stated[name])
    document = {name: value for name, value in stated.items() if value is not None and value != []}
    op.get_bind().execute(
        sa.text("UPDATE service SET document = :document WHERE id = :id"),
        {"document": json.dumps(document, ensure_ascii=False), "id": row["id"]},
    )


def _documents_into_columns() -> None:
    """Write the columns that a document has; what there was no column for is lost."""
    database = op.get_bind()
    table = sa.table(
        "service",
        sa.column("id"),
        sa.column("document", sa.JSON),
        *(sa.column(c.name, c.type) for c in COLUMNS),
    )
    for key, document in database.execute(sa.select(table.c.id, table.c.document)).all():
        values = {
            name: document.get(name)
            for name in (*TEXTS, "lat", "lon", "places_free", "places_total", "goal")
        }
        values |= {name: document.get(RECORDS.get(name, name), []) for name in (*LISTS, *RECORDS)}
        rules = values["criteria_json"]
        values["referrers"] = [
            who for rule in rules if rule["type"] == "referrer" for who in rule["referrers"]
        ]
        values["criteria_json"] = [
            rule for rule in rules if rule["type"] in ("age", "level", "municipality")
        ]
        values["how_to_refer"] = document.get("how_to_refer", "phone_or_mail")
        database.execute(sa.update(table).where(table.c.id == key).values(**values))
