"""What changed between two revisions of an answer, word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.content.figures import render_date
from bot.content.schema import AnswerUnit, AnswerVersion, LegalDocument

_WORD_OR_SPACE = re.compile(r"\s+|\S+")
_WORDS_THAT_STAND_ALONE = 3
"""Fewer unchanged words than this between two changes belong to them: a sentence in shreds cannot be read."""


class PieceKind(StrEnum):
    """What happened to some words."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in a row that met the same fate."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedField:
    """One field that is not as it was."""

    label: str
    pieces: tuple[Piece, ...]


def list_changes(
    before: AnswerUnit, after: AnswerUnit, documents: Mapping[str, LegalDocument]
) -> list[ChangedField]:
    """List the fields that differ, in the order of the form."""
    many = max(len(before.versions), len(after.versions)) > 1
    was, is_now = dict(_fields(before, documents, many)), dict(_fields(after, documents, many))
    labels = list(dict.fromkeys([*is_now, *was]))
    return [
        ChangedField(label=label, pieces=tuple(compare_words(was.get(label, ""), is_now.get(label, ""))))
        for label in labels
        if was.get(label, "") != is_now.get(label, "")
    ]


def compare_words(before: str, after: str) -> Iterator[Piece]:
    """Yield the words of both texts, what is gone before what came in its place."""
    old, new = _WORD_OR_SPACE.findall(before), _WORD_OR_SPACE.findall(after)
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    gone = came = ""
    for position, (tag, old_from, old_to, new_from, new_to) in enumerate(codes):
        gone_here, came_here = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        between = 0 < position < len(codes) - 1
        if tag != "equal" or (between and len(gone_here.split()) < _WORDS_THAT_STAND_ALONE):
            gone, came = gone + gone_here, came + came_here
            continue
        yield from _changed(gone, came)
        gone = came = ""
        yield Piece(PieceKind.KEPT, gone_here)
    yield from _changed(gone, came)


def _changed(gone: str, came: str) -> Iterator[Piece]:
    if gone:
        yield Piece(PieceKind.GONE, gone)
    if came:
        yield Piece(PieceKind.NEW, came)


def _fields(unit: AnswerUnit, documents: Mapping[str, LegalDocument], many: bool) -> Iterator[tuple[str, str]]:
    yield "Tiêu đề", unit.title
    yield "Câu hỏi liên quan", ", ".join(unit.related)
    for number, version in enumerate(unit.versions, start=1):
        stage = f"Giai đoạn {number}: " if many else ""
        for label, text in _version_fields(version, documents):
            yield f"{stage}{label}", text


def _version_fields(version: AnswerVersion, documents: Mapping[str, LegalDocument]) -> Iterator[tuple[str, str]]:
    yield "Câu trả lời", version.text.strip()
    yield "Xem thêm", (version.more or "").strip()
    yield "Áp dụng từ", render_date(version.effective_from)
    yield "Hết hiệu lực", render_date(version.effective_to) if version.effective_to else ""
    yield "Ngày kiểm tra", render_date(version.checked_on)
    cited = []
    for source in version.sources:
        document = documents.get(source.document)
        name = document.name if document is not None else source.document
        cited.append(f"{name}, {source.article}" if source.article else name)
    yield "Căn cứ", "\n".join(cited)
