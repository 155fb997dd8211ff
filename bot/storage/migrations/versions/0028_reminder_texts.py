"""The texts of reminder rules are drafted, reviewed and kept in a history as answers are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TABLES = ("content_revisions", "content_drafts")
_BEFORE = "kind IN ('answer', 'parameter', 'document', 'phrasings')"
_AFTER = "kind IN ('answer', 'parameter', 'document', 'phrasings', 'reminder')"


def upgrade() -> None:
    op.create_table(
        "reminder_texts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("edited_by", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("seed_sha256", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_texts")),
    )
    for table in _TABLES:
        op.drop_constraint(op.f(f"ck_{table}_kind_known"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_kind_known"), table, _AFTER)


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"DELETE FROM {table} WHERE kind = 'reminder'")
        op.drop_constraint(op.f(f"ck_{table}_kind_known"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_kind_known"), table, _BEFORE)
    op.drop_table("reminder_texts")
