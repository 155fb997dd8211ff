"""Marks of deleted chats, so that a restored backup brings nobody back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_tombstones")),
    )
    op.create_index(
        op.f("ix_tombstones_deleted_at"),
        "tombstones",
        ["deleted_at"],
        postgresql_where=sa.text("filed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("tombstones")
