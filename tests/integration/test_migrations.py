"""The migrations make what the tables say."""

from __future__ import annotations

from pydantic import SecretStr

from bot.storage.migrate import find_drift, migrate


def test_migrations_and_tables_are_in_step(database_url: SecretStr) -> None:
    assert find_drift(database_url) is None


def test_migrating_twice_changes_nothing(database_url: SecretStr) -> None:
    migrate(database_url)
    assert find_drift(database_url) is None
