"""What a citizen reads when they ask for a person."""

from __future__ import annotations

from datetime import datetime

from bot.clock import HANOI

REFUSED = "Được, tôi không chuyển. Bạn hỏi tôi tiếp, hoặc đến Công an cấp xã."
ASK_AGAIN = "Bạn bấm **Đồng ý** hoặc **Không**."
ALREADY_WAITING = "Bạn đang chờ cán bộ. Bạn cứ gõ, cán bộ đọc được khi nhận. Muốn hỏi máy thì gõ **quay lại**."
ALREADY_TAKEN = "Cán bộ đang trò chuyện với bạn ở đây. Bạn cứ gõ. Muốn hỏi máy thì gõ **quay lại**."
BACK_EARLY = "Được, tôi đã báo cán bộ là bạn không chờ nữa. Bạn hỏi tôi tiếp nhé."
BACK = "Đã kết thúc trò chuyện với cán bộ. Tôi trả lời tiếp từ đây.\n\nViệc của bạn được giúp tới đâu?"
NOT_WITH_STAFF = "Bạn đang trò chuyện với máy rồi. Bạn cứ gõ câu hỏi."
RATED = "Cảm ơn bạn. Tôi chỉ đếm ý kiến, không ghi ai nói."
RATED_ALREADY = "Bạn đã cho ý kiến rồi, cảm ơn bạn."
NO_FILES = "Cán bộ ở đây chỉ đọc được chữ, tôi không chuyển ảnh hay tệp. Bạn tả bằng chữ nhé."
FILE_TRIED = "(Người dân gửi ảnh hoặc tệp. Trợ lý không chuyển và đã nhắn họ tả bằng chữ.)"
TOO_MANY = "Bạn đã gửi rất nhiều tin nên tôi không chuyển thêm. Bạn chờ cán bộ trả lời, hoặc gõ **quay lại**."
BACK_TITLE = "Quay lại với máy"


def render_opening(opening: datetime | None) -> str:
    """Return when staff are there next, empty where nobody knows."""
    if opening is None:
        return ""
    local = opening.astimezone(HANOI)
    return f"Giờ trực tới: **{local:%H:%M} ngày {local:%d/%m/%Y}**."
