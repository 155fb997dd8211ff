"""Thanks before a question are no part of it: "dạ em cảm ơn, thế hồ sơ cần những gì ạ"."""

from __future__ import annotations

import re
import unicodedata

from bot.understanding.halves import count_asks

_WHO = r"(?:em|e|tôi|toi|tui|mình|minh|cháu|chau|con|cô|chú|bác|anh|chị|bạn|ban|ad|shop|trợ lý|tro ly|bot)"
_THANKS = re.compile(
    r"^\s*(?:(?:dạ|da|vâng|vang|ok|oke|okie|à|rồi|roi|hay quá|tốt quá|tot qua|hay qua)[\s,.!]+)*"
    rf"(?:{_WHO}\s+)?(?:cảm ơn|cám ơn|cam on|cảm on|cãm ơn|thanks|thank you|tks|thks)"
    rf"(?:\s+(?:{_WHO}|nhiều|nhieu|lắm|lam|nha|nhé|nhe|ạ|a|đã trả lời|da tra loi))*"
    # Without a sign behind them names and little words may belong to the question: "cảm ơn anh đánh em hoài".
    r"\s*[,.;:!\n]\s*(?:(?:mà|nhưng|thế|vậy|còn)\s+)?(?=\S)",
    re.IGNORECASE,
)
_FEWEST = 2
"""Words of a question that may stand behind thanks."""


def leave_out_thanks(text: str) -> str:
    """Return a text without the thanks that it begins with, where a question comes after them."""
    text = unicodedata.normalize("NFC", text)
    thanks = _THANKS.match(text)
    if thanks is None:
        return text
    rest = text[thanks.end() :]
    return rest if len(rest.split()) >= _FEWEST and count_asks(rest) else text
