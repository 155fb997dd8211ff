"""What staff read where the code has an enum."""

from __future__ import annotations

from dataclasses import dataclass

from bot.content.schema import QuestionKind
from bot.content.validity import UnitState

KINDS = {
    QuestionKind.WHAT_IS: "Là gì",
    QuestionKind.OVERVIEW: "Tóm tắt",
    QuestionKind.CONDITION: "Điều kiện",
    QuestionKind.DOCUMENTS: "Giấy tờ",
    QuestionKind.STEPS: "Cách làm",
    QuestionKind.ONLINE: "Làm trực tuyến",
    QuestionKind.FEE: "Lệ phí",
    QuestionKind.AMOUNT: "Mức hưởng",
    QuestionKind.TIME: "Thời gian",
    QuestionKind.PLACE: "Nơi làm",
    QuestionKind.VALIDITY: "Giá trị, thời hạn",
    QuestionKind.PROBLEM: "Sự cố",
    QuestionKind.PENALTY: "Xử phạt",
    QuestionKind.FIGURE: "Số liệu",
    QuestionKind.COMPLAINT: "Khiếu nại",
    QuestionKind.OTHER: "Khác",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StateWording:
    """A state as a badge. `tone`: one of Tabler's colours."""

    label: str
    tone: str


STATES = {
    UnitState.IN_FORCE: StateWording(label="Đang dùng", tone="green"),
    UnitState.EXPIRING: StateWording(label="Sắp hết hiệu lực", tone="yellow"),
    UnitState.NOT_YET: StateWording(label="Chưa đến ngày", tone="azure"),
    UnitState.EXPIRED: StateWording(label="Hết hiệu lực", tone="red"),
    UnitState.FIGURE_MISSING: StateWording(label="Thiếu số liệu", tone="red"),
}
