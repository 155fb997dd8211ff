"""A danger that no rule knows is known by likeness; an ordinary question that is a little like one is answered."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.catalogue import Catalogue
from bot.settings import DATA
from bot.understanding.broad_words import BroadWords
from bot.understanding.decision import Thresholds
from bot.understanding.evidence import FEATURES
from bot.understanding.in_context import Before, InContext
from bot.understanding.ranking import Ranking
from bot.understanding.rasa import RasaClient
from bot.understanding.retrieval import Candidate
from bot.understanding.safety import SafetyRules
from bot.understanding.two_questions import TwoQuestions
from bot.understanding.understand import Understanding
from bot.understanding.understood import Understood

DAY = date(2026, 11, 30)
PHRASINGS = {
    "skill.benefits": ("nhà có người mất cần làm giấy gì", "ba mẹ mất thì lo giấy tờ nào", "có tang"),
    "danger.medical": ("ba em ngã xuống không dậy", "mẹ nằm xuống không tỉnh", "ông nằm bất động trên sàn"),
    "aside.circumstance": ("vợ em là người Lào", "bà già rồi"),
    "out-of-scope": ("hôm nay trời có mưa không", "kể chuyện cười đi"),
}


class _Ranks(RasaClient):
    """An understanding server that ranks all texts alike; nothing else counts."""

    def __init__(self, danger: float, otherwise: str) -> None:
        super().__init__("http://127.0.0.1:9", timeout_ms=100)
        self._danger, self._otherwise = danger, otherwise

    async def parse(self, masked: str) -> list[Candidate]:
        assert masked
        ranked = dict.fromkeys(PHRASINGS, 0.001)
        ranked |= {"danger.medical": self._danger, self._otherwise: 0.99 - self._danger}
        return sorted((Candidate(*each) for each in ranked.items()), key=lambda each: -each.score)


async def _understand(text: str, *, danger: float) -> Understood:
    return await _build(danger).understand(text, day=DAY)


def _build(danger: float, otherwise: str = "skill.benefits") -> Understanding:
    understanding = Understanding(
        rasa=_Ranks(danger, otherwise),
        safety=SafetyRules.load(DATA / "safety"),
        # Nothing is so sure that no danger is thought of.
        thresholds=Thresholds.load(DATA / "decision.yml").model_copy(update={"certain_from": 1.0}),
        ranking=Ranking(weights={name: float(name == "chance") for name in FEATURES}),
        in_context=InContext.load(DATA / "in-context.json"),
        two_questions=TwoQuestions.load(DATA / "two-questions.json"),
        broad=BroadWords.load(DATA / "broad-words.yml"),
    )
    understanding.use(Catalogue(units={}, phrasings=PHRASINGS))
    return understanding


async def test_a_little_like_a_danger_but_asked_of_an_office_it_is_answered_and_the_number_follows() -> None:
    understood = await _understand("ba em nằm xuống, gia đình phải làm giấy gì", danger=0.5)
    assert understood.safety is None
    assert understood.name == "skill.benefits"
    assert understood.beside is not None
    assert understood.beside.id == "medical"


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("ba em nằm xuống sàn rồi", 0.5),
        ("ba em vừa bị ngã nằm xuống, cứu với, giấy tờ đâu", 0.5),
        ("ba em nằm xuống, gia đình phải làm giấy gì", 0.9),
    ],
)
async def test_nothing_is_asked_or_it_is_now_or_it_is_too_like_a_danger(text: str, danger: float) -> None:
    understood = await _understand(text, danger=danger)
    assert understood.safety is not None
    assert understood.safety.id == "medical"


@pytest.mark.parametrize(("danger", "is_stopped"), [(0.3, False), (0.8, True)])
async def test_who_goes_on_from_a_question_must_be_more_like_a_danger(danger: float, *, is_stopped: bool) -> None:
    """People then tell of themselves, as those do who tell of a danger."""
    text = "vợ em là người Lào"
    understanding = _build(danger)
    alone = await understanding.understand(text, day=DAY)
    assert alone.safety is not None
    before = Before(subject="có tang thì lo giấy tờ nào", topic=None, unit=None)
    after = await understanding.read_on(alone, text, before=before, day=DAY)
    assert (after.safety is not None) is is_stopped
    assert is_stopped or (after.beside is not None and after.beside.id == "medical")


@pytest.mark.parametrize("otherwise", ["out-of-scope", "aside.circumstance"])
async def test_where_nothing_could_be_answered_less_is_enough(otherwise: str) -> None:
    text = "vợ em là người Lào"
    understanding = _build(0.15, otherwise)
    alone = await understanding.understand(text, day=DAY)
    assert alone.safety is not None
    assert (await _build(0.15).understand(text, day=DAY)).safety is None
    before = Before(subject="có tang thì lo giấy tờ nào", topic=None, unit=None)
    after = await understanding.read_on(alone, text, before=before, day=DAY)
    assert after.safety is None
    assert after.beside is None


async def test_the_likelier_danger_is_not_let_through() -> None:
    """Less is enough whether the danger or what has no answer is likelier."""
    understood = await _build(0.5, "out-of-scope").understand("vợ em là người Lào", day=DAY)
    assert understood.safety is not None


async def test_the_line_of_a_rule_follows_where_likeness_is_faint() -> None:
    text = "bố tôi mất trí hay đi lạc có gắn chip định vị thẻ không"
    found = SafetyRules.load(DATA / "safety").find(text)
    assert found.rule is None
    assert found.beside is not None
    understanding = _build(0.15, "aside.circumstance")
    alone = await understanding.understand(text, day=DAY)
    after = await understanding.read_on(
        alone, text, before=Before(subject="có tang thì lo giấy tờ nào", topic=None, unit=None), day=DAY
    )
    assert (after.safety or after.beside) is not None
