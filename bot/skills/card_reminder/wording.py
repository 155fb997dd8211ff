"""What a citizen reads while a reminder is being set up. What the law says stands in data/reminders/."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from bot.skills.dates import DateProblem

ASK_CONSENT_AGAIN = "Tôi cần bạn nói rõ. Bạn bấm **Đồng ý**, hoặc **Không** nếu không muốn."
ASK_BIRTH = "Bạn cho tôi **ngày sinh** của người đứng tên thẻ, ví dụ 05/03/1985."
ASK_ISSUED = "Bạn cho tôi **ngày cấp** in trên thẻ, ví dụ 20/04/2021. Ngày cấp thường ở mặt sau thẻ."
ASK_REMIND = "Bạn có muốn tôi nhắc không?"
ASK_REMIND_AGAIN = "Bạn bấm **Nhắc tôi** nếu muốn được nhắc, hoặc **Không cần**."
REFUSED = "Được. Tôi không hỏi ngày nào và không lưu gì. Ngày hết hạn in ngay trên thẻ, bạn xem ở đó cũng được."
STOPPED = "Tôi đã dừng. Những gì bạn vừa gõ không được lưu."
NOT_WANTED = "Được, tôi không nhắc. Hai ngày bạn cho tôi đã xóa."
ONLY_DATE = "Ở đây tôi không nhắn cho bạn sau này được, nên không nhắc. Hai ngày bạn cho tôi đã xóa."
TOO_NEAR = "Ngày này gần quá nên không còn kịp nhắc. Hai ngày bạn cho tôi đã xóa."
NOTHING_TO_REMIND = "Hai ngày bạn cho tôi đã xóa."
RULE_NOT_IN_FORCE = (
    "Quy định để tính ngày đổi thẻ đang được cập nhật, nên tôi chưa tính được. "
    "Bạn xem ngày hết hạn in trên thẻ, hoặc gọi 1900 0368."
)

FUTURE_BIRTH = "Ngày sinh này chưa tới. Bạn xem lại rồi gõ ngày sinh, ví dụ 05/03/1985."
FUTURE_ISSUED = "Ngày cấp này chưa tới. Bạn xem lại trên thẻ rồi gõ ngày cấp, ví dụ 20/04/2021."
ISSUED_BEFORE_BIRTH = (
    "Ngày cấp này trước ngày sinh {birth}. Bạn xem lại trên thẻ rồi gõ ngày cấp, "
    "hoặc bấm Sửa ngày sinh nếu ngày sinh chưa đúng."
)
PROBLEMS = {
    DateProblem.MISSING: "Tôi chưa thấy ngày nào đủ ngày, tháng, năm. Bạn gõ như ví dụ này: {example}.",
    DateProblem.SEVERAL: "Tôi thấy nhiều ngày trong tin này. Bạn gõ một ngày thôi, ví dụ {example}.",
    DateProblem.SHORT_YEAR: "Bạn gõ năm đủ bốn chữ số để tôi không nhầm, ví dụ {example}.",
    DateProblem.IMPOSSIBLE: "Không có ngày này trong lịch. Bạn xem lại ngày, tháng rồi gõ như {example}.",
}
BIRTH_EXAMPLE = "05/03/1985"
ISSUED_EXAMPLE = "20/04/2021"


def render_subscribed(days: Sequence[date], sent_at: time) -> str:
    """Return on which days the citizen will be reminded."""
    named = _join([f"{day:%d/%m/%Y}" for day in days])
    many = "các ngày" if len(days) > 1 else "ngày"
    return (
        f"✅ Tôi sẽ nhắc bạn lúc {_hour(sent_at)} {many} {named}, ngay ở cuộc trò chuyện này.\n\n"
        "Muốn thôi thì bấm **Dừng nhắc** bất cứ lúc nào."
    )


def render_already(event_on: date, days: Sequence[date]) -> str:
    """Return what a citizen who is reminded already will get."""
    coming = (
        f"Lần nhắc tới: {_join([f'{day:%d/%m/%Y}' for day in days])}." if days else "Không còn lần nhắc nào nữa."
    )
    return f"Tôi đang nhắc bạn đổi thẻ trước ngày **{event_on:%d/%m/%Y}**. {coming}"


def _hour(at: time) -> str:
    return f"{at.hour} giờ" if at.minute == 0 else f"{at.hour} giờ {at.minute:02d}"


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} và {parts[-1]}"
