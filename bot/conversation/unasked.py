"""An ID number that nobody asked for: it is not kept, and its sender is told not to send it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.conversation import wording
from bot.domain.answers import Answer
from bot.domain.application_code import mask_codes
from bot.domain.id_number import find_id_number_problem

_TWELVE_DIGITS = re.compile(r"(?<!\d)\d(?:[ .-]?\d){11}(?!\d)")
_ACCOUNT = re.compile(r"\b(?:stk|tk|tai khoan|tài khoản)\b", re.IGNORECASE)


def has_id_number(text: str) -> bool:
    """Tell whether a text holds a number with the structure of an ID number.

    The figures of a bank account or of an application's code are none.
    """
    if _ACCOUNT.search(text):
        return False
    numbers = _TWELVE_DIGITS.findall(mask_codes(text, " "))
    return any(find_id_number_problem(re.sub(r"\D", "", found), None) is None for found in numbers)


def warn_of_id_number(answer: Answer) -> Answer:
    """Return the answer with a kind warning before it; a channel deletes what was sent where it can."""
    return replace(answer, text=f"{wording.UNASKED_ID_NUMBER}\n\n{answer.text}".strip(), deletes_message=True)
