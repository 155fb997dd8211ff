"""Staff: who may open the console, and what each role is for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a member of staff may do (vai trò)."""

    EDITOR = "editor"
    """Biên tập: sửa câu trả lời."""
    REVIEWER = "reviewer"
    """Duyệt nội dung."""
    BROADCASTER = "broadcaster"
    """Soạn thông báo."""
    APPROVER = "approver"
    """Duyệt thông báo."""
    ADMINISTRATOR = "administrator"
    """Quản trị: tài khoản và cài đặt."""
    AUDITOR = "auditor"
    """Kiểm tra: chỉ xem."""

    @property
    def needs_second_step(self) -> bool:
        """Whether a password alone opens nothing: who can reach every citizen, or make accounts."""
        return self in {Role.BROADCASTER, Role.APPROVER, Role.ADMINISTRATOR}

    @property
    def label(self) -> str:
        """The role as staff read it."""
        return _LABELS[self]


_LABELS = {
    Role.EDITOR: "Biên tập",
    Role.REVIEWER: "Duyệt nội dung",
    Role.BROADCASTER: "Soạn thông báo",
    Role.APPROVER: "Duyệt thông báo",
    Role.ADMINISTRATOR: "Quản trị",
    Role.AUDITOR: "Kiểm tra",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """A member of staff (cán bộ)."""

    id: UUID
    email: str
    role: Role
    has_second_step: bool = False
    """Whether a code of an app is asked for at each login."""
