"""Applications that are synchronised, looked up and followed; keys and runs of the systems that report them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("key_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_sha256", name=op.f("uq_api_keys_key_sha256")),
        sa.UniqueConstraint("name", name=op.f("uq_api_keys_name")),
    )
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_runs")),
        sa.UniqueConstraint("source", "idempotency_key", name=op.f("uq_sync_runs_source_idempotency_key")),
    )
    op.create_table(
        "application_follows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_state", sa.Text(), nullable=True),
        sa.Column("told_respond_by", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_follows_application_id_applications"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_application_follows_contact_id_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_follows")),
    )
    op.create_index(
        op.f("ix_application_follows_application_id"),
        "application_follows",
        ["application_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("ix_application_follows_changed_at"),
        "application_follows",
        ["changed_at"],
        unique=False,
        postgresql_where=sa.text("changed_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_application_follows_code_key"),
        "application_follows",
        ["code_key"],
        unique=False,
        postgresql_where=sa.text("application_id IS NULL AND ended_at IS NULL"),
    )
    op.create_index(op.f("ix_application_follows_contact_id"), "application_follows", ["contact_id"], unique=False)
    op.create_index(
        "uq_application_follows_active",
        "application_follows",
        ["contact_id", "code_key"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "application_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("follow_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_application_notices_contact_id_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_notices")),
    )
    op.create_index(op.f("ix_application_notices_contact_id"), "application_notices", ["contact_id"], unique=False)
    op.create_table(
        "lookup_failure_hours",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_lookup_failure_hours")),
    )
    op.create_table(
        "person_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_person_links_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_links")),
        sa.UniqueConstraint(
            "contact_id", "id_number_index", name=op.f("uq_person_links_contact_id_id_number_index")
        ),
    )
    # Only invented applications were ever written before; they are made again, bound to source and code.
    op.execute("DELETE FROM applications")
    op.drop_index(op.f("ix_application_events_application_id"), table_name="application_events")
    op.drop_constraint("pk_application_events", "application_events", type_="primary")
    op.drop_column("application_events", "id")
    op.create_primary_key("pk_application_events", "application_events", ["application_id", "since", "state"])
    op.add_column("applications", sa.Column("code_key", sa.Text(), nullable=False))
    op.add_column("applications", sa.Column("respond_by", sa.Date(), nullable=True))
    op.add_column("applications", sa.Column("version", sa.BigInteger(), nullable=False))
    op.add_column("applications", sa.Column("fingerprint", sa.LargeBinary(), nullable=False))
    op.drop_index(op.f("ix_applications_code"), table_name="applications")
    op.create_index(op.f("ix_applications_code_key"), "applications", ["code_key"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_applications_code_key"), table_name="applications")
    op.create_index(op.f("ix_applications_code"), "applications", ["code"], unique=False)
    op.drop_column("applications", "fingerprint")
    op.drop_column("applications", "version")
    op.drop_column("applications", "respond_by")
    op.drop_column("applications", "code_key")
    op.drop_constraint("pk_application_events", "application_events", type_="primary")
    op.add_column("application_events", sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False))
    op.create_primary_key("pk_application_events", "application_events", ["id"])
    op.create_index(
        op.f("ix_application_events_application_id"), "application_events", ["application_id"], unique=False
    )
    op.drop_table("person_links")
    op.drop_table("lookup_failure_hours")
    op.drop_index(op.f("ix_application_notices_contact_id"), table_name="application_notices")
    op.drop_table("application_notices")
    op.drop_index(
        "uq_application_follows_active",
        table_name="application_follows",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_application_follows_contact_id"), table_name="application_follows")
    op.drop_index(
        op.f("ix_application_follows_code_key"),
        table_name="application_follows",
        postgresql_where=sa.text("application_id IS NULL AND ended_at IS NULL"),
    )
    op.drop_index(
        op.f("ix_application_follows_changed_at"),
        table_name="application_follows",
        postgresql_where=sa.text("changed_at IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_application_follows_application_id"),
        table_name="application_follows",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("application_follows")
    op.drop_table("sync_runs")
    op.drop_table("api_keys")
