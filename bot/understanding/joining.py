"""A message joined with what was asked before: "cho con", "bị mất", "còn số 2", "còn trẻ em thì sao".

By itself it is about nothing. With the words of the question before, it is a question of its own; what it takes
the place of, "lệ phí đổi thẻ" and then "bị mất", is left out of them.
"""

from __future__ import annotations

import re

from bot.content.schema import AnswerUnit
from bot.understanding.halves import count_asks
from bot.understanding.question_kind import KINDS_ONLY, find_question_kind
from bot.understanding.subject import BESIDE, WHAT_HAPPENED, WHO, find_subject
from vietnamese.concepts import drop_concepts, find_concepts
from vietnamese.normalise import fold, normalise, tokens
from vietnamese.tidy import tidy

_LONGEST = 8
_MEANT = (
    r"(?:ý|y)\s+(?:(?:tôi|toi|tui|em|e|mình|minh|anh|chị|chi|cháu|chau|con|cô|chú)\s+)?(?:là|la|hỏi|hoi|nói|noi)"
)
"""Who was not understood says what they meant: "ý tôi là cấp lại"."""
_LEAD = re.compile(
    r"^(?:(?:thế|the|vậy|vay|à|ah|ừ|dạ|da|rồi|không|khong|ko)[\s,]+)*"
    rf"(?:còn|con|thế|vậy|vay|nếu|neu|{_MEANT})\s+(?=\S)"
)
_CHILD = re.compile(r"^(?:(?:thế|vậy|à|ừ|dạ|rồi|nếu|còn|không|ko)[\s,]+)*con\s")
"""Where accents are typed, "con" is a child and only "còn" leads on: "vậy con tôi 5 tuổi thì sao"."""
_TAIL = re.compile(
    r"(?:\s+(?:thì (?:có )?(?:sao|thế nào|như nào|khác (?:gì )?không)|thi (?:sao|the nao|khac khong)"
    r"|sao|vậy|ạ|nhỉ|hả|cơ|mà|nha|nhé|chứ))+[\s?.!]*$"
)
_VARIANT = re.compile(r"\b(?:(?:phiếu|phieu|hạng|hang|mẫu|mau)\s+)?(?:số|so|mức|muc|loại|loai)\s*[12]\b")
"""One of two: "phiếu số 1", "mức 2"."""
_AGE = re.compile(r"\b\d{1,3}\s*(?:tuổi|tuoi|tháng tuổi|thang tuoi)\b")
_HOW_LATE = re.compile(
    r"\b(?:(?:hơn|hon|gần|gan)\s+)?\d{1,3}\s*(?:ngày|ngay|tuần|tuan|tháng|thang|năm|nam)\b(?!\s+(?:tuổi|tuoi))"
)
"""How much time went by: "trễ hơn 2 tháng rồi"."""
_HOW_OLD = frozenset(each for each in WHO if each.startswith("age")) | {"child", "newborn", "elderly", "grown-up"}
_IT = re.compile(r"\bnó\b")
"""Without its accent it is as often a debt."""
_SAID_TOO = BESIDE | frozenset(re.findall(r"\w+", "y moi khac di day ay chu gio nay"))
"""What adds nothing in a reply, though it may in a question."""


def names_thing(text: str) -> bool:
    """Tell whether a text says by itself what it is about."""
    return bool(find_subject(tokens(fold(tidy(text))))[1])


def adds_to_subject(text: str) -> bool:
    """Tell whether a reply says more of what a conversation is about, and not only what else is asked of it."""
    words = tokens(fold(_leave_out_lead(tidy(text), is_plain=normalise(text).isascii())))
    said, _ = find_subject(words)
    return bool(said) or bool(set(find_concepts(words)) & (WHO | WHAT_HAPPENED))


def asks_nothing(text: str) -> bool:
    """Tell whether a reply only states something: "nhà em có sổ cận nghèo", "em là sinh viên thì sao"."""
    return not count_asks(_TAIL.sub("", tidy(text)))


def name_subject(unit: AnswerUnit) -> str:
    """Return what a unit is about, in words that a reply can be joined with; its title says so."""
    return unit.title.removeprefix("Tóm tắt: ")


def join(subject: str, reply: str) -> str:
    """Return a question of its own: the words of the subject that still hold, then those of the reply."""
    read = tidy(reply)
    led = _leave_out_lead(read, is_plain=normalise(reply).isascii())
    said = _TAIL.sub("", led if _only_refines(led) else read) or read
    concepts = set(find_concepts(tokens(fold(said))))
    before = tidy(subject)
    if _VARIANT.search(said):
        before = _VARIANT.sub(" ", before)
    if concepts & WHO:
        before = _AGE.sub(" ", before)
    # "nó mới 9 tuổi" says how old the disabled child is; only "cho người nước ngoài" names somebody else.
    who = WHO if concepts & (WHO - _HOW_OLD) else _HOW_OLD
    taken = frozenset().union(*(group for group in (who, WHAT_HAPPENED) if concepts & group))
    if find_question_kind(said) is not None:
        taken |= KINDS_ONLY
    words = tokens(before)
    # What is taken out is found without accents; the words that stay keep theirs.
    kept = drop_concepts([fold(word) for word in words], taken, keep=words)
    return " ".join([*kept, *tokens(said)])


def _leave_out_lead(read: str, *, is_plain: bool) -> str:
    if not is_plain and (child := _CHILD.search(read)) is not None:
        return read[child.end() - len("con ") :]
    return _LEAD.sub("", read)


def _only_refines(read: str) -> bool:
    if "thẻ" in read:
        return False
    has_variant = _VARIANT.search(read) is not None
    bare = _HOW_LATE.sub(" ", _AGE.sub(" ", _VARIANT.sub(" ", _IT.sub(" ", read))))
    words = tokens(fold(bare))
    if len(words) > _LONGEST:
        return False
    says_more = has_variant or bool(set(find_concepts(tokens(fold(read)))) & (WHO | WHAT_HAPPENED))
    left = drop_concepts(words, WHO | WHAT_HAPPENED | KINDS_ONLY)
    return says_more and set(left) <= _SAID_TOO
