"""What changed between two revisions of a record of content, word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.content.figures import render_date, render_value
from bot.content.records import ContentRecord
from bot.content.schema import (
    AnswerUnit,
    AnswerVersion,
    Dated,
    LegalDocument,
    Parameter,
    ParameterValue,
    PhrasingSet,
    ReminderTexts,
    Source,
    Unit,
)

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


def keep_changed_lines(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the lines in which something changed; lines between them, where nothing did, are a "…"."""
    listed = list(pieces)
    kept: list[Piece] = []
    for at, piece in enumerate(listed):
        text = piece.text
        if piece.kind is PieceKind.KEPT and text.count("\n") > (0 < at < len(listed) - 1):
            # What stands on the line of the change before, and on the line of the one after.
            before = text.partition("\n")[0] if at > 0 else ""
            after = text.rpartition("\n")[2] if at < len(listed) - 1 else ""
            text = "\n".join((*([before] if at > 0 else []), "…", *([after] if at < len(listed) - 1 else [])))
        kept.append(Piece(piece.kind, text))
    return kept


def list_changes(
    before: ContentRecord | None, after: ContentRecord, documents: Mapping[str, LegalDocument]
) -> list[ChangedField]:
    """List the fields that differ between two revisions of a record, in the form's order; of a new one all."""
    many = max(_count_spans(before) if before is not None else 1, _count_spans(after)) > 1
    was = dict(_fields(before, documents, many)) if before is not None else {}
    is_now = dict(_fields(after, documents, many))
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


def _count_spans(record: ContentRecord) -> int:
    match record:
        case AnswerUnit():
            return len(record.versions)
        case Parameter():
            return len(record.values)
        case _:
            return 1


def _fields(
    record: ContentRecord, documents: Mapping[str, LegalDocument], many: bool
) -> Iterator[tuple[str, str]]:
    match record:
        case AnswerUnit():
            yield "Tiêu đề", record.title
            yield "Câu hỏi liên quan", ", ".join(record.related)
            for number, version in enumerate(record.versions, start=1):
                for label, text in _version_fields(version, documents):
                    yield f"Giai đoạn {number}: {label}" if many else label, text
        case Parameter():
            yield "Tên", record.title
            for number, value in enumerate(record.values, start=1):
                for label, text in _value_fields(value, record.unit, documents):
                    yield f"Giá trị {number}: {label}" if many else label, text
        case LegalDocument():
            yield from _document_fields(record, documents)
        case PhrasingSet():
            yield "Cách hỏi", "\n".join(record.texts)
        case ReminderTexts():
            yield "Trước ngày đó", record.details
            yield "Sau ngày đó", record.details_past


def _value_fields(
    value: ParameterValue, unit: Unit, documents: Mapping[str, LegalDocument]
) -> Iterator[tuple[str, str]]:
    yield "Giá trị", render_value(value.value, unit)
    yield from _dates(value, value.checked_on)
    yield "Căn cứ", _cite([value.source], documents)


def _document_fields(document: LegalDocument, documents: Mapping[str, LegalDocument]) -> Iterator[tuple[str, str]]:
    yield "Tên", document.name
    yield "Trích yếu", document.title or ""
    replaced_by = document.replaced_by or ""
    yield "Bị thay bởi", documents[replaced_by].name if replaced_by in documents else replaced_by
    yield "Địa chỉ", document.url or ""
    yield from _dates(document, document.checked_on)


def _dates(span: Dated, checked_on: date) -> Iterator[tuple[str, str]]:
    yield "Áp dụng từ", render_date(span.effective_from)
    yield "Hết hiệu lực", render_date(span.effective_to) if span.effective_to else ""
    yield "Ngày kiểm tra", render_date(checked_on)


def _version_fields(version: AnswerVersion, documents: Mapping[str, LegalDocument]) -> Iterator[tuple[str, str]]:
    yield "Câu trả lời", version.text.strip()
    yield "Xem thêm", (version.more or "").strip()
    yield from _dates(version, version.checked_on)
    yield "Căn cứ", _cite(version.sources, documents)


def _cite(sources: Iterable[Source], documents: Mapping[str, LegalDocument]) -> str:
    cited = []
    for source in sources:
        document = documents.get(source.document)
        name = document.name if document is not None else source.document
        cited.append(f"{name}, {source.article}" if source.article else name)
    return "\n".join(cited)
