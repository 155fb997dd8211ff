"""What was not there before: a value of law, an answer with how citizens ask for it, and the law they stand on."""

from __future__ import annotations

import pytest

from bot.content.catalogue import load_catalogue
from bot.content.new_answers import make_candidate
from bot.content.publish import NEW, publish_record
from bot.content.schema import LegalDocument
from bot.domain.content import ContentKind
from bot.storage.content_drafts import find_draft
from bot.storage.content_records import find_record
from bot.storage.database import Database
from tests.conftest import MovedClock
from tests.integration.console.conftest import PATH, UNIT, Browser, fields_of, record_gate
from tests.integration.content.data_folder import document

NEW_PARAMETER = "can-cuoc.phi-cap-lai-the"
PARAMETER_PATH = f"/console/parameters/{NEW_PARAMETER}"
NEW_UNIT = "can-cuoc.doi.cap-lai-the-bi-mat"
UNIT_PATH = f"/console/answers/{NEW_UNIT}"
LAW = "Luật Căn cước 26/2023/QH15"


async def fill_new_parameter(editor: Browser) -> dict[str, str]:
    return {
        **await editor.read_form("/console/parameters/new"),
        "title": "Phí cấp lại thẻ",
        "group": "can-cuoc",
        "unit": "vnd",
        "values.0.value": "70.000",
        "values.0.document": "26/2023",
    }


async def test_a_new_value_is_published_by_another_and_answers_draw_on_it(
    editor: Browser, reviewer: Browser, seeded: Database, clock: MovedClock
) -> None:
    assert "/console/parameters/new" in (await editor.get("/console/parameters")).text
    added = await editor.post("/console/parameters/new", await fill_new_parameter(editor))
    assert added.headers["location"] == f"{PARAMETER_PATH}?done=submitted"
    assert "Mới, chưa đăng" in (await editor.get(PARAMETER_PATH)).text
    assert "Phí cấp lại thẻ" in (await editor.get("/console/parameters?q=cap+lai")).text
    # A draft is no figure yet.
    text = f"Cấp lại thẻ: {{{{{NEW_PARAMETER}}}}}."
    fields = {**await editor.read_form(), "versions.0.text": text}
    assert "Không có tham số" in (await editor.post(PATH, fields)).text

    review = f"/console/reviews/parameter/{NEW_PARAMETER}"
    assert "70.000 đồng" in (await reviewer.get(review)).text
    await record_gate(seeded, NEW_PARAMETER, kind=ContentKind.PARAMETER)
    published = await reviewer.decide(review, do="publish")
    assert published.headers["location"] == f"{PARAMETER_PATH}?done=published"
    assert (await editor.post(PATH, fields)).headers["location"] == f"{PATH}?done=submitted"
    await record_gate(seeded, UNIT)
    await reviewer.decide(PATH, do="publish")
    async with seeded.begin() as tx:
        catalogue = await load_catalogue(tx)
    assert catalogue.render_unit(UNIT, day=clock().date()).text == "Cấp lại thẻ: 70.000 đồng."


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("title", "", "Ghi tên từ 3 đến 120 ký tự"),
        ("title", "!!!", "Ghi tên từ 3 đến 120 ký tự"),
        ("title", "lệ phí ĐỔI THẺ", "Đã có tham số này: Lệ phí đổi thẻ"),
        ("group", "", "Chọn một nhóm"),
        ("unit", "", "Chọn giá trị được tính bằng gì"),
        ("values.0.value", "bảy mươi", "Ghi một con số"),
        ("values.0.document", "", "Chọn văn bản làm căn cứ"),
    ],
)
async def test_a_new_value_says_what_is_missing(editor: Browser, field: str, typed: str, message: str) -> None:
    fields = {**await fill_new_parameter(editor), field: typed}
    refused = await editor.post("/console/parameters/new", fields)
    assert refused.status_code == 422
    assert message in refused.text
    kept = fields_of(refused.text)
    assert {name: kept[name] for name in fields} == fields, "what was typed is still there"


