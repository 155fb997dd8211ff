"""What kind of thing a question asks about its topic: the papers, the fee, the time, the place, the steps."""

from __future__ import annotations

import re

from bot.content.schema import QuestionKind
from vietnamese.normalise import fold

_SIGNS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    (
        QuestionKind.FEE,
        re.compile(r"\ble phi\b|\bphi\b|bao nhieu tien|\bmat tien\b|het (bao )?nhieu|may tien|mien phi|gia bao"),
    ),
    (
        QuestionKind.TIME,
        re.compile(r"\bbao lau\b|may ngay|may hom|bao nhieu ngay|khi nao (co|xong|lay)|thoi gian|\blau khong"),
    ),
    (QuestionKind.PLACE, re.compile(r"\bo dau\b|cho nao|noi nao|den dau|di dau|dia diem|nop dau")),
    (
        QuestionKind.DOCUMENTS,
        re.compile(r"giay to|ho so gom|can mang|mang (theo )?gi|mang nhung gi|chuan bi gi|thu tuc gom"),
    ),
    (
        QuestionKind.STEPS,
        re.compile(r"lam sao|the nao|cach (nao|lam)|cac buoc|thuc hien|huong dan|online|qua mang"),
    ),
    (QuestionKind.PENALTY, re.compile(r"\bphat\b|xu phat")),
    (QuestionKind.VALIDITY, re.compile(r"thoi han|han bao|gia tri|het han|han su dung")),
    (QuestionKind.CONDITION, re.compile(r"dieu kien|ai duoc|co duoc|co can|bat buoc|doi tuong")),
)


def find_question_kind(text: str) -> QuestionKind | None:
    """Return the kind of question a text asks, None where no sign of one is found."""
    folded = fold(text)
    return next((kind for kind, sign in _SIGNS if sign.search(folded)), None)
