"""What the web chat says by itself."""

from __future__ import annotations

TITLE = "Trợ lý 06"
TOO_LONG = "Nội dung quá dài. Bạn hãy rút gọn câu hỏi rồi gửi lại."
NOT_JSON = "Tôi không đọc được yêu cầu này. Bạn hãy tải lại trang rồi gửi lại câu hỏi."
NOT_A_FORM = "Tôi không đọc được phần bạn gửi. Bạn hãy tải lại trang rồi thử lại."
TOO_OFTEN = "Bạn đang gửi quá nhanh. Hãy chờ một phút rồi gửi lại."
VERIFY_TOO_OFTEN = "Bạn thử nhiều mã quá. Hãy chờ một phút rồi thử lại."
NO_SUCH_LIST = "Không có danh sách giấy tờ này."
FIRST_QUESTIONS = (
    "Làm thẻ căn cước lần đầu cần gì?",
    "Đổi thẻ căn cước mất bao nhiêu tiền?",
    "Đăng ký định danh mức độ 2 thế nào?",
    "Tra cứu trạng thái hồ sơ",
)
NOT_A_PICTURE = "Bạn gửi ảnh JPG, PNG hoặc WEBP chụp mã QR trên giấy hẹn, hoặc gõ mã hồ sơ."
PICTURE_TOO_LARGE = "Ảnh lớn quá 10 MB. Bạn chụp lại nhỏ hơn, hoặc gõ mã hồ sơ."
NO_FILE = "Tệp này không còn. Bạn hỏi lại cán bộ."
PASSED_ON = "Đã chuyển tới cán bộ. Câu trả lời hiện ở trang đầu, mở bằng trình duyệt có JavaScript."
LINK_TOO_OFTEN = "Bạn bấm nhiều lần quá. Hãy chờ một phút rồi thử lại."
LINK_OVER = (
    "Link này không mở được: đã quá 10 phút, đã mở ở trình duyệt khác, hoặc đã có link mới hơn. "
    "Bạn gõ dữ liệu của tôi trong cuộc trò chuyện rồi bấm Tải dữ liệu để lấy link mới."
)
PAGE_OVER = (
    "Link này không mở được: đã quá 10 phút, hoặc đã mở ở trình duyệt khác. "
    "Bạn hỏi lại trong cuộc trò chuyện để lấy link mới."
)
YES, NO = "có", "không"
HELD_WORDS = {
    "given": "đồng ý",
    "withdrawn": "đã rút",
    "blocked": "bạn đã chặn",
    "no-such-chat": "cuộc trò chuyện không còn",
    "text": "nội dung",
    "citation": "căn cứ",
    "topic": "đang nói về",
    "last_unit": "câu trả lời gần nhất",
    "counted_on": "ngày trò chuyện gần nhất",
    "forms": "điều đang điền",
    "form": "việc đang làm",
    "paused": "việc làm dở",
    "filled": "đã điền",
    "skill": "việc",
    "step": "bước",
    "expires_at": "hết hạn lúc",
    "can_be_resumed": "làm tiếp được",
    "takes_text": "chờ gõ chữ",
    "unclear_in_a_row": "số câu liền nhau chưa rõ ý",
    "last_question": "câu hỏi gần nhất, đã che",
    "subject": "đang nói về, đã che",
    "last_question_id": "số của câu hỏi trong hàng chờ",
    "handover_id": "mã lần gặp cán bộ",
    "told_passed_on": "đã báo là cán bộ đang đọc",
    "disliked": "số lần nói chưa đúng ý",
    "banner_seen": "dòng báo chung đã xem",
}
"""Words of columns that hold words of ours, for the citizen who reads everything that is held."""
MOMENTS = {
    "happened_at": "lúc",
    "asked_at": "lúc hỏi",
    "said_at": "lúc nói",
    "requested_at": "lúc yêu cầu",
    "verified_at": "lúc chứng minh",
    "given_at": "lúc đưa",
    "due_at": "sẽ nhắc lúc",
    "created_at": "ghi lúc",
    "updated_at": "đổi lần cuối",
    "received_at": "nhận lúc",
    "due_on": "hạn trả lời",
    "ended_at": "kết thúc lúc",
}
"""What the columns of moments say to the citizen who reads everything that is held."""
