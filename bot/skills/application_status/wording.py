"""What a citizen reads about an application."""

from __future__ import annotations

from datetime import date

from bot.clock import HANOI, hanoi_date
from bot.domain.application import Application, ApplicationState

STATE_NAMES = {
    ApplicationState.RECEIVED: "⏳ Đã tiếp nhận",
    ApplicationState.SUPPLEMENT_REQUESTED: "⚠️ Cần bổ sung giấy tờ",
    ApplicationState.PROCESSING: "⏳ Đang giải quyết",
    ApplicationState.AWAITING_PAYMENT: "⚠️ Chờ bạn nộp phí, lệ phí",
    ApplicationState.RESULT_READY: "✅ Đã có kết quả",
    ApplicationState.RETURNED: "✅ Đã trả kết quả",
    ApplicationState.REJECTED: "⚠️ Bị từ chối giải quyết",
    ApplicationState.WITHDRAWN: "Đã rút hồ sơ",
}

NEXT_STEPS = {
    ApplicationState.RECEIVED: "Bạn chưa phải làm gì. Cơ quan đang xem hồ sơ.",
    ApplicationState.SUPPLEMENT_REQUESTED: "Xem thông báo bổ sung của nơi nhận hồ sơ, "
    "rồi nộp thêm giấy tờ còn thiếu.",
    ApplicationState.PROCESSING: "Bạn chưa phải làm gì. Chờ đến ngày hẹn trả kết quả.",
    ApplicationState.AWAITING_PAYMENT: "Nộp tiền theo thông báo trong hồ sơ trên Cổng Dịch vụ công quốc gia, "
    "hoặc tại nơi nhận hồ sơ. Không chuyển tiền vào tài khoản cá nhân.",
    ApplicationState.RESULT_READY: "Đến nơi ghi trên giấy hẹn để nhận kết quả. "
    "Mang theo giấy hẹn và thẻ căn cước.",
    ApplicationState.RETURNED: "Hồ sơ đã xong. Bạn không phải làm gì thêm.",
    ApplicationState.REJECTED: "Xem lý do trong thông báo của cơ quan. Nếu không đồng ý, bạn có quyền khiếu nại.",
    ApplicationState.WITHDRAWN: "Hồ sơ đã dừng. Muốn làm tiếp, bạn nộp hồ sơ mới.",
}

ASK_CODE = "Bạn cho tôi mã hồ sơ. Mã in trên giấy hẹn hoặc trong tin nhắn khi nộp, ví dụ H12.34.56-260921-0001."
ASK_CODE_AGAIN = (
    "Tôi chưa thấy mã hồ sơ trong tin này. Mã có dạng H12.34.56-260921-0001, in trên giấy hẹn. "
    "Bạn gõ lại mã, hoặc bấm Thôi."
)
ASK_PROOF = (
    "Để chắc là hồ sơ của bạn, cho tôi **4 số cuối** của số định danh (số thẻ căn cước) của người nộp, "
    "hoặc ngày sinh của người đó, ví dụ 05/03/1985.\nTôi chỉ dùng để kiểm tra, không lưu lại."
)
NOT_FOUND = (
    "Tôi không tìm thấy hồ sơ khớp với mã và thông tin bạn đưa.\n\n"
    "- Xem lại mã trên giấy hẹn và 4 số cuối của người đứng tên hồ sơ.\n"
    "- Sai 5 lần trong một giờ thì phải chờ một giờ rồi mới tra được tiếp.\n"
    "- Hồ sơ mới nộp có thể chưa được chuyển sang đây. Bạn cũng tra được ở Cổng Dịch vụ công quốc gia: "
    "https://dichvucong.gov.vn"
)
STOPPED = "Tôi đã dừng tra cứu. Những gì bạn vừa gõ không được lưu."


def render_status(application: Application, *, today: date) -> str:
    """Return the state of an application in a citizen's words: state, since, promise, next step, data as of."""
    lines = [
        f"{STATE_NAMES[application.state]}",
        "",
        f"- Hồ sơ: {application.code}",
        f"- Thủ tục: {application.procedure_name}",
        f"- Nơi giải quyết: {application.office}",
        f"- Từ ngày: {hanoi_date(application.state_since):%d/%m/%Y}",
    ]
    if application.promised_on is not None:
        lines.append(f"- Hẹn trả: {application.promised_on:%d/%m/%Y}{_lateness(application, today)}")
    lines += ["", f"**Việc tiếp theo:** {application.next_step or NEXT_STEPS[application.state]}"]
    lines += ["", f"Số liệu đến {application.data_as_of.astimezone(HANOI):%H:%M ngày %d/%m/%Y}."]
    if application.is_demo:
        lines.append("Đây là hồ sơ giả, dùng để thử.")
    return "\n".join(lines)


def _lateness(application: Application, today: date) -> str:
    assert application.promised_on is not None
    if not application.state.is_open or today <= application.promised_on:
        return ""
    return " (đã quá ngày hẹn; bạn có quyền hỏi nơi nhận hồ sơ lý do và ngày hẹn mới)"
