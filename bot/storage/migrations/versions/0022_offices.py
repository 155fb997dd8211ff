"""Offices where citizens hand something in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offices",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("does", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("is_invented", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_offices_point_whole")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_offices")),
    )
    op.create_index(op.f("ix_offices_commune_code"), "offices", ["commune_code"])
    op.create_index(op.f("ix_offices_province_code_kind"), "offices", ["province_code", "kind"])
    op.create_index(op.f("ix_offices_latitude_longitude"), "offices", ["latitude", "longitude"])


def downgrade() -> None:
    op.drop_table("offices")