async def test_everything_that_is_missing_is_said_at_once(editor: Browser) -> None:
    fields = {**await fill_new_parameter(editor), "group": "", "unit": "", "values.0.value": ""}
    refused = (await editor.post("/console/parameters/new", {**fields, "values.0.document": "x"})).text
    assert "Sửa 4 chỗ rồi lưu lại" in refused
    for place in ("group", "unit", "values-0-value", "values-0-document"):
        assert f'href="#{place}"' in refused


async def test_a_new_value_that_is_dropped_is_gone_and_one_that_is_there_is_not_added_again(
    editor: Browser, reviewer: Browser
) -> None:
    fields = await fill_new_parameter(editor)
    await editor.post("/console/parameters/new", fields)
    again = await reviewer.post("/console/parameters/new", await fill_new_parameter(reviewer))
    assert (again.status_code, "Đã có tham số này" in again.text) == (422, True)
    dropped = await editor.post(PARAMETER_PATH, {**await editor.read_form(PARAMETER_PATH), "do": "drop"})
    assert dropped.headers["location"] == "/console/parameters?done=dropped"
    assert (await editor.get(PARAMETER_PATH)).status_code == 404


async def test_a_new_answer_is_written_reviewed_and_published(
    seeded: Database, editor: Browser, reviewer: Browser
) -> None:
    assert "Soạn" in (await editor.get("/console/answers/new")).text
    for title, topic, problem in (
        ("x", "can-cuoc.doi", "Tiêu đề dài từ 3"),
        ("Thời gian đổi thẻ", "can-cuoc.doi", "Đã có câu trả lời mang tiêu đề này"),
        ("Đổi thẻ cho người già", "khong-co", "Chọn chủ đề"),
    ):
        asked = await editor.http.get(
            "/console/answers/new", params={"title": title, "topic": topic, "kind": "place"}
        )
        assert (asked.status_code, problem in asked.text) == (422, True)
    given = {"title": "Đổi thẻ cho người già yếu", "topic": "can-cuoc.doi", "kind": "place"}
    form = fields_of((await editor.http.get("/console/answers/new", params=given)).text)
    path = "/console/answers/can-cuoc.doi.doi-the-cho-nguoi-gia-yeu"
    assert "Câu trả lời đang trống" in (await editor.post(path, form)).text
    form |= {"versions.0.text": "Công an đến tận nhà.", "versions.0.sources.0.document": "luat-26-2023-qh15"}
    assert (await editor.post("/console/answers/can-cuoc.doi.khac", form)).status_code == 404
    sent = await editor.post(path, form)
    assert sent.headers["location"] == f"{path}?done=submitted"
    assert "Câu mới, chưa đăng" in (await editor.get(path)).text
    await record_gate(seeded, path.rpartition("/")[2])
    assert "Chưa có bản nào đang dùng" in (await reviewer.get(path.replace("answers", "reviews"))).text
    assert (await reviewer.decide(path, do="publish")).status_code == 303
    async with seeded.begin() as tx:
        stored = await find_record(tx, ContentKind.ANSWER, path.rpartition("/")[2])
    assert stored is not None
    assert (stored.revision, stored.body["title"]) == (1, "Đổi thẻ cho người già yếu")
    assert "1 ký tự" not in (await reviewer.get(f"{path}/history")).text


async def write_new_answer(editor: Browser) -> None:
    given = {"title": "Cấp lại thẻ bị mất", "topic": "can-cuoc.doi", "kind": "steps"}
    form = fields_of((await editor.http.get("/console/answers/new", params=given)).text)
    form |= {"versions.0.text": "Báo mất rồi làm lại.", "versions.0.sources.0.document": LAW}
    assert (await editor.post(UNIT_PATH, form)).headers["location"] == f"{UNIT_PATH}?done=submitted"


