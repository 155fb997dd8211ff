"""The form that an answer unit is edited in: fields as typed, and the unit they make, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from pydantic import ValidationError

from bot.console.document_choice import DocumentUnclear, choose_document
from bot.console.request import Form, read_number
from bot.content.drafts import Seen
from bot.content.figures import render_date
from bot.content.publish import Problem, RecordRefused
from bot.content.reasons import render_place, render_reason
from bot.content.schema import FIRST_SCREEN_CHARACTERS, AnswerUnit, LegalDocument

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})")
_MOST_VERSIONS = 10
_MOST_SOURCES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFields:
    """A source as typed. `document`: an id, or words that name a document."""

    document: str = ""
    article: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFields:
    """A version as typed; dates are day/month/year."""

    text: str = ""
    more: str = ""
    effective_from: str = ""
    effective_to: str = ""
    checked_on: str = ""
    sources: tuple[SourceFields, ...] = (SourceFields(),)


Versions = tuple[VersionFields, ...]


def show_unit(unit: AnswerUnit) -> Versions:
    """Return the fields of a unit as it is."""
    return tuple(
        VersionFields(
            text=version.text,
            more=version.more or "",
            effective_from=render_date(version.effective_from),
            effective_to=render_date(version.effective_to) if version.effective_to else "",
            checked_on=render_date(version.checked_on),
            sources=tuple(
                SourceFields(document=each.document, article=each.article or "", fact=each.fact or "")
                for each in version.sources
            ),
        )
        for version in unit.versions
    )


def read_versions(form: Form) -> Versions:
    """Return the fields as they were sent."""
    return tuple(
        VersionFields(
            text=form.get(f"versions.{n}.text"),
            more=form.get(f"versions.{n}.more"),
            effective_from=form.get(f"versions.{n}.effective_from"),
            effective_to=form.get(f"versions.{n}.effective_to"),
            checked_on=form.get(f"versions.{n}.checked_on"),
            sources=tuple(
                SourceFields(
                    document=form.get(f"versions.{n}.sources.{m}.document"),
                    article=form.get(f"versions.{n}.sources.{m}.article"),
                    fact=form.get(f"versions.{n}.sources.{m}.fact"),
                )
                for m in range(_MOST_SOURCES)
                if f"versions.{n}.sources.{m}.document" in form
            ),
        )
        for n in range(_MOST_VERSIONS)
        if f"versions.{n}.text" in form
    )


def show_seen(seen: Seen) -> str:
    """Return what the form was made from, as it goes along with the form."""
    return f"{seen.revision}:{seen.version}"


def read_seen(sent: str) -> Seen:
    """Return what the form was made from; nothing where it cannot be read."""
    revision, _, version = sent.partition(":")
    return Seen(revision=read_number(revision), version=read_number(version))


def change_rows(versions: Versions, action: str) -> Versions:
    """Return the fields with a row more or less.

    `action`: "add-version", "drop-version:0", "add-source:0" or "drop-source:0:1"; any other changes nothing.
    """
    kind, *numbers = action.split(":")
    match kind, [int(number) for number in numbers if number.isdecimal()]:
        case "add-version", [] if len(versions) < _MOST_VERSIONS:
            return (*versions, replace(versions[-1], effective_from="", effective_to="", checked_on=""))
        case "drop-version", [n] if n < len(versions) and len(versions) > 1:
            return versions[:n] + versions[n + 1 :]
        case "add-source", [n] if n < len(versions) and len(versions[n].sources) < _MOST_SOURCES:
            return _with_sources(versions, n, (*versions[n].sources, SourceFields()))
        case "drop-source", [n, m] if n < len(versions) and m < len(versions[n].sources):
            kept = versions[n].sources[:m] + versions[n].sources[m + 1 :]
            return _with_sources(versions, n, kept or (SourceFields(),))
        case _:
            return versions


def make_unit(
    versions: Versions, *, before: AnswerUnit, documents: Mapping[str, LegalDocument], today: date
) -> AnswerUnit:
    """Return the unit that the fields make of what it was before.

    Raises:
        RecordRefused: with what to do, beside each field.
    """
    problems = [
        Problem(place=f"versions.{n}.{place}", message=message)
        for n, version in enumerate(versions)
        for place, message in _find_problems(version, documents, today)
    ]
    if problems:
        raise RecordRefused(tuple(problems))
    # A form cannot hold white space at the ends; a text that was not touched stays as it was.
    as_it_was = {text.strip(): text for each in before.versions for text in (each.text, each.more) if text}
    made = [_make_version(version, documents, as_it_was) for version in versions]
    overlap = _find_overlap(versions)
    if overlap is not None:
        raise RecordRefused((overlap,))
    try:
        return AnswerUnit.model_validate({**before.model_dump(), "versions": made})
    except ValidationError as refused:
        raise RecordRefused(
            tuple(
                Problem(place=render_place(error), message=render_reason(error))
                for error in refused.errors(include_url=False)
            )
        ) from refused


def read_day(typed: str) -> date | None:
    """Return a date typed as 23/11/2026 or 2026-11-23, None where it is none."""
    found = _DAY_FIRST.fullmatch(typed)
    try:
        if found:
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _find_problems(
    version: VersionFields, documents: Mapping[str, LegalDocument], today: date
) -> Iterator[tuple[str, str]]:
    if not version.text:
        yield "text", "Câu trả lời đang trống. Viết ít nhất một câu."
    elif len(version.text) > FIRST_SCREEN_CHARACTERS:
        yield (
            "text",
            f"Dài {len(version.text)} ký tự, quá {FIRST_SCREEN_CHARACTERS}. Chuyển bớt xuống phần “Xem thêm”.",
        )
    for name, needed in (("effective_from", True), ("effective_to", False), ("checked_on", True)):
        typed = getattr(version, name)
        if not typed and needed:
            yield name, f"Còn thiếu ngày. Ghi ngày/tháng/năm, ví dụ {render_date(today)}."
        elif typed and read_day(typed) is None:
            yield name, f"Không đọc được ngày này. Ghi ngày/tháng/năm, ví dụ {render_date(today)}."
    begins, ends = read_day(version.effective_from), read_day(version.effective_to)
    if begins and ends and ends < begins:
        yield "effective_to", f"Ngày hết hiệu lực phải từ {render_date(begins)} trở đi."
    checked = read_day(version.checked_on)
    if checked and checked > today:
        yield "checked_on", f"Ngày kiểm tra không thể sau hôm nay ({render_date(today)})."
    for m, source in enumerate(version.sources):
        if source.document:
            try:
                choose_document(source.document, documents)
            except DocumentUnclear as unclear:
                yield f"sources.{m}.document", str(unclear)
        elif source.article:
            yield f"sources.{m}.document", "Chọn văn bản cho điều khoản này, hoặc xóa điều khoản."
    if not any(source.document or source.article for source in version.sources):
        yield "sources.0.document", "Chọn ít nhất một văn bản làm căn cứ."


def _find_overlap(versions: Versions) -> Problem | None:
    spans = [
        (read_day(version.effective_from) or date.min, read_day(version.effective_to), n)
        for n, version in enumerate(versions)
    ]
    for (_, ends, n), (begins, _, _) in pairwise(sorted(spans, key=lambda span: span[0])):
        if ends is None or ends >= begins:
            return Problem(
                place=f"versions.{n}.effective_to",
                message=f"Giai đoạn sau bắt đầu ngày {render_date(begins)}. Ghi ngày hết hiệu lực trước ngày đó.",
            )
    return None


def _make_version(
    version: VersionFields, documents: Mapping[str, LegalDocument], as_it_was: Mapping[str, str]
) -> dict[str, object]:
    return {
        "text": as_it_was.get(version.text, version.text),
        "more": as_it_was.get(version.more, version.more) or None,
        "effective_from": read_day(version.effective_from),
        "effective_to": read_day(version.effective_to) if version.effective_to else None,
        "checked_on": read_day(version.checked_on),
        "sources": [
            {
                "document": choose_document(each.document, documents).id,
                "article": each.article or None,
                "fact": each.fact or None,
            }
            for each in version.sources
            if each.document
        ],
    }


def _with_sources(versions: Versions, n: int, sources: tuple[SourceFields, ...]) -> Versions:
    return (*versions[:n], replace(versions[n], sources=sources), *versions[n + 1 :])
