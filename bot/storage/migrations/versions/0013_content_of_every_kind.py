"""Values of law, legal documents and phrasings are drafted, reviewed and kept in a history as answers are.

A process of before cannot save a draft from here on, until it is restarted; it goes on answering citizens.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('answer', 'parameter', 'document', 'phrasings')"


def upgrade() -> None:
    for table in ("legal_documents", "parameters"):
        op.add_column(table, sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False))
        op.add_column(table, sa.Column("edited_by", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("approved_by", sa.Text(), nullable=True))
    op.create_table(
        "phrasing_sets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("edited_by", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("seed_sha256", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrasing_sets")),
    )
    op.drop_constraint(op.f("fk_answer_revisions_unit_id_answer_units"), "answer_revisions", type_="foreignkey")
    op.drop_constraint(op.f("pk_answer_revisions"), "answer_revisions", type_="primary")
    op.rename_table("answer_revisions", "content_revisions")
    op.alter_column("content_revisions", "unit_id", new_column_name="record_id")
    op.drop_constraint(op.f("pk_content_drafts"), "content_drafts", type_="primary")
    op.alter_column("content_drafts", "unit_id", new_column_name="record_id")
    for table in ("content_revisions", "content_drafts"):
        op.add_column(table, sa.Column("kind", sa.Text(), server_default="answer", nullable=False))
        op.alter_column(table, "kind", server_default=None)
        op.create_check_constraint(op.f(f"ck_{table}_kind_known"), table, _KINDS)
    op.create_primary_key(op.f("pk_content_revisions"), "content_revisions", ["kind", "record_id", "revision"])
    op.create_primary_key(op.f("pk_content_drafts"), "content_drafts", ["kind", "record_id"])


def downgrade() -> None:
    for table in ("content_revisions", "content_drafts"):
        op.execute(f"DELETE FROM {table} WHERE kind <> 'answer'")
        op.drop_constraint(op.f(f"pk_{table}"), table, type_="primary")
        op.drop_column(table, "kind")
        op.alter_column(table, "record_id", new_column_name="unit_id")
    op.create_primary_key(op.f("pk_content_drafts"), "content_drafts", ["unit_id"])
    op.rename_table("content_revisions", "answer_revisions")
    op.create_primary_key(op.f("pk_answer_revisions"), "answer_revisions", ["unit_id", "revision"])
    op.execute("DELETE FROM answer_revisions WHERE unit_id NOT IN (SELECT id FROM answer_units)")
    op.create_foreign_key(
        op.f("fk_answer_revisions_unit_id_answer_units"),
        "answer_revisions",
        "answer_units",
        ["unit_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.drop_table("phrasing_sets")
    for table in ("legal_documents", "parameters"):
        for column in ("approved_by", "edited_by", "revision"):
            op.drop_column(table, column)
