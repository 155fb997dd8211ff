"""The question queue in the console: taken, linked, written for, put aside; two people do not collide."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from bot.domain.messages import Channel
from bot.domain.question import GroupState, QuestionReason
from bot.questions.group import group_questions
from bot.storage.database import Database
from bot.storage.questions import NewQuestion, find_group, list_groups, list_phrasings, record_question
from tests.conftest import MovedClock
from tests.integration.console.conftest import PATH, UNIT, Browser, fields_of, record_gate

ASKED = ("đổi thẻ cho ông nội nằm liệt", "doi the cho ong noi nam liet")


@pytest.fixture
async def path(seeded: Database, clock: MovedClock) -> str:
    async with seeded.begin() as tx:
        for words in ASKED:
            question = NewQuestion(text=words, reason=QuestionReason.UNKNOWN, channel=Channel.WEB)
            await record_question(tx, question, now=clock())
        disliked = NewQuestion(
            text="<script>alert(1)</script> đổi thẻ",
            reason=QuestionReason.DISLIKED,
            channel=Channel.TELEGRAM,
            unit_id=UNIT,
        )
        await record_question(tx, disliked, now=clock())
    await group_questions(seeded)
    async with seeded.begin() as tx:
        groups = await list_groups(tx, states=[GroupState.OPEN], limit=9)
    return f"/console/questions/{groups[0].id}"


async def state_of(database: Database, path: str) -> GroupState:
    async with database.begin() as tx:
        group = await find_group(tx, UUID(path.rpartition("/")[2]))
    assert group is not None
    return group.state


async def test_the_list_and_a_group(editor: Browser, path: str) -> None:
    page = (await editor.get("/console/questions")).text
    assert "2 nhóm đang chờ" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    group = (await editor.get(path)).text
    assert "Hỏi 2 lần" in group
    nearest = group[group.index("Câu trả lời đúng") : group.index("Câu khác, gõ tên")]
    assert "Lệ phí đổi thẻ căn cước" in nearest
    assert (await editor.get("/console/questions/khong-co")).status_code == 404
    assert ">2</span><span>Câu hỏi chưa trả lời được" in (await editor.get("/console")).text


async def test_taken_by_one(editor: Browser, reviewer: Browser, path: str) -> None:
    assert (await editor.send(path, do="assign", version="1")).headers["location"] == f"{path}?done=assign"
    assert (await reviewer.send(path, do="assign", version="1")).headers["location"] == f"{path}?done=moved"
    assert "editor@a.vn nhận" in (await reviewer.get(path)).text
    assert ASKED[0] in (await editor.get("/console/questions?mine=yes")).text
    assert ASKED[0] not in (await reviewer.get("/console/questions?mine=yes")).text
    assert (await editor.send(path, do="release", version="2")).headers["location"] == f"{path}?done=release"


async def test_linked_to_an_answer_and_taken_back(editor: Browser, seeded: Database, path: str) -> None:
    assert (await editor.send(path, do="link", version="1", unit=UNIT)).status_code == 422
    refused = await editor.send(path, do="link", version="1", unit="khong.co", phrasing=ASKED[0])
    assert (refused.status_code, "Chưa gắn được" in refused.text) == (422, True)
    assert 'value="khong.co" list="answers"' in refused.text, "what was typed stays"
    guess = await editor.send(path, do="link", version="1", unit="phí đổi thẻ", phrasing=ASKED[0])
    assert (guess.status_code, "“Lệ phí đổi thẻ căn cước”. Chọn đúng một tên" in guess.text) == (422, True)
    both = await editor.send(path, do="link", version="1", unit="Câu cũ", near=UNIT, phrasing=ASKED[0])
    assert (both.status_code, "Giữ một trong hai" in both.text) == (422, True)
    assert f'value="{UNIT}" checked' in both.text
    linked = await editor.send(path, do="link", version="1", unit="LỆ PHÍ đổi thẻ căn cước", phrasing=ASKED[0])
    assert linked.headers["location"] == f"{path}?done=link"
    assert await state_of(seeded, path) is GroupState.LINKED
    async with seeded.begin() as tx:
        (phrasing,) = await list_phrasings(tx, UNIT)
    assert (phrasing.text, phrasing.added_by) == (ASKED[0], "editor@a.vn")
    page = (await editor.get(PATH)).text
    assert "1 câu hỏi thật đã gắn" in page
    dropped = await editor.send(f"{PATH}/phrasings", unlink=str(phrasing.id))
    assert dropped.headers["location"] == f"{PATH}/phrasings?done=unlinked"
    async with seeded.begin() as tx:
        assert await list_phrasings(tx) == []


async def test_linked_to_the_nearest_answer_with_a_click(editor: Browser, seeded: Database, path: str) -> None:
    assert f'name="near" value="{UNIT}"' in (await editor.get(path)).text
    linked = await editor.send(path, do="link", version="1", near=UNIT, unit="", phrasing=ASKED[0])
    assert linked.headers["location"] == f"{path}?done=link"
    async with seeded.begin() as tx:
        assert [each.text for each in await list_phrasings(tx, UNIT)] == [ASKED[0]]


async def test_only_what_was_asked_is_linked(editor: Browser, seeded: Database, path: str) -> None:
    await editor.send(path, do="link", version="1", unit=UNIT, phrasing="một câu không ai hỏi")
    async with seeded.begin() as tx:
        assert await list_phrasings(tx) == []


async def test_a_new_answer_settles_it_when_it_is_published(
    editor: Browser, reviewer: Browser, seeded: Database, path: str
) -> None:
    wrong = await editor.send(path, do="write", version="1", title="x", topic="can-cuoc.doi", kind="place")
    assert (wrong.status_code, "Chưa viết được" in wrong.text) == (422, True)
    begun = await editor.send(
        path, do="write", version="1", title="Đổi thẻ tại nhà", topic="can-cuoc.doi", kind="place"
    )
    form = fields_of((await editor.get(begun.headers["location"])).text)
    assert await state_of(seeded, path) is GroupState.AWAITING
    unit = "can-cuoc.doi.doi-the-tai-nha"
    form |= {"versions.0.text": "Công an đến tận nhà.", "versions.0.sources.0.document": "luat-26-2023-qh15"}
    assert (await editor.post(f"/console/answers/{unit}", form)).status_code == 303
    await record_gate(seeded, unit)
    assert (await reviewer.decide(f"/console/answers/{unit}", do="publish")).status_code == 303
    assert await state_of(seeded, path) is GroupState.LINKED


async def test_put_aside_with_a_reason(editor: Browser, seeded: Database, path: str) -> None:
    assert (await editor.send(path, do="put-aside", version="1")).status_code == 422
    await editor.send(path, do="put-aside", version="1", note="Việc của bệnh viện.")
    assert await state_of(seeded, path) is GroupState.OUT_OF_SCOPE
    assert ASKED[0] in (await editor.get("/console/questions?state=settled")).text
    assert re.search(r"1 nhóm đang chờ", (await editor.get("/console/questions")).text)
