"""A second step for staff, logins that can be listed and ended, and the audit log that nobody changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FINAL = """
    CREATE FUNCTION refuse_change_of_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit events are never changed' USING ERRCODE = 'insufficient_privilege';
    END
    $$
"""


def upgrade() -> None:
    op.add_column("staff", sa.Column("totp_secret_encrypted", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff", sa.Column("totp_last_step", sa.BigInteger(), nullable=True))
    op.add_column("staff", sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "staff_recovery_codes",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_codes_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "code_sha256", name=op.f("pk_staff_recovery_codes")),
    )
    op.execute("DELETE FROM staff_sessions")  # who is logged in logs in again, now with the second step
    op.add_column("staff_sessions", sa.Column("id", sa.Uuid(), nullable=False))
    op.add_column("staff_sessions", sa.Column("browser", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("staff_sessions", sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_unique_constraint(op.f("uq_staff_sessions_id"), "staff_sessions", ["id"])
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_actor_seq"), "audit_events", ["actor", "seq"], unique=False)
    op.create_index(op.f("ix_audit_events_subject_seq"), "audit_events", ["subject", "seq"], unique=False)
    op.execute(_FINAL)
    op.execute(
        "CREATE TRIGGER audit_events_final BEFORE UPDATE OR DELETE ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_event()"
    )
    op.execute(
        "CREATE TRIGGER audit_events_kept BEFORE TRUNCATE ON audit_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_event()"
    )


def downgrade() -> None:
    op.drop_table("audit_events")
    op.execute("DROP FUNCTION refuse_change_of_audit_event()")
    op.drop_constraint(op.f("uq_staff_sessions_id"), "staff_sessions", type_="unique")
    op.drop_column("staff_sessions", "passed_at")
    op.drop_column("staff_sessions", "browser")
    op.drop_column("staff_sessions", "id")
    op.drop_table("staff_recovery_codes")
    op.drop_column("staff", "deactivated_at")
    op.drop_column("staff", "totp_last_step")
    op.drop_column("staff", "totp_confirmed_at")
    op.drop_column("staff", "totp_secret_encrypted")
