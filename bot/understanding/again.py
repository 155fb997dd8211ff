"""Who did not understand an answer and asks for nothing else: "là sao", "nói rõ hơn đi", "không hiểu"."""

from __future__ import annotations

import re

from vietnamese.normalise import fold, tokens
from vietnamese.tidy import tidy

_ASKS = re.compile(
    r"\b(?:la sao|(?:khong|ko|k|hong|chua|chang) (?:hieu|ro)|noi (?:lai|ro|ky|ki|cu the|de hieu|don gian|chi tiet)"
    r"|giai thich|(?:chi tiet|cu the|ro|ky|ki|de hieu|don gian) hon)\b"
)
_LONGEST = 12
_ONLY = frozenset(
    re.findall(
        r"\w+",
        "la sao khong ko k hong chua chang hieu ro noi lai ky ki cu the de don gian giai thich chi tiet hon them"
        " chut xiu ti di coi xem voi nha nhe gium dum giup ho cho toi tui em minh con chau bac co chu anh ban bot"
        " oi da u lam gi vay nay do cai duoc ma van mot lan nua xin lam on cau tra loi doan y va luon",
    )
)
"""Words of such a message; with any other it asks about something: "không hiểu sao vneid báo lỗi"."""


def asks_again(text: str) -> bool:
    """Tell whether a text only asks to be told again what was just said."""
    words = tokens(fold(tidy(text)))
    return len(words) <= _LONGEST and set(words) <= _ONLY and _ASKS.search(" ".join(words)) is not None
