"""What staff write, review and publish: kinds of records, what stands on a document, what is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class ContentKind(StrEnum):
    """A kind of record that is drafted, reviewed by another and published."""

    ANSWER = "answer"
    """Mục trả lời."""
    PARAMETER = "parameter"
    """Tham số: a dated value of law."""
    DOCUMENT = "document"
    """Văn bản."""
    PHRASINGS = "phrasings"
    """Cách hỏi: how citizens ask for one unit."""
    REMINDER = "reminder"
    """Lời nhắc: the texts of one reminder rule."""


class DependentKind(StrEnum):
    """What may stand on a legal document."""

    ANSWER = "answer"
    PARAMETER = "parameter"
    PROCEDURE = "procedure"
    """A file of data/procedures, as the next three are files of data/: whoever keeps them changes them."""
    BENEFIT = "benefit"
    REMINDER = "reminder"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """Something that stands on a legal document. `through`: the parameter between the two, where there is one."""

    kind: DependentKind
    id: str
    title: str
    through: str = ""


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    """Chưa làm."""
    DONE = "done"
    """Đã làm: what stands on the document was looked at and put right."""
    NOT_NEEDED = "not-needed"
    """Không cần: looked at, and nothing has to change, for a reason that is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentTask:
    """Something to look at because a legal document was replaced (việc cần làm). People are e-mails of staff."""

    id: UUID
    document_id: str
    replaced_by: str
    replaced_on: date
    dependent: Dependent
    state: TaskState
    assigned_to: str | None
    note: str
    version: int
    opened_at: datetime
    settled_by: str | None
