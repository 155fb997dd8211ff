"""A change of content goes live: checked, what was said before kept in the history, every replica told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import hanoi_date
from bot.content.figures import find_value
from bot.content.files import find_placeholders
from bot.content.notify import notify_content_changed
from bot.content.records import ContentRecord, find_kind, load_documents, load_parameters
from bot.content.reminder_texts import find_text_problems
from bot.content.schema import AnswerUnit, AnswerVersion, LegalDocument, Parameter, PhrasingSet, ReminderTexts
from bot.domain.content import ContentKind
from bot.storage.content_records import (
    StoredRecord,
    claim_record,
    find_record,
    find_unit_titled,
    list_bodies,
    record_new,
    record_revision,
)


class RecordGone(LookupError):
    """The record is no longer in the catalogue, so it cannot be edited."""


class EditedMeanwhile(Exception):
    """Somebody saved the record after the editor opened it. `theirs` is what it says now."""

    def __init__(self, theirs: StoredRecord) -> None:
        super().__init__(f"{theirs.id} is at revision {theirs.revision}")
        self.theirs = theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with an edit, in Vietnamese. `place`: as in the schema, for example "versions.0.text"."""

    place: str
    message: str


class RecordRefused(ValueError):
    """The edit would break an answer; nothing was written."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.place}: {problem.message}" for problem in problems))
        self.problems = problems


_DOCUMENT = ContentKind.DOCUMENT
_DOCUMENT_GONE = "Văn bản này không còn trong danh mục. Chọn văn bản khác."
_UNIT_MISSING = "Câu trả lời này chưa đăng. Mở bản nháp của câu trả lời và đăng: cách hỏi được đăng cùng."
NEW = 0
"""The revision of a record that is not there yet."""


async def publish_record(
    tx: AsyncSession,
    new: ContentRecord,
    *,
    expected_revision: int,
    editor: str,
    now: datetime,
    approver: str | None = None,
) -> int:
    """Write what a record says from now on and return its revision; what it said before stays in the history.

    A change of nothing keeps the revision. `expected_revision`: the one that was looked at; NEW for a new record.
    `editor`, `approver`: e-mails of staff.
    Raises:
        RecordGone: it is not there any more.
        EditedMeanwhile: it is no longer at `expected_revision`.
        RecordRefused: it draws on what does not exist, or its name is taken.
    """
    kind = find_kind(new)
    before = await claim_record(tx, kind, new.id)
    if before is None and expected_revision != NEW:
        raise RecordGone(new.id)
    if before is not None and before.revision != expected_revision:
        raise EditedMeanwhile(before)
    await check_record(tx, new, now=now)
    if before is None:
        await _check_may_be_first(tx, new)
    body = new.model_dump(mode="json")
    if before is None:
        revision = await record_new(tx, kind, new.id, body, edited_by=editor, approved_by=approver, now=now)
    elif body == before.body:
        return before.revision
    else:
        revision = await record_revision(tx, kind, before, body, edited_by=editor, approved_by=approver, now=now)
    await notify_content_changed(tx)
    return revision


async def check_record(tx: AsyncSession, new: ContentRecord, *, now: datetime) -> None:
    """Look at what a record draws on as the database has it.

    Raises:
        RecordRefused: it draws on what does not exist, or its name is taken.
    """
    match new:
        case AnswerUnit():
            problems = await _check_unit(tx, new, now)
        case Parameter():
            problems = list(_find_sources_gone(new, {body["id"] for body in await list_bodies(tx, _DOCUMENT)}))
        case LegalDocument():
            problems = list(_find_document_problems(new, await list_bodies(tx, _DOCUMENT)))
        case PhrasingSet():
            problems = list(_find_phrasing_problems(new, await list_bodies(tx, ContentKind.PHRASINGS)))
        case ReminderTexts():
            problems = [Problem(place=place, message=message) for place, message in find_text_problems(new)]
    if problems:
        raise RecordRefused(tuple(problems))


async def _check_may_be_first(tx: AsyncSession, new: ContentRecord) -> None:
    """Raise RecordRefused where a new record is of no use yet: ways of asking for an answer that is not there."""
    if isinstance(new, PhrasingSet) and await find_record(tx, ContentKind.ANSWER, new.id) is None:
        raise RecordRefused((Problem(place="texts", message=_UNIT_MISSING),))


async def _check_unit(tx: AsyncSession, new: AnswerUnit, now: datetime) -> list[Problem]:
    problems = list(
        find_problems(
            new,
            documents=await load_documents(tx),
            parameters=await load_parameters(tx),
            day=hanoi_date(now),
        )
    )
    if await find_unit_titled(tx, new.title) not in (None, new.id):
        problems.append(Problem(place="title", message="Đã có câu trả lời khác mang tiêu đề này. Đặt tên khác."))
    return problems


def _find_sources_gone(parameter: Parameter, documents: Collection[str]) -> Iterator[Problem]:
    for number, value in enumerate(parameter.values):
        if value.source.document not in documents:
            yield Problem(place=f"values.{number}.document", message=_DOCUMENT_GONE)


def _find_document_problems(document: LegalDocument, others: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    by_id = {body["id"]: body for body in others if body["id"] != document.id}
    if document.replaced_by is not None and document.replaced_by not in by_id:
        yield Problem(place="replaced_by", message="Chọn văn bản khác trong danh mục; nếu chưa có thì thêm trước.")
    if any(body["name"].casefold() == document.name.casefold() for body in by_id.values()):
        yield Problem(place="name", message="Đã có văn bản mang tên này. Tìm trong danh mục rồi sửa văn bản đó.")


def _find_phrasing_problems(phrasings: PhrasingSet, others: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    owner = {
        text.casefold(): body["id"] for body in others if body["id"] != phrasings.id for text in body["texts"]
    }
    for text in phrasings.texts:
        if (other := owner.get(text.casefold())) is not None:
            yield Problem(place="texts", message=f"“{text}” đã là cách hỏi của {other}. Bỏ ở một trong hai nơi.")


def find_problems(
    unit: AnswerUnit, *, documents: Mapping[str, LegalDocument], parameters: Mapping[str, Parameter], day: date
) -> Iterator[Problem]:
    """Yield what a unit draws on that is not there. `day`: today in Hanoi."""
    for number, version in enumerate(unit.versions):
        for position, source in enumerate(version.sources):
            if source.document not in documents:
                yield Problem(
                    place=f"versions.{number}.sources.{position}.document",
                    message=_DOCUMENT_GONE,
                )
        for name in find_placeholders(version):
            message = _find_parameter_problem(name, version, parameters, day)
            if message is not None:
                in_text = name in version.text
                yield Problem(place=f"versions.{number}.{'text' if in_text else 'more'}", message=message)


def _find_parameter_problem(
    name: str, version: AnswerVersion, parameters: Mapping[str, Parameter], day: date
) -> str | None:
    parameter = parameters.get(name)
    if parameter is None:
        return f"Không có tham số {{{{{name}}}}}. Kiểm tra lại tên, hoặc chép từ danh sách tham số."
    if version.holds_on(day) and find_value(parameter, day) is None:
        return (
            f"Tham số {{{{{name}}}}} không có giá trị cho hôm nay, nên người dân sẽ không thấy câu trả lời này. "
            "Bỏ tham số khỏi câu, hoặc cập nhật giá trị trước."
        )
    return None
