"""One kind of question about two things in one message: "phí làm căn cước với phí làm hộ chiếu bao nhiêu".

What stands once is meant for both: "cấp lại bằng lái và đăng ký xe cần giấy tờ gì" asks for the papers of both,
and both are issued again.
"""

from __future__ import annotations

import re

from bot.understanding.question_kind import KINDS_ONLY, find_question_kind
from bot.understanding.subject import WHAT_HAPPENED, find_subject
from vietnamese.concepts import drop_concepts, find_concepts
from vietnamese.normalise import fold, tokens

_BETWEEN = re.compile(r",?\s+(?:và|va|với|voi|cùng|cung|lẫn|lan)\s+(?:cả\s+|ca\s+)?")
_COMPARED = re.compile(r"\b(?:khac|giong|so voi|song song|gop|lien thong|cung luc|mot luc)\b")
"""Two things that are compared or done in one go are asked about together."""
_FEWEST, _MOST = 2, 9
"""Words of a question that only names a thing and what is asked about it; a longer one tells a story."""
_NO_THINGS = frozenset(
    re.findall(
        r"[\w-]+",
        "called scam submit pay track supplement result correct unlock age authorize complain school biometric"
        " otp password owner one-stop portal loan merger allowance tet split certify phone-change lock family",
    )
)
"""Concepts that are no document or registration that an office gives."""


def split_things(text: str) -> tuple[str, str] | None:
    """Return two whole questions where a text asks one thing about two, else None. `text`: normalised."""
    found = list(_BETWEEN.finditer(text))
    if len(found) != 1 or _COMPARED.search(fold(text)):
        return None
    first, second = text[: found[0].start()].strip(" ,."), text[found[0].end() :].strip(" ,.?")
    kinds = find_question_kind(first), find_question_kind(second)
    if kinds[1] is None or kinds[0] not in (None, kinds[1]):
        return None
    if not all(_FEWEST <= len(tokens(part)) <= _MOST for part in (first, second)):
        return None
    things = [_list_things(part) for part in (first, second)]
    if not (things[0] and things[1]) or things[0] & things[1]:
        return None
    if kinds[0] is None:
        second_alone = _drop(second, KINDS_ONLY)
        first = f"{first} {_keep(second, second_alone)}"
    if not _tells_what_happened(second) and _tells_what_happened(first):
        second = f"{_keep(_drop(first, KINDS_ONLY), _drop(_drop(first, KINDS_ONLY), WHAT_HAPPENED))} {second}"
    return first, second


def _list_things(text: str) -> set[str]:
    return set(find_subject(tokens(fold(text)))[1]) - _NO_THINGS


def _tells_what_happened(text: str) -> bool:
    return bool(set(find_concepts(tokens(fold(text)))) & WHAT_HAPPENED)


def _drop(text: str, concepts: frozenset[str]) -> str:
    words = tokens(text)
    return " ".join(drop_concepts([fold(word) for word in words], concepts, keep=words))


def _keep(text: str, without: str) -> str:
    """Return the words of a text that another has not."""
    left = tokens(without)
    kept = []
    for word in tokens(text):
        if left and word == left[0]:
            left.pop(0)
        else:
            kept.append(word)
    return " ".join(kept)
