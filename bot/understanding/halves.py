"""Where a message falls into two questions: "... ở đâu, với lại ... hết bao nhiêu".

Each half must ask something; whether they are two questions is decided by whoever reads them, since a choice
within one question looks alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.question_kind import ASKED_BESIDE
from bot.understanding.two_things import split_things
from vietnamese.normalise import fold, tokens
from vietnamese.tidy import tidy

_LEADS = (
    "với lại|vs lại|đồng thời|tiện thể|nhân tiện|tiện|sẵn|luôn tiện|luôn|ngoài ra|cho (?:em |tôi |mình |cháu )?hỏi"
    "|hỏi thêm|hỏi luôn|hỏi|còn|và|mà|rồi|thế|với|vậy|à|nếu"
)
_PLAIN_LEADS = (
    "voi lai|vs lai|dong thoi|tien the|nhan tien|luon tien|ngoai ra|cho (?:em |toi |minh |chau )?hoi|hoi them"
    "|hoi luon|con|va|ma|roi|the|voi|vay|a|neu"
)
"""Without accents; where they are typed, "con" is a child and "ma" a ghost."""
_ENDS = (
    r"(?:\s+(?:ạ|a|vậy|vay|hả|ha|nhỉ|nhi|ad|z|thế|the|ta|nha|nhé|nhe|em|anh|chị|chi|ơi|oi|các|cac|bạn|ban|mn|đây"
    r"|day|luật|luat|mọi người))*$"
)
_ASKS = re.compile(
    r"\b(?:gì|gi|nào|nao|sao|bao nhiêu|bao nhieu|bao lâu|bao lau|bao giờ|bao gio|nhiêu|ai|đâu"
    r"|(?:hết|het|tốn|ton|mất|mat) nhieu|(?:o|den|di|ra|ve|vao|toi|lay|nop|xin) dau"
    r"|(?:mấy|may) (?:ngày|ngay|tuần|tuan|tháng|thang|bữa|bua|hôm|hom|giờ|gio|năm|nam|tuổi|tuoi)"
    r"|(?:mấy|may) (?:tiền|tien|lần|lan|phần|phan|triệu|trieu|trăm|tram)|(?:ở|đi|ra|chỗ|o) mô)\b"
    rf"|\b(?:không|khong|ko|hông|hong|hok|chưa|chua|hả|ha|nhỉ|nhi){_ENDS}"
    r"|\b(?:không|khong) hay\b"
    r"|\b(?:có|co) (?:phải|phai|được|duoc|cần|can|bị|bi|mất|mat|nên|nen) .+ (?:không|khong)\b"
    r"|\bhay (?:là|la)\b"
)
_STRONG = re.compile(r"[?;]")
_FEWEST, _MOST_BESIDE = 2, 6
_MOST_TRIED = 4
_LONGEST = 80
"""Words; who writes more tells a story."""


def _compile(leads: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    boundary = re.compile(rf"[?!;]+|\.(?=\s)|,|\s(?=(?:{leads})\s)")
    return boundary, re.compile(rf"^(?:(?:{leads})[\s,]+)+")


_TYPED_WITH, _TYPED_WITHOUT = _compile(_LEADS), _compile(_PLAIN_LEADS)


def list_halves(text: str, *, is_plain: bool) -> Iterator[tuple[str, str]]:
    """List the ways to read a text as two questions, likeliest first and few. `text`: normalised and masked.

    `is_plain`: it was typed without accents; what stands for a number that was masked has some.
    """
    read = tidy(text)
    if len(tokens(read)) > _LONGEST:
        return
    ways = [*_list_cut(read, is_plain=is_plain), *_list_things(read), *_list_side_by_side(read)]
    yield from list(dict.fromkeys(ways))[:_MOST_TRIED]


def _list_cut(text: str, *, is_plain: bool) -> list[tuple[str, str]]:
    boundaries, lead = _TYPED_WITHOUT if is_plain else _TYPED_WITH
    found = []
    for at, boundary in enumerate(boundaries.finditer(text)):
        halves = text[: boundary.start()].strip(" ,."), lead.sub("", text[boundary.end() :].strip(" ,.?"))
        if _are_two(halves, is_first_marked="?" in boundary.group()):
            found.append((_STRONG.search(boundary.group()) is None, at, halves))
    return [halves for _, _, halves in sorted(found)]


def _list_things(text: str) -> list[tuple[str, str]]:
    halves = split_things(text)
    return [halves] if halves is not None else []


def _list_side_by_side(text: str) -> list[tuple[str, str]]:
    """List the ways where nothing stands between two questions: "làm lại ở đâu hết bao nhiêu tiền"."""
    found = []
    for second in list(ASKED_BESIDE.finditer(fold(text)))[1:]:
        halves = text[: second.start()].strip(" ,."), text[second.start() :].strip(" ,.?")
        if _are_two(halves) and len(tokens(halves[1])) <= _MOST_BESIDE:
            found.append(halves)
    return found


def _are_two(halves: tuple[str, str], *, is_first_marked: bool = False) -> bool:
    """Tell whether both halves ask something. `is_first_marked`: a question mark stands after the first."""
    first, second = (_ASKS.search(half) is not None for half in halves)
    return all(len(tokens(half)) >= _FEWEST for half in halves) and (first or is_first_marked) and second
