"""Where a message may fall into two questions: "... ở đâu, với lại ... hết bao nhiêu".

Both halves ask something. Whether they are two questions is decided once they are read (two_questions.py), since a
choice within one question, or a story told first, looks alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.understanding.question_kind import ASKED_BESIDE
from bot.understanding.two_things import split_things
from vietnamese.normalise import fold, tokens
from vietnamese.tidy import tidy


class Boundary(StrEnum):
    """What stands between two halves, surest first."""

    MARK = "mark"
    """A question mark, a semicolon or a new line."""
    THINGS = "things"
    """Nothing: one thing is asked about two."""
    LED = "led"
    """Words that only a new question begins with: "với lại", "tiện thể", "cho hỏi thêm"."""
    SENTENCE = "sentence"
    COMMA = "comma"
    JOINED = "joined"
    """Words that may stand between two questions: "còn", "và", "rồi"."""
    NONE = "none"
    """Nothing, but the first half ends as questions end."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to read a message as two questions."""

    first: str
    second: str
    boundary: Boundary

    @property
    def halves(self) -> tuple[str, str]:
        """Return both questions."""
        return self.first, self.second


_NEW = (
    "với lại|vs lại|à nữa|mà nữa|với nữa|gộp luôn|đồng thời|tiện thể|nhân tiện|tiện|sẵn tiện|sẵn|luôn tiện"
    "|ngoài ra|bên cạnh đó|thêm nữa|nữa là"
    "|(?:cho|xin) (?:e |em |tôi |mình |cháu |con |tui )?hỏi(?: thêm| luôn)?|hỏi thêm|hỏi luôn|muốn hỏi|hỏi"
)
_NOTHING_LEFT = r"(?:còn|con) (?:gì|gi|ai|nơi|noi|đồng|dong|sức|suc)\b"
"""After "không": "không còn gì" is one thing said, and no question ends in it."""
_JOINS = "luôn|còn|và|mà|rồi|thế|với|vậy|à|ah|nếu|xong"
_NEW_PLAIN = (
    "voi lai|vs lai|a nua|ma nua|voi nua|gop luon|dong thoi|tien the|nhan tien|san tien|san hoi|san cho|luon tien"
    "|ngoai ra|ben canh do|them nua|nua la"
    "|(?:cho|xin) (?:e |em |toi |minh |chau |con |tui )?hoi(?: them| luon)?|hoi them|hoi luon|muon hoi"
)
_JOINS_PLAIN = r"con(?! (?:toi|tui|em|e|minh|gai|trai|be|nho|\d))|va|ma|roi|the|voi|vay|a|ah|neu|xong"
"""Without accents; where they are typed, "con" is a child and "ma" a ghost."""
_PARTICLE = (
    r"(?:ạ|a|vậy|vay|hả|ha|nhỉ|nhi|ad|z|thế|the|ta|nha|nhé|nhe|ơi|oi|các|cac|mn|đây|day|luật|luat|mọi người"
    r"|moi nguoi|nè|shop|luôn|luon|nữa|nua|dữ|rứa|rua|cơ|chớ|hen|nghen)"
)
_TO_WHOM = r"(?:em|anh|chị|chi|bạn|ban|cháu|chau|bác|bac|chú|chu|cô|co|con)"
"""Whom one speaks to, at the end of a question; elsewhere it may begin the next: "... ở đâu | con tôi 5 tuổi"."""
_ENDS = rf"(?:\s+(?:{_PARTICLE}|{_TO_WHOM}))*$"
_ASKED = (
    r"gì|gi|nào|nao|sao|bao nhiêu|bao nhieu|bao lâu|bao lau|bao giờ|bao gio|nhiêu|ai|đâu"
    r"|(?:hết|het|tốn|ton|mất|mat) nhieu|(?:o|den|di|ra|ve|vao|toi|lay|nop|xin) dau|(?:ở|đi|ra|chỗ|o) mô"
    r"|(?:mấy|may) (?:ngày|ngay|tuần|tuan|tháng|thang|bữa|bua|hôm|hom|giờ|gio|năm|nam|tuổi|tuoi|đồng|dong)"
    r"|(?:mấy|may) (?:tiền|tien|lần|lan|phần|phan|triệu|trieu|trăm|tram|ký|ki|ky|kg|cân|can|suất|suat|bước|buoc)"
    r"|(?:mấy|may) (?:loại|loai|mức|muc|hạng|hang|chục|chuc)|mấy (?:bản|tấm|tờ|bộ)"
    r"|(?:số|tháng|ngày|thứ|hạng|mức|loại|lớp|giờ) mấy|(?:ngay|hang|muc|loai|lop|gio) may"
    # Without accents "so may" is the number of a phone as often, "thang may" a lift.
    r"|(?<!ket )(?<!trong )(?<!di )(?<!cau )thang may"
    r"|(?:phí|phi|giá|gia) (?:nhiêu|nhieu)(?! (?:quá|qua|lắm|lam)\b)"
)
_NOT = r"(?:không|khong|ko|hông|hong|hok|chưa|chua)"
_BUT = r"(?:mà|ma|nhưng|nhung|và|va|thì|thi)"
"""What comes before a "không" that asks nothing: "có thẻ mà không có VNeID"."""
_ASKS = re.compile(
    rf"\b(?:{_ASKED})\b"
    rf"|(?<!, )\b(?:{_NOT}|hả|ha|nhỉ|nhi|mấy|may|nhieu){_ENDS}"
    rf"|\b(?:không|khong)\s+hay\b|\bhay\s+(?:là|la|phải|phai|được|duoc|cứ|cu|mình|minh|chỉ|chi|để|de|ra|lên|len|về|ve"
    r"|nộp|nop|bắt|bat|thôi|thoi|cần|can|đợi|doi|chờ|cho|tự|tu)\b"
    rf"|\b(?:có|co) (?:phải|phai|được|duoc|cần|can|bị|bi|mất|mat|nên|nen)\b.* {_NOT}\b"
    rf"|\b(?:có|co) (?:(?!{_BUT}\b)\w+ ){{1,3}}(?:không|khong)"
    r"(?=\s*[,.?]|\s(?:nghe|thấy|thay|tại|tai|vì|vi|chứ|chu|hay)\b)"
)
_OF_WHAT = r"(?:tiền|tien|ngày|ngay|tháng|thang|năm|nam|tuổi|tuoi|đồng|dong|lâu|lau|lần|lan|phần|phan|người|nguoi)"
"""What "bao nhiêu" counts: a question does not end before it."""
_ENDS_QUESTION = re.compile(
    rf"\b(?:(?<!hay )(?<!chưa )(?<!chua )(?:{_ASKED})(?: tiền| tien)?(?:(?<!nhiêu)(?<!nhieu)|(?!\s{_OF_WHAT}\b))"
    rf"|(?<!có )(?<!co )(?<!, ){_NOT}(?! (?:có|co|phải|phai|biết|biet|thấy|thay|cần|can)\b| {_NOTHING_LEFT}))"
    rf"(?:\s+{_PARTICLE})*(?=\s(?!{_PARTICLE}\b))"
)
"""Where a question may end with nothing behind it: "... co mat tien khong | tet nay co qua khong"."""
_FEWEST, _MOST_BESIDE = 2, 6
_FEWEST_UNMARKED = 3
_MOST_TRIED = 5
_LONGEST = 80
"""Words; who writes more tells a story."""
_ORDER = list(Boundary)


