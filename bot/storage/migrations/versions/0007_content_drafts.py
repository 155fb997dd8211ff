"""Drafts of answers, and who published each revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_drafts",
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("authors", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gate", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'submitted', 'returned')", name=op.f("ck_content_drafts_state_known")
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_content_drafts")),
    )
    op.execute("CREATE SEQUENCE content_draft_versions AS integer")
    op.add_column("answer_units", sa.Column("approved_by", sa.Text(), nullable=True))
    op.add_column("answer_revisions", sa.Column("approved_by", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("answer_revisions", "approved_by")
    op.drop_column("answer_units", "approved_by")
    op.execute("DROP SEQUENCE content_draft_versions")
    op.drop_table("content_drafts")
