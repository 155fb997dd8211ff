"""What is said while a reminder is being set. What is reminded of stands in data/reminders/."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

CHOOSE = "Bạn muốn được nhắc việc gì?"
ASK_WHO = "Nhắc về ai?"
ASK_WARD = (
    "Lời nhắc này là về **{who}**. Người đó đã biết và đồng ý cho tôi nhắc bạn chưa?\n\n"
    "- Người lớn: phải do chính người đó đồng ý.\n"
    "- Con từ đủ 7 tuổi: hỏi cả con. Con nhỏ hơn: cha, mẹ hoặc người giám hộ đồng ý thay."
)
WARD_NOT_ASKED = "Bạn hỏi người đó trước nhé. Khi người đó đồng ý, bạn gõ /nhac_toi để đặt lại. Tôi chưa lưu gì."
ASK_CONSENT_AGAIN = "Tôi cần bạn nói rõ. Bạn bấm một trong các nút bên dưới."
REFUSED = "Được. Tôi không nhắc và không lưu gì."
STOPPED = "Tôi đã dừng. Những gì bạn vừa gõ không được lưu."
DATE_UNREADABLE = "Tôi chưa đọc được ngày. Bạn gõ đủ ngày, tháng, năm như 05/12/2026."
DATE_PAST = "Ngày này đã qua. Bạn xem lại giúp tôi."
DATE_AHEAD = "Ngày này chưa tới. Bạn xem lại giúp tôi."
TOO_NEAR = "Ngày này gần quá hoặc đã qua, nên tôi không còn kịp nhắc. Tôi không lưu gì."
NOT_HERE = "Ở đây tôi không nhắn cho bạn sau này được. Bạn dùng Telegram hoặc trang web để được nhắc."
NOT_IN_FORCE = "Quy định của việc này đang được cập nhật, nên tôi chưa nhắc được."
RULE_OFF = "Việc nhắc này đang tạm dừng. Bạn thử lại sau, hoặc chọn việc khác."
GONE = "Lựa chọn này không còn. Bạn chọn lại giúp tôi."


CHOSEN = "việc bạn vừa chọn"
"""What a reminder is called where messages are kept abroad: some name poverty or an illness."""


def render_set(title: str, days: Sequence[date], sent_at: time) -> str:
    """Return what was set, and when the first messages come."""
    at = f"{sent_at.hour} giờ" if sent_at.minute == 0 else f"{sent_at.hour} giờ {sent_at.minute:02d}"
    named = ", ".join(f"{day:%d/%m/%Y}" for day in days[:3])
    return (
        f"✅ Tôi sẽ nhắc: **{title}**. Lúc {at} ngày {named}, ngay ở cuộc trò chuyện này.\n\n"
        "Nhiều việc cùng lúc thì tôi gộp một tin, mỗi ngày nhiều nhất một tin."
    )
