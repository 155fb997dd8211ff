"""What a citizen reads about the data held on them. Dates of birth are masked: others may look at the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.clock import HANOI, hanoi_date
from bot.domain.application_code import mask_code
from bot.domain.data_request import RequestState
from bot.domain.messages import Channel
from bot.storage.data_requests import DataRequest

CHANNEL_NAMES = {
    Channel.TELEGRAM: "Telegram",
    Channel.ZALO: "Zalo",
    Channel.ZALO_BOT: "Zalo Bot",
    Channel.WEB: "Trò chuyện trên web",
    Channel.TERMINAL: "Máy này",
}
PURPOSE_NAMES = {
    "reminders": "Nhận lời nhắc",
    "reminders-ward": "Nhắc về người nhà, người đó đã đồng ý",
    "question-answered": "Báo khi câu hỏi có câu trả lời",
    "replies": "Trò chuyện với cán bộ",
    "announcements": "Nhận tin của chính quyền",
    "application-updates": "Nhận tin báo hồ sơ",
    "checklists": "Giữ danh sách giấy tờ",
    "application-link": "Ghi nhớ để xem hồ sơ",
}

_THEN = {
    "reminders": "Lời nhắc dừng ngay, ngày tháng bạn đưa đã xóa.",
    "reminders-ward": "Lời nhắc cho người nhà dừng ngay, ngày tháng của họ đã xóa.",
    "question-answered": "Tôi không báo khi có câu trả lời nữa.",
    "replies": "Cán bộ không nhận cuộc trò chuyện này nữa.",
    "announcements": "Tin của chính quyền dừng ngay, nơi ở và năm sinh đã xóa.",
    "application-updates": "Tôi thôi theo dõi và thôi báo hồ sơ.",
    "checklists": "Danh sách giấy tờ đã giữ đã xóa.",
    "application-link": "Lần sau xem hồ sơ, bạn gõ lại mã và thông tin xác nhận.",
}
"""What taking a consent back did."""

NOTHING_HELD = (
    "Tôi không lưu thông tin cá nhân nào của bạn.\n\n"
    "Thông tin bạn gõ khi đang làm dở một việc được xóa khi việc đó xong, chậm nhất sau 30 phút."
)
HELD_ABROAD = (
    "Tôi có giữ thông tin về bạn. Giữ những gì thì xem ở trang riêng, mở một lần, trong 10 phút. "
    "Muốn dừng, sửa hay xóa thì bấm nút ở đây."
)
"""What is said where messages are kept abroad."""
CONFIRM = (
    "Xóa hết những gì tôi giữ về bạn? Lời nhắc sẽ dừng, lịch sử đồng ý cũng bị xóa. Việc này không lấy lại được."
)
CONFIRM_AGAIN = "Bạn bấm **Xóa hết** để xóa, hoặc **Không xóa**."
KEPT = "Được, tôi không xóa gì."
NOT_GIVEN = "Bạn không có đồng ý nào cho việc này, nên không có gì phải rút. Xem lại: gõ dữ liệu của tôi."
CHOOSE_WITHDRAWAL = "Bạn muốn rút đồng ý nào? Việc đó dừng ngay, những việc khác vẫn giữ nguyên."
NO_REMINDERS = "Bạn không có lời nhắc, hồ sơ theo dõi hay tin nào, nên không có gì phải dừng."
STOPPED = (
    "✅ Đã dừng mọi lời nhắc, tin báo hồ sơ và tin của chính quyền. Ngày sinh và ngày cấp thẻ đã xóa.\n\n"
    "Muốn biết tôi còn giữ gì, gõ **dữ liệu của tôi**. Muốn xóa nốt thì bấm **Xóa hết**."
)


ASK_CORRECTION = (
    "Ngày trong lời nhắc hay nơi nhận tin sai thì bấm nút để đặt lại: cái mới thay cái cũ.\n\n"
    "Chỗ khác thì bạn gõ ngắn gọn chỗ nào sai. "
    "Số định danh, số điện thoại, ngày tháng được che, nên chỉ cần nói mục nào, "
    "ví dụ: ngày cấp thẻ trong lời nhắc bị sai."
)
NOTHING_ASKED = "Được, tôi không ghi yêu cầu nào."


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReminder:
    """One subscription as it is shown."""

    title: str
    event_on: date | None
    facts: Mapping[str, date]
    days: Sequence[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldConsent:
    """The last line of the ledger for one purpose."""

    purpose: str
    is_given: bool
    happened_at: datetime


def render_held(
    *,
    channels: Sequence[Channel],
    reminders: Sequence[HeldReminder],
    followed: Sequence[str],
    linked_count: int,
    waiting_count: int,
    news: str,
    phones: Sequence[str],
    checklists: Sequence[str],
    consents: Sequence[HeldConsent],
    requests: Sequence[DataRequest],
) -> str:
    """Return everything that is held, masked."""
    lines = [
        "Tôi đang giữ những thông tin này về bạn:",
        f"- Nơi trò chuyện: {', '.join(CHANNEL_NAMES[channel] for channel in channels)}",
    ]
    for consent in consents:
        said = "bạn đồng ý" if consent.is_given else "bạn đã dừng"
        lines.append(f"- {PURPOSE_NAMES[consent.purpose]}: {said} {_moment(consent.happened_at)}")
    if followed:
        lines.append(f"- Hồ sơ đang theo dõi: {', '.join(mask_code(code) for code in followed)}")
    if linked_count:
        lines.append(f"- Dấu mã hóa số định danh của {linked_count} người, giữ 30 ngày")
    if waiting_count:
        lines.append(f"- {waiting_count} câu hỏi đang chờ câu trả lời")
    if checklists:
        lines.append(f"- Danh sách giấy tờ: {', '.join(checklists)}")
    if news:
        lines.append(f"- Để gửi tin đúng người: {news}")
    lines += [f"- Số điện thoại bạn đưa qua Zalo: •••{phone[-3:]}" for phone in phones]
    for request in requests:
        when = f"{hanoi_date(request.asked_at):%d/%m/%Y}"
        if request.state is RequestState.DONE:
            lines.append(f"- Yêu cầu ngày {when}: đã xong. {request.answer}".rstrip())
        else:
            lines.append(f"- Yêu cầu ngày {when}: đang làm, chậm nhất {request.due_on:%d/%m/%Y}")
    for held in reminders:
        lines.append("")
        event = f", ngày {held.event_on:%d/%m/%Y}" if held.event_on is not None else ""
        lines.append(f"**{held.title}**{event}")
        lines += [f"- {name.capitalize()}: {mask_date(day)}" for name, day in held.facts.items()]
        coming = ", ".join(f"{day:%d/%m/%Y}" for day in held.days) or "không còn"
        lines.append(f"- Các lần nhắc tới: {coming}")
    return "\n".join(lines)


def render_still_given(names: Sequence[str]) -> str:
    """Return what stays when all messages stop, because it sends none."""
    return f"Vẫn giữ, vì không gửi tin: {', '.join(names)}. Muốn rút: gõ **dữ liệu của tôi**, bấm Rút từng đồng ý."


def render_deleted(now: datetime, receipt: str) -> str:
    """Return the receipt of a deletion."""
    return (
        f"✅ Đã xóa hết {_moment(now)}. Tôi không còn giữ thông tin cá nhân nào của bạn.\n\n"
        f"Biên nhận: **{receipt}**."
    )


def render_withdrawn(purpose: str, now: datetime, receipt: str) -> str:
    """Return the receipt of one consent that was taken back."""
    return (
        f"✅ Đã rút đồng ý: **{PURPOSE_NAMES[purpose]}**, {_moment(now)}. {_THEN[purpose]}\n\n"
        f"Những đồng ý khác vẫn giữ nguyên. Biên nhận: **{receipt}**."
    )


def render_link(address: str, receipt: str) -> str:
    """Return where everything can be read and kept."""
    return (
        "Mở link này để xem và tải tất cả những gì tôi giữ về bạn. Link có hạn 10 phút, cho một trình duyệt:\n\n"
        f"{address}\n\n"
        f"Đừng gửi link cho ai. Biên nhận: **{receipt}**."
    )


def render_taken(due_on: date) -> str:
    """Return the receipt of a request."""
    return (
        f"✅ Đã nhận yêu cầu. Cán bộ làm xong chậm nhất ngày **{due_on:%d/%m/%Y}**. "
        "Muốn biết tới đâu thì gõ dữ liệu của tôi."
    )


def mask_date(day: date) -> str:
    """Return a date of which only the year shows."""
    return f"••/••/{day.year}"


def _moment(moment: datetime) -> str:
    return f"lúc {moment.astimezone(HANOI):%H:%M} ngày {hanoi_date(moment):%d/%m/%Y}"
