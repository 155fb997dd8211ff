"""What kind of thing a question asks about its topic: the papers, the fee, the time, the place, the steps."""

from __future__ import annotations

import re

from bot.content.schema import QuestionKind
from vietnamese.concepts import drop_concepts
from vietnamese.normalise import fold, tokens
from vietnamese.tidy import tidy

_SIGNS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (
        QuestionKind.FEE,
        re.compile(
            r"\ble phi\b|\bphi\b|\btien (?:nong|bac)\b|bao nhieu tien|\bmat tien\b|het (bao )?nhieu|may tien"
            r"|mien phi|gia bao|^bao nhieu$"
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
ASKED_BESIDE = re.compile(
    r"\b(?:le phi|het (?:bao )?nhieu|bao nhieu tien|ton bao nhieu|may tien|mat bao lau|bao lau|may ngay|may hom"
    r"|bao nhieu ngay|o dau|cho nao|noi nao|can giay to|can mang|can nhung gi|can gi|giay to gi|mang gi)\b"
)
"""What begins a second question where nothing stands between the two: "làm lại ở đâu hết bao nhiêu tiền"."""
_SAID_ALONG = FILLERS | frozenset(re.findall(r"\w+", "gio roi ad toi minh tui chi anh ban nhe nha day ta muon"))
"""What is said along with a kind of question, and names nothing."""
_HANDED_IN = re.compile(r"\b(?:nop|gui) (?:ho so|online)\b")
_LONGEST_WITHOUT_TOPIC = 10


def names_no_topic(text: str) -> bool:
    """Tell whether a text only says what is asked, and nothing about what: "còn lệ phí thì sao"."""
    # "nộp online" names the portal, but here only how it is handed in.
    words = tokens(_HANDED_IN.sub("nop", fold(tidy(text))))
    return len(words) <= _LONGEST_WITHOUT_TOPIC and set(drop_concepts(words, KINDS_ONLY)) <= _SAID_ALONG


def find_question_kind(text: str) -> QuestionKind | None:
    """Return the kind of question a text asks, None where no sign of one is found."""
    folded = fold(text)
    return next((kind for kind, sign in _SIGNS if sign.search(folded)), None)
