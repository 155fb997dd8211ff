"""What could not be answered goes to the queue, masked and nobody's; staff settle it; who asked is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from bot.domain.answers import AnswerKind
from bot.domain.messages import Channel
from bot.domain.question import GroupState, QuestionReason
from bot.questions import settle
from bot.questions.group import group_questions
from bot.questions.settle import GroupMoved, NoSuchUnit
from bot.questions.tell import REFERENCE, AnsweredQuestions, tell_askers
from bot.storage.questions import (
    QuestionGroup,
    delete_old_questions,
    list_groups,
    list_questions,
    settle_published,
)
from bot.storage.tables import QuestionAskerRow, QuestionRow
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.core import TerminalCitizen, running_core
from tests.support.deliveries import Post
from tests.support.recording_sender import RecordingSender

ODD = "con gà mái nhà tôi bỏ ăn ba hôm rồi"
ODDER = "trồng sầu riêng bón phân gì tốt"
FEE = "can-cuoc.cap-doi.le-phi"


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


@pytest.fixture
def citizen(core: Core) -> TerminalCitizen:
    return TerminalCitizen(core, channel=Channel.WEB)


async def list_kept(core: Core) -> list[tuple[str, str, str | None]]:
    async with core.database.begin() as tx:
        rows = await tx.scalars(select(QuestionRow).order_by(QuestionRow.id))
        return [(row.text, row.reason, row.unit_id) for row in rows]


async def find_only_group(core: Core, clock: MovedClock) -> QuestionGroup:
    await group_questions(core.database)
    async with core.database.begin() as tx:
        (group,) = await list_groups(tx, states=list(GroupState), limit=9)
    return group


async def test_what_is_not_known_is_kept(core: Core, citizen: TerminalCitizen) -> None:
    assert (await citizen.writes(ODD)).kind is AnswerKind.UNKNOWN
    assert await list_kept(core) == [(ODD, QuestionReason.UNKNOWN, None)]


async def test_nothing_that_identifies_is_kept(core: Core, citizen: TerminalCitizen) -> None:
    """T25: personal data in logs."""
    for _ in range(2):  # unclear twice, or unknown: it is kept
        await citizen.writes(f"{ODD}, số cccd 001087012345, gọi 0912 345 678 hay a@b.vn")
    kept = await list_kept(core)
    assert kept
    for secret in ("001087012345", "0912", "345 678", "a@b.vn"):
        assert secret not in str(kept)
    async with core.database.begin() as tx:
        states = (await tx.execute(text("SELECT state::text FROM conversations"))).scalars().all()
    assert "gà mái" not in "".join(states), "the last question is encrypted"


@pytest.mark.parametrize("said", ["chào bạn", "cảm ơn", "cháy nhà rồi cứu với", "lệ phí đổi thẻ căn cước", "ừm"])
async def test_what_is_answered_or_no_question_is_not_kept(
    core: Core, citizen: TerminalCitizen, said: str
) -> None:
    await citizen.writes(said)
    assert await list_kept(core) == []


async def test_what_is_unclear_twice_in_a_row(core: Core, citizen: TerminalCitizen) -> None:
    first = await citizen.writes("làm căn cước")
    assert first.kind is AnswerKind.CLARIFY
    await citizen.writes("lệ phí đổi thẻ căn cước")
    for _ in range(3):
        await citizen.writes("làm căn cước")
    assert [(reason, kept) for kept, reason, _ in await list_kept(core)] == [("unclear", "làm căn cước")]


async def test_what_was_not_meant(core: Core, citizen: TerminalCitizen) -> None:
    answer = await citizen.writes("lệ phí đổi thẻ căn cước")
    assert answer.buttons[-1].title == "Chưa đúng ý tôi"
    thanks = await citizen.presses("Chưa đúng ý tôi")
    assert "không ghi ai hỏi" in thanks.text
    await citizen.presses_payload(f"d:{FEE}")
    assert await list_kept(core) == [("lệ phí đổi thẻ căn cước", QuestionReason.DISLIKED, FEE)]
    pressed = await citizen.presses_payload(f"a:{FEE}")
    assert "Chưa đúng ý tôi" not in [button.title for button in pressed.buttons]


async def test_the_same_is_one_group(core: Core, citizen: TerminalCitizen, clock: MovedClock) -> None:
    for said in (
        ODD,
        "con ga mai nha toi bo an ba hom roi",
        "con gà mái nha tôi bỏ ăn ba hôm rồi ạ",
        ODDER,
    ):
        await citizen.writes(said)
    assert await group_questions(core.database) == 4
    assert await group_questions(core.database) == 0
    async with core.database.begin() as tx:
        first, second = await list_groups(tx, states=[GroupState.OPEN], limit=9)
        asked = await list_questions(tx, first.id)
    assert (first.sample, first.count, second.count) == (ODD, 3, 1)
    assert len(asked) == 3


async def test_a_link_answers_within_two_seconds(core: Core, citizen: TerminalCitizen, clock: MovedClock) -> None:
    await citizen.writes(ODD)
    group = await find_only_group(core, clock)
    async with core.database.begin() as tx:
        await settle.link(tx, group.id, FEE, [ODD], version=group.version, staff="lan@a.vn", now=clock())
    async with asyncio.timeout(2):
        while (await citizen.writes("con ga mai nha toi bo an ba hom roi")).answer_id != FEE:
            pass
    assert (await citizen.writes("lệ phí đổi thẻ căn cước")).answer_id == FEE


async def test_two_people_do_not_undo_each_other(core: Core, citizen: TerminalCitizen, clock: MovedClock) -> None:
    await citizen.writes(ODD)
    group = await find_only_group(core, clock)

    async def take(staff: str) -> bool:
        try:
            async with core.database.begin() as tx:
                await settle.assign(tx, group.id, version=group.version, to=staff)
        except GroupMoved:
            return False
        return True

    assert sorted(await asyncio.gather(take("a"), take("b"), take("c"))) == [False, False, True]
    with pytest.raises(NoSuchUnit):
        async with core.database.begin() as tx:
            await settle.link(tx, group.id, "khong.co", [ODD], version=2, staff="a", now=clock())
    assert (await find_only_group(core, clock)).state is GroupState.OPEN


async def ask_to_be_told(citizen: TerminalCitizen) -> None:
    await citizen.writes(ODD)
    consent = await citizen.presses("Báo tôi khi có câu trả lời")
    assert "rồi quên việc này" in consent.text
    assert "✅" in (await citizen.presses("Đồng ý")).text


async def test_who_asked_is_told_once_and_forgotten(
    core: Core, citizen: TerminalCitizen, clock: MovedClock
) -> None:
    await ask_to_be_told(citizen)
    assert "1 câu hỏi đang chờ câu trả lời" in (await citizen.commands("du_lieu")).text
    group = await find_only_group(core, clock)
    post = Post(
        database=core.database,
        url=core.settings.database_url,
        clock=clock,
        sender=RecordingSender(channel=Channel.WEB),
        sources={REFERENCE: AnsweredQuestions()},
    )
    assert await tell_askers(core.database, post.queue, clock()) == 0
    async with core.database.begin() as tx:
        await settle.await_unit(tx, group.id, FEE, version=group.version, staff="lan@a.vn")
    assert await tell_askers(core.database, post.queue, clock()) == 0
    async with core.database.begin() as tx:
        assert await settle_published(tx, FEE, staff="hoa@a.vn", now=clock()) == 1
    clock.move(timedelta(hours=13))  # 22 o'clock in Hanoi
    assert await tell_askers(core.database, post.queue, clock()) == 0
    clock.move(timedelta(hours=10))
    assert await asyncio.gather(*(tell_askers(core.database, post.queue, clock()) for _ in range(3))) in (
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
    )
    await post.deliver()
    ((_, told, _),) = post.sender.sent
    assert told.text.startswith("Câu bạn hỏi hôm trước nay đã có câu trả lời")
    assert "gà" not in told.text
    assert told.buttons[0].payload == f"a:{FEE}"
    async with core.database.begin() as tx:
        assert list(await tx.scalars(select(QuestionAskerRow))) == []


@pytest.mark.parametrize("way", ["dung", "refuse"])
async def test_nobody_is_told_who_does_not_want_it(
    core: Core, citizen: TerminalCitizen, clock: MovedClock, way: str
) -> None:
    if way == "dung":
        await ask_to_be_told(citizen)
        await citizen.commands("dung")
    else:
        await citizen.writes(ODD)
        await citizen.presses("Báo tôi khi có câu trả lời")
        await citizen.presses("Không")
    async with core.database.begin() as tx:
        assert list(await tx.scalars(select(QuestionAskerRow))) == []


async def test_the_terminal_cannot_be_told(core: Core) -> None:
    answer = await TerminalCitizen(core).writes(ODD)
    assert "Báo tôi khi có câu trả lời" not in [button.title for button in answer.buttons]


async def test_questions_are_not_kept_for_ever(core: Core, citizen: TerminalCitizen, clock: MovedClock) -> None:
    await citizen.writes(ODD)
    await citizen.writes(ODDER)
    await group_questions(core.database)
    async with core.database.begin() as tx:
        first, second = await list_groups(tx, states=[GroupState.OPEN], limit=9)
        await settle.put_aside(tx, first.id, version=1, note="khác việc", staff="a", now=clock())
    for days, left in ((89, 2), (91, 1), (364, 1), (366, 0)):
        now = clock() + timedelta(days=days)
        async with core.database.begin() as tx:
            await delete_old_questions(
                tx, settled_before=now - timedelta(days=90), asked_before=now - timedelta(days=365)
            )
            assert len(await list_groups(tx, states=list(GroupState), limit=9)) == left, days
    assert await list_kept(core) == []
    assert second.sample
