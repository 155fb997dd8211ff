"""The form that a legal document is edited in: fields as typed, and the document they make, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from bot.console.document_choice import DocumentUnclear, choose_document
from bot.console.request import Form
from bot.console.unit_form import read_day
from bot.content.figures import render_date
from bot.content.publish import Problem, RecordRefused
from bot.content.schema import LegalDocument
from vietnamese.normalise import fold, normalise

_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_KINDS_OF_DOCUMENT = {"luat": "luat", "nghi-dinh": "nd", "thong-tu": "tt", "quyet-dinh": "qd", "nghi-quyet": "nq"}
"""How the ids in data/ begin: nd-70-2024-nd-cp."""
_LONGEST_ID = 60
_SHORTEST_NAME, _LONGEST_NAME = 5, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFields:
    """A legal document as typed; dates are day/month/year. `replaced_by`: an id, or words that name one."""

    name: str = ""
    title: str = ""
    effective_from: str = ""
    effective_to: str = ""
    replaced_by: str = ""
    url: str = ""
    checked_on: str = ""


def show_document(document: LegalDocument) -> DocumentFields:
    """Return the fields of a document as it is."""
    return DocumentFields(
        name=document.name,
        title=document.title or "",
        effective_from=render_date(document.effective_from),
        effective_to=render_date(document.effective_to) if document.effective_to else "",
        replaced_by=document.replaced_by or "",
        url=document.url or "",
        checked_on=render_date(document.checked_on),
    )


def read_document(form: Form) -> DocumentFields:
    """Return the fields as they were sent."""
    return DocumentFields(**{name: form.get(name) for name in DocumentFields.__slots__})


def make_document(
    fields: DocumentFields, *, document_id: str, others: Mapping[str, LegalDocument], today: date
) -> LegalDocument:
    """Return the document that the fields make. `others`: all but this one.

    Raises:
        RecordRefused: with what to do, beside each field.
    """
    problems = tuple(_find_problems(fields, document_id, others, today))
    if problems:
        raise RecordRefused(problems)
    begins, checked = read_day(fields.effective_from), read_day(fields.checked_on)
    assert begins is not None
    assert checked is not None
    return LegalDocument(
        id=document_id,
        name=fields.name,
        title=fields.title or None,
        effective_from=begins,
        effective_to=read_day(fields.effective_to),
        replaced_by=choose_document(fields.replaced_by, others).id if fields.replaced_by else None,
        url=fields.url or None,
        checked_on=checked,
    )


def make_document_id(name: str) -> str:
    """Return the id of a document: "Thông tư 73/2024/TT-BTC" makes tt-73-2024-tt-btc."""
    slug = "-".join(word for word in _NOT_IN_SLUGS.split(fold(normalise(name))) if word)
    for spelled, short in _KINDS_OF_DOCUMENT.items():
        if slug.startswith(f"{spelled}-"):
            slug = short + slug.removeprefix(spelled)
    return slug[:_LONGEST_ID].rstrip("-")


def _find_problems(
    fields: DocumentFields, document_id: str, others: Mapping[str, LegalDocument], today: date
) -> Iterator[Problem]:
    if not _SHORTEST_NAME <= len(fields.name) <= _LONGEST_NAME or not document_id:
        message = (
            f"Ghi tên như khi dẫn, {_SHORTEST_NAME} đến {_LONGEST_NAME} ký tự, ví dụ Thông tư 73/2024/TT-BTC."
        )
        yield Problem(place="name", message=message)
    for name, needed in (("effective_from", True), ("effective_to", False), ("checked_on", True)):
        typed = getattr(fields, name)
        if (typed or needed) and read_day(typed) is None:
            message = f"Ghi ngày/tháng/năm, ví dụ {render_date(today)}."
            yield Problem(place=name, message=message)
    begins, ends = read_day(fields.effective_from), read_day(fields.effective_to)
    if begins and ends and ends < begins:
        yield Problem(place="effective_to", message=f"Ngày hết hiệu lực phải từ {render_date(begins)} trở đi.")
    checked = read_day(fields.checked_on)
    if checked and checked > today:
        message = f"Ngày kiểm tra không thể sau hôm nay ({render_date(today)})."
        yield Problem(place="checked_on", message=message)
    if fields.replaced_by:
        try:
            choose_document(fields.replaced_by, others)
        except DocumentUnclear as unclear:
            yield Problem(place="replaced_by", message=str(unclear))
    if fields.replaced_by and not fields.effective_to:
        message = "Văn bản bị thay thì ghi ngày cuối cùng nó còn hiệu lực."
        yield Problem(place="effective_to", message=message)
    if fields.url and (not fields.url.startswith("https://") or "." not in urlsplit(fields.url).netloc):
        yield Problem(place="url", message="Địa chỉ bắt đầu bằng https://, hoặc để trống.")
