"""What staff read where the code has an enum."""

from __future__ import annotations

from dataclasses import dataclass

from bot.content.schema import QuestionKind, Unit
from bot.content.validity import UnitState
from bot.domain.broadcast import BroadcastState, Repeat, Unreached
from bot.domain.content import DependentKind
from bot.domain.data_request import RequestKind
from bot.domain.handover import HandoverState
from bot.domain.lanes import PauseReason
from bot.domain.messages import Channel
from bot.domain.question import GroupState, QuestionReason
from bot.domain.rehearsal import RehearsalState
from bot.domain.training import TrainingState
from bot.skills.my_data.wording import PURPOSE_NAMES
from bot.statistics.health import Health
from bot.storage.content_drafts import DraftState

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

DRAFT_STATES = {
    DraftState.OPEN: "Bản nháp",
    DraftState.SUBMITTED: "Chờ duyệt",
    DraftState.RETURNED: "Trả lại để sửa",
}

BROADCAST_STATES = {
    BroadcastState.DRAFT: StateWording(label="Đang soạn", tone="secondary"),
    BroadcastState.SUBMITTED: StateWording(label="Chờ duyệt", tone="yellow"),
    BroadcastState.APPROVED: StateWording(label="Đã duyệt, chờ giờ gửi", tone="azure"),
    BroadcastState.SENDING: StateWording(label="Đang gửi", tone="azure"),
    BroadcastState.PAUSED: StateWording(label="Tạm dừng", tone="yellow"),
    BroadcastState.STOPPED: StateWording(label="Đã dừng hẳn", tone="red"),
    BroadcastState.FINISHED: StateWording(label="Đã xong", tone="green"),
}

DEPENDENT_KINDS = {
    DependentKind.ANSWER: "Câu trả lời",
    DependentKind.PARAMETER: "Tham số",
    DependentKind.PROCEDURE: "Thủ tục",
    DependentKind.BENEFIT: "Chế độ",
    DependentKind.REMINDER: "Lời nhắc",
    DependentKind.FORM: "Mẫu đơn",
}

PARAMETER_UNITS = {
    Unit.VND: "Số tiền (đồng)",
    Unit.WORKING_DAYS: "Số ngày làm việc",
    Unit.DAYS: "Số ngày",
    Unit.HOURS: "Số giờ",
    Unit.MONTHS: "Số tháng",
    Unit.YEARS: "Số năm",
    Unit.PERCENT: "Phần trăm",
    Unit.COUNT: "Con số",
    Unit.PHONE: "Số điện thoại",
    Unit.DATE: "Ngày (ngày/tháng/năm)",
    Unit.TEXT: "Chữ",
}

UNREACHED = {
    Unreached.STOPPED: "đã chặn hoặc rời đi",
    Unreached.CAPPED: "đã nhận 4 tin trong 30 ngày",
    Unreached.NO_CONSENT: "có nhắn nhưng không đăng ký nhận tin",
    Unreached.OUTSIDE_WINDOW: "Zalo im lặng quá 7 ngày, trừ khi đã đặt mẫu tin",
}

REPEATS = {Repeat.NEVER: "Không lặp", Repeat.WEEKLY: "Hằng tuần", Repeat.MONTHLY: "Hằng tháng"}

TRAINING_STATES = {
    TrainingState.RUNNING: StateWording(label="Đang học", tone="azure"),
    TrainingState.LIVE: StateWording(label="Đã thay", tone="green"),
    TrainingState.REFUSED: StateWording(label="Không thay", tone="yellow"),
    TrainingState.FAILED: StateWording(label="Hỏng, sẽ thử lại", tone="red"),
}

QUESTION_REASONS = {
    QuestionReason.UNKNOWN: "Chưa biết",
    QuestionReason.UNCLEAR: "Hỏi lại hai lần",
    QuestionReason.DISLIKED: "Chưa đúng ý",
    QuestionReason.HANDED_OVER: "Hỏi xong thì xin gặp cán bộ",
}

GROUP_STATES = {
    GroupState.OPEN: StateWording(label="Chờ trả lời", tone="yellow"),
    GroupState.AWAITING: StateWording(label="Đang viết câu mới", tone="azure"),
    GroupState.LINKED: StateWording(label="Đã có câu trả lời", tone="green"),
    GroupState.OUT_OF_SCOPE: StateWording(label="Ngoài phạm vi", tone="secondary"),
}

