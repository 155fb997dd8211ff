"""A message after another: what is joined, what is not, and what one half of a message tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.content.catalogue import Catalogue
from bot.content.schema import AnswerUnit, LegalDocument
from bot.domain.answers import AnswerKind
from bot.settings import DATA
from bot.understanding.broad_words import BroadWords
from bot.understanding.decision import Thresholds
from bot.understanding.evidence import FEATURES
from bot.understanding.in_context import Before, InContext
from bot.understanding.joining import join
from bot.understanding.ranking import Ranking
from bot.understanding.rasa import RasaClient
from bot.understanding.retrieval import Candidate
from bot.understanding.safety import SafetyRules
from bot.understanding.two_questions import TwoQuestions
from bot.understanding.understand import Understanding
from bot.understanding.understood import Understood
from tests.integration.content.data_folder import unit

DAY = date(2026, 11, 30)
FEE, PLACE = "ho-chieu.le-phi", "ho-chieu.noi-lam"
STAY = "tam-tru.noi-lam"
UNITS = {
    FEE: {"kind": "fee", "topic": "ho-chieu"},
    PLACE: {"kind": "place", "topic": "ho-chieu"},
    STAY: {"kind": "place", "topic": "tam-tru"},
}
PHRASINGS = {
    FEE: ("lệ phí làm hộ chiếu bao nhiêu", "hộ chiếu hết bao nhiêu tiền"),
    PLACE: ("làm hộ chiếu ở đâu", "hộ chiếu nộp chỗ nào"),
    STAY: ("đăng ký tạm trú ở đâu", "tạm trú nộp chỗ nào"),
    "danger.medical": ("có người ngất giữa đường", "ba em ngã xuống không dậy"),
    "aside.circumstance": ("vợ em là người Lào", "bà già rồi đi không nổi"),
    "smalltalk.thanks": ("cảm ơn bạn", "cám ơn nhé"),
    "out-of-scope": ("hôm nay trời có mưa không", "kể chuyện cười đi"),
}
LAW = LegalDocument.model_validate(
    {"id": "luat-26-2023-qh15", "name": "Luật", "effective_from": "2024-07-01", "checked_on": "2026-11-23"}
)
CATALOGUE = Catalogue(
    units={name: AnswerUnit.model_validate(unit(name, text="Ở đây.") | about) for name, about in UNITS.items()},
    phrasings=PHRASINGS,
    documents={LAW.id: LAW},
)
RANKING = Ranking(weights=dict.fromkeys(FEATURES, 0.0) | {"chance": 1.0, "nearest": 4.0})
"""Weights for six names: those we ship are learnt anew from time to time, among twelve hundred."""
BEFORE = Before(subject="làm hộ chiếu hết bao nhiêu tiền", topic="ho-chieu", unit=FEE)


class _Hears(RasaClient):
    """An understanding server that knows four words, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", timeout_ms=100)
        self.asked: list[str] = []
        self.is_away = False

    async def parse(self, masked: str) -> list[Candidate]:
        self.asked.append(masked)
        if self.is_away:
            return []
        likeliest = "danger.medical" if "ngất" in masked and "tạm trú" not in masked else "out-of-scope"
        if "người Lào" in masked.replace("lào", "Lào"):
            likeliest = "aside.circumstance"
        if "hộ chiếu" in masked:
            likeliest = FEE if "bao nhiêu" in masked else PLACE
        elif "tạm trú" in masked:
            likeliest = STAY
        others = [name for name in PHRASINGS if name != likeliest]
        return [Candidate(likeliest, 0.9), *(Candidate(name, 0.1 / len(others)) for name in others)]


@pytest.fixture
def rasa() -> _Hears:
    return _Hears()


@pytest.fixture
def understanding(rasa: _Hears) -> Understanding:
    made = Understanding(
        rasa=rasa,
        safety=SafetyRules.load(DATA / "safety"),
        thresholds=Thresholds.load(DATA / "decision.yml"),
        ranking=RANKING,
        in_context=InContext.load(DATA / "in-context.json"),
        two_questions=TwoQuestions.load(DATA / "two-questions.json"),
        broad=BroadWords.load(DATA / "broad-words.yml"),
    )
    made.use(CATALOGUE)
    return made


async def _read_on(understanding: Understanding, text: str, before: Before = BEFORE) -> Understood:
    understood = await understanding.understand(text, day=DAY)
    return await understanding.read_on(understood, text, before=before, day=DAY)


async def test_a_bare_side_is_that_of_the_topic_and_leaves_the_subject(understanding: Understanding) -> None:
    understood = await _read_on(understanding, "còn nộp ở đâu vậy")
    assert understood.name == PLACE
    assert understood.subject == BEFORE.subject


@pytest.mark.parametrize("text", ["không", "có", "được", "được không"])
async def test_a_word_that_asks_nothing_is_no_question(understanding: Understanding, text: str) -> None:
    assert (await _read_on(understanding, text)).name is None


async def test_what_is_about_something_else_is_not_kept_joined(understanding: Understanding) -> None:
    understood = await _read_on(understanding, "tạm trú thì nộp chỗ nào")
    assert understood.name == STAY
    assert not understood.whole_text
    assert not understood.subject


async def test_digits_of_two_messages_are_masked_together(understanding: Understanding, rasa: _Hears) -> None:
    before = Before(subject="làm hộ chiếu số 079085", topic="ho-chieu", unit=FEE)
    understood = await _read_on(understanding, "001234 nha, nộp ở đâu", before)
    assert any("sốđịnhdanh" in each for each in rasa.asked)
    assert not any("079085 001234" in each for each in (*rasa.asked, understood.whole_text, understood.subject))