async def write_phrasings(editor: Browser, texts: str, *, do: str = "submit") -> None:
    path = f"{UNIT_PATH}/phrasings"
    response = await editor.post(path, {**await editor.read_form(path), "texts": texts, "do": do})
    assert response.status_code == 303, response.text


async def decide(reviewer: Browser, **fields: str) -> tuple[int, str]:
    """Send a reviewer's decision on the new answer, as its page shows it."""
    path = f"/console/reviews/{NEW_UNIT}"
    page = (await reviewer.get(path)).text
    shown = page.partition('name="seen_phrasings" value="')[2].partition('"')[0]
    response = await reviewer.decide(path, seen_phrasings=shown, do="publish", **fields)
    return response.status_code, response.text


async def test_a_new_answer_is_published_with_how_citizens_ask_for_it(
    editor: Browser, reviewer: Browser, seeded: Database
) -> None:
    await write_new_answer(editor)
    assert "Chưa có cách hỏi nào" in (await reviewer.get(f"/console/reviews/{NEW_UNIT}")).text
    await write_phrasings(editor, "mất thẻ thì làm sao\nmất căn cước")
    assert "2 cách hỏi" in (await editor.get(UNIT_PATH)).text
    review = (await reviewer.get(f"/console/reviews/{NEW_UNIT}")).text
    assert "mất thẻ thì làm sao" in review
    assert ">Cách hỏi: Cấp lại thẻ bị mất</a>" in (await reviewer.get("/console/reviews")).text
    # The golden questions are asked of both together, whichever of them is looked at.
    async with seeded.begin() as tx:
        for kind in (ContentKind.ANSWER, ContentKind.PHRASINGS):
            draft = await find_draft(tx, kind, NEW_UNIT)
            assert draft is not None
            candidate = await make_candidate(tx, await load_catalogue(tx), draft)
            assert NEW_UNIT in candidate.units
            assert len(candidate.phrasings[NEW_UNIT]) == 2
    # Ways of asking for what is not there are published with it, never before it.
    await record_gate(seeded, NEW_UNIT, kind=ContentKind.PHRASINGS)
    alone = await reviewer.decide(f"/console/reviews/phrasings/{NEW_UNIT}", do="publish")
    assert (alone.status_code, "Câu trả lời này chưa đăng" in alone.text) == (409, True)

    await record_gate(seeded, NEW_UNIT)
    assert (await decide(reviewer))[0] == 303
    async with seeded.begin() as tx:
        catalogue = await load_catalogue(tx)
        assert await find_draft(tx, ContentKind.PHRASINGS, NEW_UNIT) is None
    assert NEW_UNIT in catalogue.units
    assert catalogue.phrasings == {NEW_UNIT: ("mất thẻ thì làm sao", "mất căn cước")}


async def test_nothing_is_published_where_the_phrasings_were_not_tried_or_changed_meanwhile(
    editor: Browser, reviewer: Browser, seeded: Database
) -> None:
    await write_new_answer(editor)
    await write_phrasings(editor, "mất thẻ thì làm sao")
    await record_gate(seeded, NEW_UNIT)
    # What was found of the answer alone says nothing of the two together: the page goes on waiting.
    for path in (f"/console/reviews/{NEW_UNIT}", f"/console/reviews/{NEW_UNIT}/gate"):
        waits = (await reviewer.get(path)).text
        assert ("Đang hỏi bộ câu hỏi mẫu" in waits, "câu hỏi nào sai đi" in waits) == (True, False)
    status, page = await decide(reviewer)
    assert (status, "Chưa đăng được" in page) == (409, True)
    seen = page.partition('name="seen_phrasings" value="')[2].partition('"')[0]
    await write_phrasings(editor, "mất thẻ thì làm sao\nmất thẻ")
    for kind in (ContentKind.ANSWER, ContentKind.PHRASINGS):  # both are tried again
        await record_gate(seeded, NEW_UNIT, kind=kind)
    old = await reviewer.decide(f"/console/reviews/{NEW_UNIT}", seen_phrasings=seen, do="publish")
    assert (old.status_code, "Nội dung vừa đổi" in old.text) == (409, True)
    async with seeded.begin() as tx:
        assert await find_record(tx, ContentKind.ANSWER, NEW_UNIT) is None
        assert await find_record(tx, ContentKind.PHRASINGS, NEW_UNIT) is None


