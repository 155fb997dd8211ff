"""What is to be done because a legal document was replaced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=False),
        sa.Column("replaced_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("through", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assigned_to", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'not-needed')", name=op.f("ck_content_tasks_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_tasks")),
        sa.UniqueConstraint(
            "document_id",
            "replaced_by",
            "kind",
            "record_id",
            name=op.f("uq_content_tasks_document_id_replaced_by_kind_record_id"),
        ),
    )
    op.create_index(op.f("ix_content_tasks_kind_record_id"), "content_tasks", ["kind", "record_id"])


def downgrade() -> None:
    op.drop_table("content_tasks")
