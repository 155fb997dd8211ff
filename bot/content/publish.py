"""A change of an answer goes live: checked, what was said before kept in the history, every replica told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import hanoi_date
from bot.content.figures import find_value
from bot.content.files import find_placeholders
from bot.content.notify import notify_content_changed
from bot.content.schema import AnswerUnit, AnswerVersion, LegalDocument, Parameter
from bot.storage.answer_units import (
    StoredUnit,
    claim_unit,
    find_unit_titled,
    list_documents,
    list_parameters,
    record_new_unit,
    record_revision,
)


class UnitGone(LookupError):
    """The unit is no longer in the catalogue, so it cannot be edited."""


class EditedMeanwhile(Exception):
    """Somebody saved the unit after the editor opened it. `theirs` is what it says now."""

    def __init__(self, theirs: StoredUnit) -> None:
        super().__init__(f"{theirs.id} is at revision {theirs.revision}")
        self.theirs = theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with an edit, in Vietnamese. `place`: as in the schema, for example "versions.0.text"."""

    place: str
    message: str


class UnitRefused(ValueError):
    """The edit would break the answer; nothing was written."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.place}: {problem.message}" for problem in problems))
        self.problems = problems


NEW = 0
"""The revision of a unit that is not there yet."""


async def publish_unit(
    tx: AsyncSession,
    new: AnswerUnit,
    *,
    expected_revision: int,
    editor: str,
    now: datetime,
    approver: str | None = None,
) -> int:
    """Write what a unit says from now on and return its revision; what it said before stays in the history.

    A change of nothing keeps the revision. `expected_revision`: the one that was looked at; NEW for a new unit.
    `editor`, `approver`: e-mails of staff.
    Raises:
        UnitGone: there is no such unit any more.
        EditedMeanwhile: it is no longer at `expected_revision`.
        UnitRefused: a source or parameter does not exist, or the title is taken.
    """
    before = await claim_unit(tx, new.id)
    if before is None and expected_revision != NEW:
        raise UnitGone(new.id)
    if before is not None and before.revision != expected_revision:
        raise EditedMeanwhile(before)
    await check_unit(tx, new, now=now)
    body = new.model_dump(mode="json")
    if before is None:
        revision = await record_new_unit(tx, new.id, body, edited_by=editor, approved_by=approver, now=now)
    elif body == before.body:
        return before.revision
    else:
        revision = await record_revision(tx, before, body, edited_by=editor, approved_by=approver, now=now)
    await notify_content_changed(tx)
    return revision


async def check_unit(tx: AsyncSession, new: AnswerUnit, *, now: datetime) -> None:
    """Look at what a unit draws on as the database has it.

    Raises:
        UnitRefused: a source or parameter does not exist, or the title is taken.
    """
    documents = {body["id"]: LegalDocument.model_validate(body) for body in await list_documents(tx)}
    parameters = {body["id"]: Parameter.model_validate(body) for body in await list_parameters(tx)}
    problems = list(find_problems(new, documents=documents, parameters=parameters, day=hanoi_date(now)))
    if await find_unit_titled(tx, new.title) not in (None, new.id):
        problems.append(Problem(place="title", message="Đã có câu trả lời khác mang tiêu đề này. Đặt tên khác."))
    if problems:
        raise UnitRefused(tuple(problems))


def find_problems(
    unit: AnswerUnit, *, documents: Mapping[str, LegalDocument], parameters: Mapping[str, Parameter], day: date
) -> Iterator[Problem]:
    """Yield what a unit draws on that is not there. `day`: today in Hanoi."""
    for number, version in enumerate(unit.versions):
        for position, source in enumerate(version.sources):
            if source.document not in documents:
                yield Problem(
                    place=f"versions.{number}.sources.{position}.document",
                    message="Văn bản này không còn trong danh mục. Chọn văn bản khác.",
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
