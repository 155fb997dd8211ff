"""How Alembic reaches the database and which tables are ours."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.engine import make_url

from bot.storage.tables import Table


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    # The queue's tables belong to Procrastinate, which brings its own schema.
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        include_name=_is_ours,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


url = make_url(context.config.attributes["url"]).set(drivername="postgresql+psycopg")
engine = create_engine(url, poolclass=NullPool)
with engine.connect() as connection:
    _run(connection)
