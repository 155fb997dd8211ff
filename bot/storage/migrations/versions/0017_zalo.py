"""What Zalo needs: windows, phone numbers, tokens, bells; the choices that were put to a chat last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "zalo_people",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("last_interaction_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replies_left", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_zalo_people")),
    )
    op.create_index(op.f("ix_zalo_people_changed_at"), "zalo_people", ["changed_at"])
    op.create_table(
        "zalo_phones",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_zalo_phones")),
        sa.UniqueConstraint("id", name=op.f("uq_zalo_phones_id")),
    )
    op.create_table(
        "zalo_tokens",
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("access_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("refresh_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("app_id", name=op.f("pk_zalo_tokens")),
        sa.UniqueConstraint("id", name=op.f("uq_zalo_tokens_id")),
    )
    op.create_table(
        "zalo_bells",
        sa.Column("delivery_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_zalo_bells_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_zalo_bells")),
    )
    op.create_index(op.f("ix_zalo_bells_chat"), "zalo_bells", ["chat"])
    op.add_column("conversations", sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    op.drop_column("conversations", "choices")
    for table in ("zalo_bells", "zalo_tokens", "zalo_phones", "zalo_people"):
        op.drop_table(table)
