"""What is wrong with the knowledge beyond its shape: what an editor must mend before citizens read it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit

from bot.content.catalogue import Catalogue
from bot.content.files import Content
from bot.content.schema import PLACEHOLDER, AnswerUnit, AnswerVersion
from vietnamese.normalise import fold, tokens

FEWEST_PHRASINGS = 10
STALE_AFTER = timedelta(days=180)
LONGEST_SENTENCE = 32
"""Words; written Vietnamese puts a space between syllables, so this is some twenty words of English."""
LONGEST_SENTENCES_ON_AVERAGE = 20
SAME_FROM = 0.9
"""Two answers of which this share of words is the same answer the same thing."""
_TYPED_FIGURE = re.compile(r"\d[\d.]*\s*(?:đồng|đ\b|ngày làm việc)|\b1900\b")
"""A figure that belongs in data/parameters."""
_LINK = re.compile(r"https?:\S+")
_SENTENCE_ENDS = re.compile(r"(?<=[.?!:;])\s+|\n")


def find_problems(
    content: Content,
    phrasings: Mapping[str, Sequence[str]],
    *,
    drawn: frozenset[str],
    today: date,
) -> Iterator[str]:
    """Yield what is wrong, each as a sentence. `drawn`: the units made from procedures, alike by design."""
    catalogue = Catalogue(units=content.units, parameters=content.parameters, documents=content.documents)
    shown = {unit.id for unit in catalogue.list_units_on(today)}
    for unit in content.units.values():
        if len(phrasings.get(unit.id, ())) < FEWEST_PHRASINGS:
            yield f"{unit.id}: cần ít nhất {FEWEST_PHRASINGS} cách hỏi trong data/nlu"
        if unit.id not in shown:
            yield f"{unit.id}: không có bản nào hiện được hôm nay"
        for version in unit.versions:
            yield from (f"{unit.id}: {problem}" for problem in _find_in_version(version, today))
    for document in content.documents.values():
        if document.url and not _is_link(document.url):
            yield f"{document.id}: địa chỉ “{document.url}” không mở được"
    yield from _find_same_answers([unit for unit in content.units.values() if unit.id not in drawn])
    yield from _find_lost_phrasings(content, phrasings)


def _find_in_version(version: AnswerVersion, today: date) -> Iterator[str]:
    text = f"{version.text}\n{version.more or ''}"
    for figure in _TYPED_FIGURE.findall(text):
        yield f"con số “{figure}” phải lấy từ data/parameters"
    for link in _LINK.findall(text):
        if not _is_link(link.rstrip(".,;)")):
            yield f"địa chỉ “{link}” không mở được"
    if version.holds_on(today) and today - version.checked_on > STALE_AFTER:
        yield f"kiểm tra lần cuối {version.checked_on:%d/%m/%Y}, đã quá 180 ngày"
    yield from _find_hard_sentences(text)


def _find_hard_sentences(text: str) -> Iterator[str]:
    sentences = [each for each in _SENTENCE_ENDS.split(text) if each.strip()]
    lengths = [len(each.split()) for each in sentences]
    for sentence, length in zip(sentences, lengths, strict=True):
        if length > LONGEST_SENTENCE:
            yield f"câu dài {length} chữ, nên dưới {LONGEST_SENTENCE}: “{sentence[:60]}…”"
    if sum(lengths) / len(lengths) > LONGEST_SENTENCES_ON_AVERAGE:
        yield f"câu dài trung bình {sum(lengths) / len(lengths):.0f} chữ, nên dưới {LONGEST_SENTENCES_ON_AVERAGE}"


def _is_link(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in parts.netloc and not parts.netloc.endswith(".")


def _find_same_answers(units: Sequence[AnswerUnit]) -> Iterator[str]:
    bags = [Counter(tokens(PLACEHOLDER.sub("", unit.versions[-1].text))) for unit in units]
    lengths = [math.sqrt(sum(count * count for count in bag.values())) for bag in bags]
    titles: dict[str, str] = {}
    for at, unit in enumerate(units):
        if (first := titles.setdefault(fold(unit.title.casefold()), unit.id)) != unit.id:
            yield f"{unit.id}: cùng tên với {first}"
        for other in range(at):
            same = sum(count * bags[other][word] for word, count in bags[at].items())
            if same > SAME_FROM * lengths[at] * lengths[other]:
                yield f"{unit.id}: trả lời giống {units[other].id}; gộp hai mục hoặc nói rõ chỗ khác nhau"


def _find_lost_phrasings(content: Content, phrasings: Mapping[str, Sequence[str]]) -> Iterator[str]:
    owner: dict[str, str] = {}
    for name, examples in phrasings.items():
        is_unit = (
            not name.startswith(("skill.", "smalltalk.", "handover.", "danger.", "aside."))
            and name != "out-of-scope"
        )
        if is_unit and name not in content.units:
            yield f"data/nlu: cách hỏi cho {name}, nhưng không có mục này trong data/answers"
        for example in examples:
            if (first := owner.setdefault(example.casefold(), name)) != name:
                yield f"data/nlu: “{example}” vừa ở {first} vừa ở {name}"