def _compile(new: str, joins: str) -> tuple[re.Pattern[str], ...]:
    """Return what stands between, what a second half begins with, what a first one ends with, and what is new."""
    return (
        re.compile(
            rf"[?!;]+|\.(?=\s)|,"
            rf"|\s(?!(?:(?<=không )|(?<=khong )){_NOTHING_LEFT})(?=(?:{new}|{joins})\s)"
        ),
        re.compile(rf"^(?:(?:{new}|{joins})[\s,]+)+"),
        re.compile(rf"[\s,.?;]*(?:[\s,](?:{new}|{joins})[\s,.?;]*)*$"),
        re.compile(rf"^(?:(?:{joins})[\s,]+)*(?:{new})\s"),
    )


_TYPED_WITH, _TYPED_WITHOUT = _compile(_NEW, _JOINS), _compile(_NEW_PLAIN, _JOINS_PLAIN)


def list_cuts(text: str, *, is_plain: bool) -> Iterator[Cut]:
    """List the ways to read a text as two questions, likeliest first and few. `text`: normalised and masked.

    `is_plain`: it was typed without accents; what stands for a number that was masked has some.
    """
    read = tidy(text)
    if len(tokens(read)) > _LONGEST:
        return
    found: dict[tuple[str, str], Cut] = {}
    for cut in (
        *_list_marked(read, is_plain=is_plain),
        *_list_things(read),
        *_list_unmarked(read, is_plain=is_plain),
    ):
        if cut.halves not in found or _ORDER.index(cut.boundary) < _ORDER.index(found[cut.halves].boundary):
            found[cut.halves] = cut
    yield from sorted(found.values(), key=lambda cut: _ORDER.index(cut.boundary))[:_MOST_TRIED]


