"""What the console's menu leads to, for whom."""

from __future__ import annotations

from dataclasses import dataclass

from bot.console.access import (
    ADMINISTRATORS,
    AUDIT_READERS,
    BROADCAST_READERS,
    CHAT_STAFF,
    EVERY_ROLE,
    PEOPLE_STAFF,
)
from bot.domain.staff import Role


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One link."""

    path: str
    label: str
    access: frozenset[Role]


MENU = (
    MenuItem("/console", "Việc cần làm", EVERY_ROLE),
    MenuItem("/console/answers", "Câu trả lời", EVERY_ROLE),
    MenuItem("/console/parameters", "Tham số", EVERY_ROLE),
    MenuItem("/console/documents", "Văn bản", EVERY_ROLE),
    MenuItem("/console/reviews", "Chờ duyệt", EVERY_ROLE),
    MenuItem("/console/questions", "Câu hỏi", EVERY_ROLE),
    MenuItem("/console/statistics", "Thống kê", EVERY_ROLE),
    MenuItem("/console/reminders", "Lời nhắc", EVERY_ROLE),
    MenuItem("/console/chats", "Gặp cán bộ", CHAT_STAFF),
    MenuItem("/console/training", "Máy học", EVERY_ROLE),
    MenuItem("/console/broadcasts", "Thông báo", BROADCAST_READERS),
    MenuItem("/console/people", "Người dân", PEOPLE_STAFF),
    MenuItem("/console/data-requests", "Yêu cầu dữ liệu", PEOPLE_STAFF),
    MenuItem("/console/switches", "Công tắc", ADMINISTRATORS),
    MenuItem("/console/staff", "Cán bộ", ADMINISTRATORS),
    MenuItem("/console/audit", "Nhật ký", AUDIT_READERS),
)
