"""Commands on a PostgreSQL server of one's own, which may serve citizens."""

from __future__ import annotations

import base64
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from bot.commands.offline import open_database
from bot.settings import Settings
from bot.storage.database import plain_url
from bot.storage.embedded import EmbeddedServer
from bot.storage.encryption import KeyUnusable


@pytest.fixture
def settings(
    postgres: EmbeddedServer, knowing_database_url: SecretStr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.setattr("bot.commands.offline.set_up_logging", lambda *_, **__: None)  # the log of the test run
    name = make_url(knowing_database_url.get_secret_value()).database
    assert name is not None
    return Settings(
        database_url=knowing_database_url,
        database_owner_url=postgres.owner_url(name),
        data_key=SecretStr(base64.b64encode(bytes(range(32))).decode()),
        data_dir=tmp_path,
    )


def test_nothing_invented_comes_into_it(settings: Settings) -> None:
    with open_database(settings) as ready, psycopg.connect(plain_url(ready.database_url)) as connection:
        counted = connection.execute(
            "SELECT (SELECT count(*) FROM answer_units) > 1000, (SELECT count(*) FROM applications),"
            " (SELECT count(*) FROM offices)"
        ).fetchone()
    assert counted == (True, 0, 0)


def test_it_gets_no_key_by_itself(settings: Settings) -> None:
    """A key made in passing on one machine is missing on all the others."""
    without = settings.model_copy(update={"data_key": SecretStr("")})
    with pytest.raises(KeyUnusable, match="DATA_KEY"), open_database(without):
        pass
    assert not without.keys_dir.exists()
