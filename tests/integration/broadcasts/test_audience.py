"""Whom a broadcast reaches, whom not, and why not."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bot.domain.broadcast import CAP, Audience, Reach, Unreached
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import RefusalReason
from bot.storage.broadcast_audience import measure_reach, sample_audience
from bot.storage.citizens import record_contact_stopped
from bot.storage.conversations import take_up
from tests.integration.broadcasts.conftest import CAN_THO, HANOI, Studio

CAU_GIAY, HOAN_KIEM = "00167", "00070"


@pytest.fixture
async def readers(studio: Studio) -> dict[str, UUID]:
    return {
        "an": await studio.add_reader("an", commune=HOAN_KIEM, birth_year=1950, groups=("elderly",)),
        "binh": await studio.add_reader("binh", commune=CAU_GIAY, birth_year=1990, topics=("canh-bao",)),
        "chi": await studio.add_reader("chi", province=CAN_THO, birth_year=1960, groups=("poor", "elderly")),
        "dung": await studio.add_reader("dung", province=None, channel=Channel.WEB),
    }


async def reach(studio: Studio, audience: Audience) -> Reach:
    async with studio.database.begin() as tx:
        return await measure_reach(tx, audience, now=studio.clock())


@pytest.mark.parametrize(
    ("audience", "count"),
    [
        (Audience(), 4),
        (Audience(topics=("canh-bao",)), 1),
        (Audience(topics=("canh-bao", "can-cuoc")), 4),
        (Audience(provinces=(HANOI,)), 2),
        (Audience(communes=(HOAN_KIEM,)), 1),
        (Audience(provinces=(CAN_THO,), communes=(HOAN_KIEM,)), 2),
        (Audience(born_to=1960), 2),
        (Audience(born_from=1951, born_to=1990), 2),
        (Audience(groups=("poor",)), 1),
        (Audience(groups=("poor", "elderly")), 2),
        (Audience(channels=("web",)), 1),
        (Audience(provinces=(HANOI,), born_to=1950, groups=("elderly",), topics=("can-cuoc",)), 1),
        (Audience(provinces=("99",)), 0),
    ],
)
async def test_filters(studio: Studio, readers: dict[str, UUID], audience: Audience, count: int) -> None:
    assert (await reach(studio, audience)).total == count
    assert Audience.load(audience.dump()) == audience
    broadcast = await studio.approve(audience)
    assert await studio.plan() == count
    assert (await studio.find(broadcast)).planned == count


async def test_who_cannot_be_reached_is_counted_apart(studio: Studio, readers: dict[str, UUID]) -> None:
    async with studio.database.begin() as tx:
        await record_contact_stopped(tx, readers["an"], reason=RefusalReason.BLOCKED, now=studio.clock())
    for _ in range(CAP):
        await studio.approve(Audience(communes=(CAU_GIAY,)))
        await studio.plan()
    found = await reach(studio, Audience())
    assert (found.total, found.unreached) == (2, {Unreached.STOPPED: 1, Unreached.CAPPED: 1})
    assert found.by_channel == {Channel.TELEGRAM: 1, Channel.WEB: 1}
    await studio.approve()
    assert await studio.plan() == 2
    studio.clock.move(timedelta(days=31))
    assert Unreached.CAPPED not in (await reach(studio, Audience())).unreached


async def test_who_has_written_lately(studio: Studio, readers: dict[str, UUID]) -> None:
    async with studio.database.begin() as tx:
        await take_up(tx, ChatAddress(channel=Channel.TELEGRAM, chat="an"), now=studio.clock())
    assert (await reach(studio, Audience(active_days=30))).total == 1
    studio.clock.move(timedelta(days=31))
    assert (await reach(studio, Audience(active_days=30))).total == 0


async def test_a_sample_says_not_who(studio: Studio, readers: dict[str, UUID]) -> None:
    async with studio.database.begin() as tx:
        sample = await sample_audience(tx, Audience(provinces=(HANOI,)), limit=9, now=studio.clock())
    assert {(each.commune_code, each.birth_year) for each in sample} == {(HOAN_KIEM, 1950), (CAU_GIAY, 1990)}


async def test_not_those_who_got_another(studio: Studio, readers: dict[str, UUID]) -> None:
    first = await studio.approve(Audience(communes=(HOAN_KIEM,)))
    await studio.send_all(looks=3)
    assert (await reach(studio, Audience(without=first))).total == 3