HANDOVER_STATES = {
    HandoverState.REQUESTED: StateWording(label="Đang chờ", tone="yellow"),
    HandoverState.TAKEN: StateWording(label="Đang trò chuyện", tone="azure"),
    HandoverState.CLOSED: StateWording(label="Đã kết thúc", tone="green"),
    HandoverState.GIVEN_UP: StateWording(label="Người dân quay lại với máy", tone="secondary"),
    HandoverState.EXPIRED: StateWording(label="Hết giờ chờ", tone="red"),
}

REQUEST_KINDS = {
    RequestKind.SEE: "Xem dữ liệu",
    RequestKind.CORRECT: "Sửa dữ liệu",
    RequestKind.WITHDRAW: "Rút đồng ý",
    RequestKind.DELETE: "Xóa dữ liệu",
}

PURPOSES = PURPOSE_NAMES
"""What a consent is for, in the words that citizens read."""

OUTCOMES = {
    ("sent", None): "Đã gửi",
    ("held", None): "Chưa đến lượt",
    ("waiting", None): "Sắp gửi",
    ("claimed", None): "Đang gửi",
    ("failed", "blocked"): "Người nhận đã chặn",
    ("failed", "no-such-chat"): "Cuộc trò chuyện không còn",
    ("failed", "message-invalid"): "Kênh từ chối nội dung",
    ("failed", "outside-window"): "Zalo: im lặng quá 7 ngày, chưa có mẫu tin",
    ("failed", "declined"): "Người nhận từ chối loại tin này",
    ("failed", "retry-limit"): "Lỗi nhiều lần",
    ("expired", "too-late"): "Quá hạn, không gửi nữa",
    ("cancelled", "stopped"): "Không gửi vì thông báo bị dừng",
    ("cancelled", "consent-withdrawn"): "Người nhận đã rút đồng ý",
    ("cancelled", "contact-stopped"): "Người nhận đã chặn từ trước",
    ("cancelled", "message-gone"): "Người nhận không nhận tin nữa",
}

RUN_STATES = {
    RehearsalState.WAITING: StateWording(label="Chờ đến lượt", tone="yellow"),
    RehearsalState.RUNNING: StateWording(label="Đang tính", tone="azure"),
    RehearsalState.DONE: StateWording(label="Xong", tone="green"),
    RehearsalState.FAILED: StateWording(label="Bị lỗi", tone="red"),
}

HEALTH_STATES = {
    Health.WELL: StateWording(label="Tốt", tone="green"),
    Health.STARTING: StateWording(label="Đang khởi động", tone="azure"),
    Health.TROUBLED: StateWording(label="Có lỗi", tone="red"),
    Health.SILENT: StateWording(label="Mất liên lạc", tone="red"),
    Health.NEVER_HEARD: StateWording(label="Chưa chạy", tone="secondary"),
    Health.OFF: StateWording(label="Không dùng", tone="secondary"),
}

PART_NAMES = {
    "web": "Máy chủ web",
    "delivery": "Gửi tin",
    "schedule": "Thời gian biểu",
    "receive": "Nhận tin",
    "zalo": "Zalo OA",
    "zalo_bot": "Zalo Bot",
    "understanding": "Hiểu câu hỏi",
    "web_push": "Tin tới trình duyệt",
    "staff_chats": "Trò chuyện với cán bộ",
    "telegram": "Telegram",
}

SKILLS = {
    "application-status": "Tra cứu hồ sơ",
    "benefits": "Xem quyền lợi",
    "card-reminder": "Tính hạn đổi thẻ",
    "reminders": "Đặt lời nhắc",
    "news": "Đăng ký nhận tin",
    "handover": "Gặp cán bộ",
}
"""What can be turned off, by the name of its skill. Seeing and deleting one's own data never is."""

PAUSES = {
    PauseReason.UNAUTHORISED: "mã bot bị từ chối. Báo người vận hành đổi mã; tin đang chờ không mất.",
    PauseReason.FAILING: "ứng dụng nhắn tin không trả lời. Hệ thống tự thử lại; tin đang chờ không mất.",
}
"""Why nothing leaves on a channel, where staff should know; a short wait that the messenger asked for is none."""
CHANNELS = {
    Channel.TELEGRAM: "Telegram",
    Channel.ZALO: "Zalo OA",
    Channel.ZALO_BOT: "Zalo Bot",
    Channel.WEB: "Web",
    Channel.TERMINAL: "Dòng lệnh",
}


def name_outcome(state: str, reason: str | None) -> str:
    """Return what became of messages, in words."""
    return OUTCOMES.get((state, reason), f"{state} {reason or ''}".strip())


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def name_browser(user_agent: str) -> str:
    """Return what a browser calls itself as a person knows it: "Chrome trên Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Trình duyệt khác")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} trên {system}" if system else browser
