"""What kind of thing a question asks about its topic: the papers, the fee, the time, the place, the steps."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.content.schema import QuestionKind
from vietnamese.concepts import drop_concepts
from vietnamese.normalise import fold, tokens

_SIGNS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (
        QuestionKind.FEE,
        re.compile(
            r"\ble phi\b|\bphi\b|bao nhieu tien|\bmat tien\b|het (bao )?nhieu|may tien|mien phi|gia bao"
            r"|^bao nhieu$"
        ),
    ),
    (QuestionKind.AMOUNT, re.compile(r"duoc .{0,12}bao nhieu(?! (ngay|nam|tuoi))|tro cap .*bao nhieu|muc huong")),
    (
        QuestionKind.TIME,
        re.compile(r"\bbao lau\b|may ngay|may hom|bao nhieu ngay|khi nao (co|xong|lay)|thoi gian|\blau khong"),
    ),
    (QuestionKind.PLACE, re.compile(r"\bo (dau|mo)\b|cho nao|noi nao|den dau|di dau|dia diem|nop dau")),
    (
        QuestionKind.DOCUMENTS,
        re.compile(
            r"giay to|ho so gom|can mang|(mang|dem) (theo )?gi|cam theo gi|mang nhung gi|chuan bi gi"
            r"|thu tuc gom|giay (gi|nao)|\bcan (nhung )?gi\b"
        ),
    ),
    (QuestionKind.PENALTY, re.compile(r"\bphat (?:tien )?(?:the nao|ra sao|lam sao|nhu nao)")),
    (QuestionKind.ONLINE, re.compile(r"online|qua mang|tren mang|truc tuyen")),
    (QuestionKind.STEPS, re.compile(r"lam sao|the nao|cach (nao|lam)|cac buoc|thuc hien|huong dan")),
    (QuestionKind.PENALTY, re.compile(r"\bphat\b|xu phat")),
    (QuestionKind.VALIDITY, re.compile(r"thoi han|han bao|gia tri|het han|han su dung")),
    (QuestionKind.CONDITION, re.compile(r"dieu kien|ai duoc|co duoc|co can|bat buoc|doi tuong")),
)


NEAREST_KINDS: Mapping[QuestionKind, tuple[QuestionKind, ...]] = {
    QuestionKind.FEE: (QuestionKind.AMOUNT,),
    QuestionKind.AMOUNT: (QuestionKind.FEE,),
    QuestionKind.ONLINE: (QuestionKind.STEPS,),
    QuestionKind.STEPS: (QuestionKind.ONLINE,),
}
"""What tells nearly the same, where a topic has nothing of the kind that is asked."""

KINDS_ONLY = frozenset(
    (
        "fee",
        "free",
        "how-long",
        "where",
        "papers",
        "how",
        "online",
        "who",
        "must",
        "until-when",
        "late",
        "amount",
        "fine",
    )
)
"""Concepts that say what is asked, not about what."""
FILLERS = frozenset(
    (
        "a",
        "ah",
        "ak",
        "con",
        "vay",
        "thi",
        "sao",
        "mat",
        "nhi",
        "ha",
        "do",
        "nua",
        "la",
        "co",
        "khong",
        "ko",
        "k",
        "phai",
        "het",
        "bao",
        "em",
        "cho",
        "hoi",
        "va",
        "voi",
        "oi",
        "nhe",
        "luon",
        "duoc",
        "dc",
        "the",
        "lam",
        "dang",
        "ky",
        "nop",
        "can",
        "gi",
        "xin",
        "lay",
        "nhan",
        "xong",
        "nhung",
        "nhieu",
        "dieu",
        "kien",
        "huong",
        "gom",
    )
)
_BETWEEN_QUESTIONS = re.compile(r"[?;,\n]+|,?\s+(?:và|va|với lại|voi lai|còn|con|rồi|roi)\s+")
_ASKED = re.compile(
    r"\b(?:le phi|het (?:bao )?nhieu|bao nhieu tien|ton bao nhieu|may tien|mat bao lau|bao lau|may ngay|may hom"
    r"|bao nhieu ngay|o dau|cho nao|noi nao|can giay to|can mang|can nhung gi|can gi|giay to gi|mang gi)\b"
)
"""What begins a second question where nothing stands between the two: "làm lại ở đâu hết bao nhiêu tiền"."""
_HANDED_IN = re.compile(r"\b(?:nop|gui) (?:ho so|online)\b")
_FEWEST_WORDS = 2
_LONGEST_WITHOUT_TOPIC = 7


def names_no_topic(text: str) -> bool:
    """Tell whether a text only says what is asked, and nothing about what: "còn lệ phí thì sao"."""
    # "nộp online" names the portal, but here only how it is handed in.
    words = tokens(_HANDED_IN.sub("nop", fold(text)))
    return len(words) <= _LONGEST_WITHOUT_TOPIC and set(drop_concepts(words, KINDS_ONLY)) <= FILLERS


def split_questions(text: str) -> tuple[str, str] | None:
    """Return the two questions of a text that asks two different kinds of thing, else None."""
    for found in _BETWEEN_QUESTIONS.finditer(text):
        parts = text[: found.start()].strip(" ,."), text[found.end() :].strip(" ,.?")
        kinds = {find_question_kind(part) for part in parts}
        are_two = None not in kinds and len(kinds) > 1
        # A comma mostly stands within one question: "thẻ hết hạn rồi, đổi ở đâu".
        is_within = found.group().strip() == "," and not names_no_topic(parts[1])
        if are_two and not is_within and all(len(tokens(part)) >= _FEWEST_WORDS for part in parts):
            return parts
    return _split_side_by_side(text)


def _split_side_by_side(text: str) -> tuple[str, str] | None:
    """Return two questions that stand side by side, of which the second says only what else is asked."""
    for found in list(_ASKED.finditer(fold(text)))[1:]:
        parts = text[: found.start()].strip(" ,."), text[found.start() :].strip(" ,.?")
        first, second = (find_question_kind(part) for part in parts)
        is_whole = len(tokens(parts[0])) > _FEWEST_WORDS and not names_no_topic(parts[0])
        if is_whole and names_no_topic(parts[1]) and None not in (first, second) and first is not second:
            return parts
    return None


def find_question_kind(text: str) -> QuestionKind | None:
    """Return the kind of question a text asks, None where no sign of one is found."""
    folded = fold(text)
    return next((kind for kind, sign in _SIGNS if sign.search(folded)), None)