async def test_new_phrasings_have_the_answer_tried_again(
    editor: Browser, reviewer: Browser, seeded: Database
) -> None:
    """What the first ones broke would bar the answer for ever."""
    await write_new_answer(editor)
    await write_phrasings(editor, "đổi thẻ hết bao nhiêu")
    await record_gate(seeded, NEW_UNIT, breaks=True)
    await record_gate(seeded, NEW_UNIT, breaks=True, kind=ContentKind.PHRASINGS)
    assert (await decide(reviewer))[0] == 409
    await write_phrasings(editor, "mất thẻ thì làm sao")
    assert "Đang hỏi bộ câu hỏi mẫu" in (await reviewer.get(f"/console/reviews/{NEW_UNIT}")).text
    await record_gate(seeded, NEW_UNIT)
    await record_gate(seeded, NEW_UNIT, kind=ContentKind.PHRASINGS)
    assert (await decide(reviewer))[0] == 303


async def test_phrasings_that_are_not_sent_for_review_stay_a_draft(
    editor: Browser, reviewer: Browser, seeded: Database
) -> None:
    await write_new_answer(editor)
    await write_phrasings(editor, "mất thẻ thì làm sao", do="save")
    await record_gate(seeded, NEW_UNIT)
    assert (await decide(reviewer))[0] == 303
    assert "mất thẻ thì làm sao" in (await editor.get(f"{UNIT_PATH}/phrasings")).text
    async with seeded.begin() as tx:
        assert await find_record(tx, ContentKind.PHRASINGS, NEW_UNIT) is None


async def test_a_new_answer_that_is_dropped_takes_its_phrasings_along(editor: Browser, seeded: Database) -> None:
    await write_new_answer(editor)
    await write_phrasings(editor, "mất thẻ thì làm sao")
    await editor.post(UNIT_PATH, {**await editor.read_form(UNIT_PATH), "do": "drop"})
    async with seeded.begin() as tx:
        assert await find_draft(tx, ContentKind.PHRASINGS, NEW_UNIT) is None
    assert (await editor.get(f"{UNIT_PATH}/phrasings")).status_code == 404


@pytest.mark.parametrize("path", [PATH, "/console/parameters/can-cuoc.le-phi.doi", "/console/documents/new"])
async def test_the_law_is_found_by_typing(editor: Browser, path: str) -> None:
    page = (await editor.get(path)).text
    assert 'list="documents"' in page
    assert f'<option value="{LAW}">' in page


async def test_a_law_that_several_names_fit_is_asked_for_again(
    editor: Browser, seeded: Database, clock: MovedClock
) -> None:
    other = LegalDocument.model_validate(document("luat-30-2030-qh17", name="Luật Căn cước 30/2030/QH17"))
    async with seeded.begin() as tx:
        await publish_record(tx, other, expected_revision=NEW, editor="lan@a.vn", now=clock())
    fields = {**await editor.read_form(), "versions.0.sources.0.document": "luat can cuoc"}
    unclear = await editor.post(PATH, fields)
    assert unclear.status_code == 422
    assert f"{LAW}; Luật Căn cước 30/2030/QH17" in unclear.text
    assert fields_of(unclear.text)["versions.0.sources.0.document"] == "luat can cuoc"
    chosen = await editor.post(PATH, {**fields, "versions.0.sources.0.document": "luat can cuoc 30"})
    assert chosen.status_code == 303
    assert (await editor.read_form())["versions.0.sources.0.document"] == "Luật Căn cước 30/2030/QH17"
