"""Broadcasts, who wants them, and the recipients that are held until it is their turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATES = "state IN ('draft', 'submitted', 'approved', 'sending', 'paused', 'stopped', 'finished')"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "news_subscriptions",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("groups", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_news_subscriptions_contact_id_contacts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_news_subscriptions")),
    )
    op.create_index(op.f("ix_news_subscriptions_province_code"), "news_subscriptions", ["province_code"])
    op.create_index(op.f("ix_news_subscriptions_commune_code"), "news_subscriptions", ["commune_code"])
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("buttons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("audience", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("useful_for", sa.Interval(), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authors", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), server_default=sa.text("'first'"), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("written", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=True),
        sa.Column("released", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pause_reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_STATES, name=op.f("ck_broadcasts_state_known")),
        sa.CheckConstraint("NOT approved_by = ANY (authors)", name=op.f("ck_broadcasts_approved_by_another")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sa.UniqueConstraint("code", name=op.f("uq_broadcasts_code")),
    )
    op.create_index(op.f("ix_broadcasts_created_at"), "broadcasts", ["created_at"])
    op.add_column("deliveries", sa.Column("broadcast_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_deliveries_broadcast_id_broadcasts"),
        "deliveries",
        "broadcasts",
        ["broadcast_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(
        "ix_deliveries_broadcast_held",
        "deliveries",
        ["broadcast_id", "id"],
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_deliveries_broadcast_open",
        "deliveries",
        ["broadcast_id"],
        postgresql_where=sa.text("broadcast_id IS NOT NULL AND state IN ('waiting', 'claimed')"),
    )
    op.create_index(
        "ix_deliveries_broadcast_outcome",
        "deliveries",
        ["broadcast_id", "state", "reason"],
        postgresql_where=sa.text("broadcast_id IS NOT NULL"),
    )


def downgrade() -> None:
    for name in ("outcome", "open", "held"):
        op.drop_index(f"ix_deliveries_broadcast_{name}", table_name="deliveries")
    op.drop_constraint(op.f("fk_deliveries_broadcast_id_broadcasts"), "deliveries", type_="foreignkey")
    op.drop_column("deliveries", "broadcast_id")
    op.drop_table("broadcasts")
    op.drop_table("news_subscriptions")
    op.drop_column("contacts", "seen_at")
