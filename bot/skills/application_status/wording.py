"""What a citizen reads while looking an application up, following it, and linking a chat to a person."""

from __future__ import annotations

from bot.domain.working_days import Deadline

ASK_CODE = (
    "Bạn cho tôi mã hồ sơ. Mã in trên giấy hẹn hoặc trong tin nhắn khi nộp, ví dụ H12.34.56-260921-0001. "
    "Bạn cũng có thể chuyển tiếp cả tin nhắn đó.\n\n"
    'Không có mã thì đăng nhập https://dichvucong.gov.vn bằng VNeID, mở "Dịch vụ công của tôi", '
    'hoặc mở VNeID, vào mục "Thủ tục hành chính". Đã quá ngày hẹn thì hỏi nơi bạn đã nộp.'
)
ASK_CODE_AGAIN = (
    "Tôi chưa thấy mã hồ sơ trong tin này. Mã có dạng H12.34.56-260921-0001, in trên giấy hẹn. "
    "Bạn gõ lại mã, hoặc bấm Thôi."
)
ASK_PROOF = (
    "Để chắc là hồ sơ của bạn, cho tôi **4 số cuối** của số định danh (số thẻ căn cước) của người nộp, "
    "hoặc ngày sinh của người đó, ví dụ 05/03/1985.\nTôi chỉ dùng để kiểm tra, không lưu lại.\n\n"
    "Bạn cũng tự xem được: nhập mã ở mục Tra cứu hồ sơ trên https://dichvucong.gov.vn, "
    "hoặc mở mục Thủ tục hành chính trên VNeID."
)
ASK_PROOF_AGAIN = (
    "Đã lâu bạn chưa xác nhận ở cuộc trò chuyện này. Cho tôi lại **4 số cuối** của số định danh của người nộp, "
    "hoặc ngày sinh của người đó."
)
NOT_FOUND = (
    "Tôi không tìm thấy hồ sơ khớp với mã và thông tin bạn đưa.\n\n"
    "- Xem lại mã trên giấy hẹn và 4 số cuối của người đứng tên hồ sơ.\n"
    "- Sai nhiều lần thì phải chờ: sau 5 lần là một giờ, có khi đến hôm sau.\n"
    "- Hồ sơ mới nộp có thể chưa được chuyển sang đây. Bạn cũng tra được ở Cổng Dịch vụ công quốc gia: "
    "https://dichvucong.gov.vn"
)
OFFER_TO_WAIT = "Muốn tôi báo khi hồ sơ này xuất hiện, bạn bấm **Theo dõi mã này**. Tôi tìm trong 16 ngày."
STOPPED = "Tôi đã dừng tra cứu. Những gì bạn vừa gõ không được lưu."
GONE = "Hồ sơ này không còn ở đây. Bạn gõ mã khác, hoặc hỏi nơi nhận hồ sơ."
TICKET_TOO_OLD = "Nút này đã cũ. Bạn tra lại hồ sơ, rồi bấm nút ở tin mới."
NO_SUCH_NOTICE = "Tôi không thấy tin báo này ở cuộc trò chuyện này. Có thể bạn đã bỏ theo dõi."

CANNOT_FOLLOW_HERE = (
    "Ở đây tôi không nhắn cho bạn sau này được. Bạn theo dõi hồ sơ trên Telegram hoặc trò chuyện web."
)
ASK_CONSENT_AGAIN = "Bạn bấm **Đồng ý** hoặc **Không**."
NOT_FOLLOWED = "Được, tôi không theo dõi và không giữ gì. Bạn tra lại lúc nào cũng được."
FOLLOWED = (
    "✅ Tôi sẽ báo bạn ở đây khi hồ sơ thay đổi, từ 7 giờ đến 21 giờ; việc gấp thì báo ngay. "
    "Tin báo không ghi nội dung hồ sơ: bạn bấm nút để xem."
)
WAITING_FOR_CODE = (
    "✅ Tôi sẽ tìm mã này trong 16 ngày và báo bạn ở đây. "
    "Chỉ khi thông tin bạn đưa khớp với hồ sơ thì tôi mới cho xem."
)
UNFOLLOWED = "✅ Tôi không theo dõi hồ sơ này nữa."
NEVER_CAME = (
    "Sau 16 ngày tôi vẫn không thấy hồ sơ khớp với mã {codes} và thông tin bạn đưa. "
    "Bạn xem lại mã trên giấy hẹn, hoặc hỏi nơi nhận hồ sơ."
)

NOT_LINKED = "Được, tôi không ghi nhớ gì. Bạn vẫn tra từng hồ sơ bằng mã."
ASK_BOTH_SECRETS = (
    "Cho tôi **cả hai**: 4 số cuối của số định danh và ngày sinh của người nộp, ví dụ: 1234, 05/03/1985.\n"
    "Tôi chỉ dùng để kiểm tra, không lưu lại hai thông tin này."
)
ONE_ABROAD = (
    "{state}. Hồ sơ {code}.\n\n"
    "Ngày hẹn, nơi giải quyết và việc tiếp theo ở trang riêng, mở một lần, trong 10 phút."
)
"""What is said of an application where messages are kept abroad."""
LIST_HEADING = "Các hồ sơ bạn xem được ở cuộc trò chuyện này:"
LIST_GOES_ON = "Còn {count} hồ sơ cũ hơn. Bạn gõ mã hồ sơ để xem."
DATA_IS_OLD = "⚠️ Số liệu này cũ hơn mức nguồn hứa. Trạng thái thật có thể đã khác, bạn nên hỏi nơi nhận hồ sơ."


def render_deadline(deadline: Deadline) -> str:
    """Return how a promised day stands to today: "còn 3 ngày làm việc", "quá hạn 2 ngày làm việc"."""
    unit = "ngày làm việc" if deadline.in_working_days else "ngày, kể cả ngày nghỉ"
    if deadline.days == 0:
        return "là hôm nay"
    return f"còn {deadline.days} {unit}" if deadline.days > 0 else f"quá hạn {-deadline.days} {unit}"
