"""Reminders of many rules: for whom, how far ahead they were planned, several in one message; a code on each message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ACTIVE = sa.text("ended_at IS NULL")
_OLD, _NEW = ["contact_id", "rule_id"], ["contact_id", "rule_id", "about"]


def upgrade() -> None:
    op.add_column(
        "reminder_subscriptions", sa.Column("about", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "reminder_subscriptions",
        sa.Column("rule_version", sa.Text(), server_default=sa.text("''"), nullable=False),
    )
    op.add_column("reminder_subscriptions", sa.Column("next_look_on", sa.Date(), nullable=True))
    op.drop_index("uq_reminder_subscriptions_active", table_name="reminder_subscriptions")
    op.create_index(
        "uq_reminder_subscriptions_active", "reminder_subscriptions", _NEW, unique=True, postgresql_where=_ACTIVE
    )
    op.create_index(
        op.f("ix_reminder_subscriptions_next_look_on"),
        "reminder_subscriptions",
        ["next_look_on"],
        unique=False,
        postgresql_where=_ACTIVE,
    )
    op.create_index(
        op.f("ix_reminder_subscriptions_rule_id_rule_version"),
        "reminder_subscriptions",
        ["rule_id", "rule_version"],
        unique=False,
        postgresql_where=_ACTIVE,
    )
    op.add_column("reminders", sa.Column("bundle_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_reminders_bundle_id"), "reminders", ["bundle_id"], unique=False)
    op.add_column("deliveries", sa.Column("code", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_deliveries_code"), "deliveries", ["code"])


def downgrade() -> None:
    op.drop_constraint(op.f("uq_deliveries_code"), "deliveries", type_="unique")
    op.drop_column("deliveries", "code")
    op.drop_index(op.f("ix_reminders_bundle_id"), table_name="reminders")
    op.drop_column("reminders", "bundle_id")
    op.drop_index(
        op.f("ix_reminder_subscriptions_rule_id_rule_version"),
        table_name="reminder_subscriptions",
        postgresql_where=_ACTIVE,
    )
    op.drop_index(
        op.f("ix_reminder_subscriptions_next_look_on"),
        table_name="reminder_subscriptions",
        postgresql_where=_ACTIVE,
    )
    op.drop_index("uq_reminder_subscriptions_active", table_name="reminder_subscriptions")
    op.execute("DELETE FROM reminder_subscriptions WHERE about <> ''")
    op.create_index(
        "uq_reminder_subscriptions_active", "reminder_subscriptions", _OLD, unique=True, postgresql_where=_ACTIVE
    )
    op.drop_column("reminder_subscriptions", "next_look_on")
    op.drop_column("reminder_subscriptions", "rule_version")
    op.drop_column("reminder_subscriptions", "about")
