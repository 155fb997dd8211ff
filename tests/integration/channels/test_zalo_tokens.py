"""The token pair: renewed by one, kept before it is used, never twice with the same refresh token."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import select

from bot.channels.zalo.channel import open_zalo
from bot.channels.zalo.client import TokenRefused
from bot.channels.zalo.tokens import TokenKeeper
from bot.clock import read_clock
from bot.commands.zalo import connect, make_pkce, show_status
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed
from bot.settings import Settings
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tables import ZaloTokenRow
from tests.conftest import MovedClock
from tests.support.zalo import APP_ID, APP_SECRET, CHALLENGE, VERIFIER, Zalo, running_zalo

RENEWALS = 4


@pytest.fixture
async def zalo() -> AsyncIterator[Zalo]:
    async with running_zalo() as zalo:
        yield zalo


@pytest.fixture
async def keepers(
    zalo: Zalo, database: Database, cipher: Cipher, clock: MovedClock
) -> AsyncIterator[list[TokenKeeper]]:
    """Several, as in several processes; the first one is connected."""
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(
                open_zalo(zalo.make_account(), database=database, cipher=cipher, clock=clock)
            )
            for _ in range(RENEWALS)
        ]
        keepers = [each.tokens for each in opened]
        await keepers[0].connect(zalo.account.consent(CHALLENGE), verifier=VERIFIER)
        yield keepers


async def test_of_many_who_renew_at_once_one_does(keepers: list[TokenKeeper], zalo: Zalo) -> None:
    pairs = await asyncio.gather(*(keeper.renew(1) for keeper in keepers))
    assert {pair.version for pair in pairs} == {2}
    assert len({pair.access for pair in pairs}) == 1
    assert len(zalo.list_calls("/access_token")) == 2  # the code, and one renewal


async def test_the_pair_stands_encrypted(keepers: list[TokenKeeper], database: Database) -> None:
    pair = await keepers[0].get_pair()
    async with database.begin() as tx:
        row = (await tx.scalars(select(ZaloTokenRow))).one()
    assert pair.access.encode() not in row.access_encrypted
    assert pair.refresh.encode() not in row.refresh_encrypted
    assert pair.access not in repr(pair)


async def test_it_is_renewed_at_twenty_hours(keepers: list[TokenKeeper], clock: MovedClock) -> None:
    clock.move(timedelta(hours=19, minutes=59))
    assert not await keepers[0].renew_if_old(clock())
    clock.move(timedelta(minutes=1))
    assert await keepers[0].renew_if_old(clock())
    assert not await keepers[1].renew_if_old(clock())
    assert (await keepers[1].get_pair()).version == 2


async def test_who_needs_an_expired_pair_renews_it(keepers: list[TokenKeeper], clock: MovedClock) -> None:
    clock.move(timedelta(hours=26))
    assert (await keepers[2].get_pair()).version == 2


async def test_a_used_refresh_token_stops_the_channel_and_is_not_tried_again_at_once(
    keepers: list[TokenKeeper], zalo: Zalo, clock: MovedClock
) -> None:
    pair = await keepers[0].get_pair()
    assert zalo.account.take_refresh(pair.refresh)  # somebody else used it
    for _ in range(3):
        with pytest.raises(ChannelUnauthorised):
            await keepers[0].renew(pair.version)
    assert len(zalo.list_calls("/access_token")) == 2
    clock.move(timedelta(minutes=2))
    await keepers[0].connect(zalo.account.consent(CHALLENGE), verifier=VERIFIER)  # an administrator consents again
    assert (await keepers[1].renew(pair.version)).version == 2


async def test_an_outage_is_no_loss(keepers: list[TokenKeeper], zalo: Zalo) -> None:
    zalo.fails("/access_token", status=502)
    with pytest.raises(DeliveryDelayed):
        await keepers[0].renew(1)
    assert (await keepers[0].renew(1)).version == 2


async def test_a_code_works_once_and_only_with_its_verifier(keepers: list[TokenKeeper], zalo: Zalo) -> None:
    code = zalo.account.consent(CHALLENGE)
    with pytest.raises(TokenRefused):
        await keepers[0].connect(code, verifier="x" * 43)
    with pytest.raises(TokenRefused):
        await keepers[0].connect(code, verifier=VERIFIER)


async def test_without_a_first_pair_staff_are_needed(zalo: Zalo, database: Database, cipher: Cipher) -> None:
    async with open_zalo(zalo.make_account(), database=database, cipher=cipher, clock=read_clock) as opened:
        with pytest.raises(ChannelUnauthorised):
            await opened.tokens.get_pair()
        assert not await opened.tokens.renew_if_old(read_clock())


async def test_the_commands_that_connect(zalo: Zalo, database_url: SecretStr, tmp_path: Path) -> None:
    said = StringIO()
    console = Console(file=said, width=200)
    off = Settings(database_url=database_url, data_dir=tmp_path, zalo_app_id="")
    assert await connect(off, console, code="x", verifier=VERIFIER) == 1
    settings = off.model_copy(
        update={
            "zalo_app_id": APP_ID,
            "zalo_app_secret": SecretStr(APP_SECRET),
            "zalo_oa_secret": SecretStr("x"),
            "zalo_oauth_base": f"{zalo.url}/",
        }
    )
    open_cipher(settings, create=True)
    assert await show_status(settings, console) == 1
    assert await connect(settings, console, code="sai", verifier=VERIFIER) == 1
    verifier, challenge = make_pkce()
    assert await connect(settings, console, code=zalo.account.consent(challenge), verifier=verifier) == 0
    assert await show_status(settings, console) == 0
    for words in ("Zalo đang tắt", "Chưa có token", "Zalo không nhận mã", "Đã nối", "Token thứ 1"):
        assert words in said.getvalue()


_RACER = """
import asyncio, sys
from pydantic import SecretStr
from bot.channels.zalo.channel import open_zalo
from bot.clock import read_clock
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.support.zalo import Zalo

async def main():
    zalo = Zalo()
    zalo.url = sys.argv[2]
    database = Database(SecretStr(sys.argv[1]))
    async with open_zalo(
        zalo.make_account(), database=database, cipher=Cipher(bytes(range(32))), clock=read_clock
    ) as opened:
        version = (await opened.tokens.get_pair()).version
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(3):
            version = (await opened.tokens.renew(version)).version
        print(version, flush=True)
    await database.close()
    await zalo.events.close()
    await zalo.bot.close()

asyncio.run(main())
"""


async def test_two_processes_race_and_no_refresh_token_is_used_twice(
    zalo: Zalo, database: Database, database_url: SecretStr, cipher: Cipher
) -> None:
    async with open_zalo(zalo.make_account(), database=database, cipher=cipher, clock=read_clock) as opened:
        await opened.tokens.connect(zalo.account.consent(CHALLENGE), verifier=VERIFIER)
        racers = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _RACER, database_url.get_secret_value(), zalo.url),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=dict(os.environ),
            )
            for _ in range(2)
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert await racer.stdout.readline() == b"ready\n"
        told = await asyncio.gather(*(racer.communicate(b"go\n") for racer in racers))
        assert [racer.returncode for racer in racers] == [0, 0]
        used = [call["refresh_token"] for call in zalo.list_calls("/access_token") if "refresh_token" in call]
        assert len(used) == len(set(used))
        last = max(int(out.split()[-1]) for out, _ in told)
        assert last == len(used) + 1
        async with database.begin() as tx:
            assert (await tx.scalars(select(ZaloTokenRow.version))).one() == last