def _list_marked(text: str, *, is_plain: bool) -> Iterator[Cut]:
    boundaries, lead, trail, begins_new = _TYPED_WITHOUT if is_plain else _TYPED_WITH
    for boundary in boundaries.finditer(text):
        mark, rest = boundary.group().strip(), text[boundary.end() :].strip(" ,.?")
        first, second = trail.sub("", text[: boundary.start()]), lead.sub("", rest)
        if not _are_two(first, second, is_first_marked="?" in mark):
            continue
        if re.search(r"[?;!]", mark):
            kind = Boundary.MARK
        elif begins_new.match(f"{rest} "):
            kind = Boundary.LED
        else:
            kind = {".": Boundary.SENTENCE, ",": Boundary.COMMA}.get(mark, Boundary.JOINED)
        yield Cut(first, second, kind)


def _list_things(text: str) -> Iterator[Cut]:
    halves = split_things(text)
    if halves is not None:
        yield Cut(*halves, Boundary.THINGS)


def _list_unmarked(text: str, *, is_plain: bool) -> Iterator[Cut]:
    """List the cuts where nothing stands between two questions: "làm lại ở đâu hết bao nhiêu tiền"."""
    _, lead, trail, _ = _TYPED_WITHOUT if is_plain else _TYPED_WITH
    sides = [second.start() for second in list(ASKED_BESIDE.finditer(fold(text)))[1:]]
    ends = [first.end() for first in _ENDS_QUESTION.finditer(text)]
    for at in (*sides, *ends):
        first, second = trail.sub("", text[:at]), lead.sub("", text[at:].strip(" ,.?"))
        count = len(tokens(second))
        is_side = at in sides and count <= _MOST_BESIDE
        if _are_two(first, second) and (is_side or (at in ends and count >= _FEWEST_UNMARKED)):
            yield Cut(first, second, Boundary.NONE)


def count_asks(text: str) -> int:
    """Return how many signs of a question a text has. `text`: normalised and masked."""
    return sum(1 for _ in _ASKS.finditer(tidy(text)))


def _are_two(first: str, second: str, *, is_first_marked: bool = False) -> bool:
    """Tell whether both halves ask something. `is_first_marked`: a question mark stands after the first."""
    if min(len(tokens(first)), len(tokens(second))) < _FEWEST:
        return False
    return (is_first_marked or _ASKS.search(first) is not None) and _ASKS.search(second) is not None