async def test_what_is_a_danger_only_when_joined_is_not_joined(understanding: Understanding, rasa: _Hears) -> None:
    before = Before(subject="con em làm hộ chiếu uống nhầm", topic="ho-chieu", unit=FEE)
    text = "thuốc chuột thì nộp ở đâu"
    assert SafetyRules.load(DATA / "safety").find_rule(text) is None
    assert SafetyRules.load(DATA / "safety").find_rule(join(before.subject, text)) is not None
    understood = await _read_on(understanding, text, before)
    assert not understood.whole_text
    assert not any("uống nhầm" in each for each in rasa.asked)


async def test_two_questions_that_go_on_keep_the_subject(understanding: Understanding) -> None:
    understood = await _read_on(understanding, "nộp ở đâu và hết bao nhiêu tiền")
    assert [part.name for part in understood.parts] == [PLACE, FEE]
    assert understood.subject == BEFORE.subject


@pytest.mark.parametrize("text", ["số 079085\n001234 ở đâu", "số 079 085  001 234 ở đâu"])
async def test_an_id_number_is_masked_however_it_is_spaced(
    understanding: Understanding, rasa: _Hears, text: str
) -> None:
    await _read_on(understanding, text)
    assert rasa.asked
    assert not any("079" in each for each in rasa.asked)


@pytest.mark.parametrize(
    "text",
    [
        "có người ngất giữa đường phải làm sao, với lại đăng ký tạm trú ở đâu",
        "đăng ký tạm trú ở đâu, với lại có người ngất giữa đường phải làm sao",
        "đăng ký tạm trú ở đâu? làm hộ chiếu hết bao nhiêu tiền? có người ngất giữa đường phải làm sao",
    ],
)
async def test_a_danger_in_one_half_is_not_lost(understanding: Understanding, text: str) -> None:
    understood = await understanding.understand(text, day=DAY)
    assert (understood.safety or understood.beside).kind is AnswerKind.EMERGENCY


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("từng bị phạt vì đánh nhau, làm hộ chiếu ở đâu", "crime"),
        ("nhân viên gọi bảo làm hộ chiếu, làm ở đâu", "impersonation"),
        ("app ngu như bò, làm hộ chiếu ở đâu", "abuse"),
    ],
)
async def test_a_sure_question_is_answered_and_the_line_of_a_rule_follows(
    understanding: Understanding, text: str, rule: str
) -> None:
    understood = await understanding.understand(text, day=DAY)
    assert understood.safety is None
    assert understood.name == PLACE
    assert understood.beside is not None
    assert understood.beside.id == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("đang có đánh nhau, hôm nay làm hộ chiếu ở đâu", "crime"),
        ("nhân viên gọi bảo bấm link làm hộ chiếu, hộ chiếu hết bao nhiêu tiền", "impersonation"),
        ("có người sắp đánh nhau ngoài đường", "crime"),
        ("nhân viên gọi điện hỏi con em học lớp nào", "impersonation"),
    ],
)
async def test_what_is_now_or_asks_for_nothing_that_is_sure_is_warned_of(
    understanding: Understanding, text: str, rule: str
) -> None:
    understood = await understanding.understand(text, day=DAY)
    assert understood.safety is not None
    assert understood.safety.id == rule


async def test_with_rasa_away_nothing_gives_way(understanding: Understanding, rasa: _Hears) -> None:
    rasa.is_away = True
    understood = await understanding.understand("từng bị phạt vì đánh nhau, làm hộ chiếu ở đâu", day=DAY)
    assert understood.safety is not None


@pytest.mark.parametrize(
    "text",
    ["làm hộ chiếu ở đâu\nđăng ký tạm trú ở đâu", "đăng ký tạm trú ở đâu, với lại hộ chiếu hết bao nhiêu tiền"],
)
async def test_two_questions_are_read_apart(understanding: Understanding, text: str) -> None:
    parts = (await understanding.understand(text, day=DAY)).parts
    assert {part.name for part in parts} in ({PLACE, STAY}, {STAY, FEE})


async def test_a_question_that_staff_linked_as_they_saw_it_is_answered(understanding: Understanding) -> None:
    linked = {STAY: ("làm hộ chiếu hết bao nhiêu tiền mà ngủ nhờ nhà người quen",)}
    understanding.follow(replace(CATALOGUE, linked=linked))
    understood = await _read_on(understanding, "mà ngủ nhờ nhà người quen")
    assert understood.name == STAY


async def test_who_is_away_is_asked_once_for_a_message(understanding: Understanding, rasa: _Hears) -> None:
    rasa.is_away = True
    await _read_on(understanding, "làm hộ chiếu ở đâu, với lại đăng ký tạm trú mất bao nhiêu tiền")
    assert len(rasa.asked) == 1


async def test_what_is_told_aside_belongs_to_what_was_asked_before(understanding: Understanding) -> None:
    alone = await understanding.understand("vợ em là người Lào", day=DAY)
    assert alone.name == "aside.circumstance"
    assert not alone.stands_alone
    after = await understanding.read_on(alone, "vợ em là người Lào", before=BEFORE, day=DAY)
    assert after.decision.candidates
    assert all(each.name.startswith("ho-chieu.") for each in after.decision.candidates)


async def test_a_word_of_something_else_is_offered_a_choice_at_most(understanding: Understanding) -> None:
    after = await _read_on(understanding, "xổ số")
    assert after.name is None


async def test_thanks_before_a_question_are_left_out(understanding: Understanding) -> None:
    assert (await _read_on(understanding, "dạ em cảm ơn, thế nộp ở đâu ạ")).name == PLACE
