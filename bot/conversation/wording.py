"""The fixed sentences of the conversation itself. Everything about law is in data/."""

from __future__ import annotations

from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.messages import Attachment
from bot.skills.skill import START_PREFIX

STATUS_BUTTON = Button(title="Hồ sơ của tôi tới đâu", payload=f"{START_PREFIX}application-status")
REMINDER_BUTTON = Button(title="Khi nào phải đổi thẻ", payload=f"{START_PREFIX}card-reminder")
MENU_BUTTON = Button(title="Tôi hỏi được gì", payload="c:help")

GREETING = (
    "Chào bạn, tôi là Trợ lý 06, một chương trình máy. Tôi trả lời về thẻ căn cước, VNeID, cư trú và "
    "dịch vụ công, kèm căn cứ pháp lý.\n\n"
    "Bạn cứ gõ câu hỏi, có dấu hay không dấu đều được. Ví dụ: đổi thẻ căn cước hết bao nhiêu tiền."
)
HELP = (
    "Bạn có thể:\n"
    "- Hỏi về thẻ căn cước, VNeID, cư trú, dịch vụ công, phiếu lý lịch tư pháp.\n"
    "- Tra cứu hồ sơ đã nộp: gõ trạng thái hồ sơ.\n"
    "- Hỏi khi nào phải đổi thẻ và nhận lời nhắc: gõ nhắc tôi.\n"
    "- Xem, xóa những gì tôi lưu về bạn: gõ dữ liệu của tôi.\n\n"
    "Đừng gửi số định danh, mật khẩu, mã OTP hay ảnh giấy tờ vào đây, trừ khi tôi hỏi để tra hồ sơ."
)
THANKS = "Không có gì. Bạn cần hỏi thêm thì cứ gõ."
GOODBYE = "Chào bạn. Khi cần, bạn nhắn lại ở đây."
WHO = (
    "Tôi là Trợ lý 06, một chương trình máy trả lời về thủ tục hành chính. Tôi không phải cán bộ và không "
    "quyết định thay cơ quan nhà nước. Mỗi câu trả lời đều ghi căn cứ để bạn kiểm tra lại."
)
PERSON = (
    "Ở đây chưa có cán bộ trực để trò chuyện với bạn. Bạn gọi tổng đài 1900 0368 về căn cước, VNeID và cư trú, "
    "hoặc đến Công an cấp xã, Trung tâm Phục vụ hành chính công cấp xã nơi gần nhất."
)
UNKNOWN = (
    "Tôi chưa biết câu trả lời cho câu này, nên không đoán.\n\n"
    "Bạn thử hỏi ngắn hơn về một việc, ví dụ: làm thẻ căn cước cần giấy tờ gì. Hoặc hỏi nơi có thẩm quyền: "
    "Công an cấp xã, Trung tâm Phục vụ hành chính công cấp xã, tổng đài 1900 0368."
)
CLARIFY = "Tôi chưa chắc ý bạn. Bạn muốn hỏi về:"
EMPTY = "Tin nhắn của bạn chưa có chữ nào. Bạn gõ câu hỏi nhé, ví dụ: làm lại thẻ căn cước bị mất."
TOO_LONG = (
    "Tin nhắn dài quá nên tôi không đọc hết được. Bạn gõ lại câu hỏi ngắn gọn, dưới 2.000 chữ cái, "
    "mỗi lần một việc."
)
EDITED = "Bạn vừa sửa tin nhắn, tôi trả lời theo nội dung mới."
UNKNOWN_COMMAND = "Tôi không có lệnh này. Bạn gõ câu hỏi bình thường, hoặc bấm một nút bên dưới."
OLD_BUTTON = "Nút này đã cũ nên không dùng được nữa. Bạn gõ câu hỏi, hoặc bấm một nút bên dưới."
NOT_IN_FORCE = (
    "Câu trả lời cho việc này không còn hiệu lực và chưa có bản mới, nên tôi không đưa ra. "
    "Bạn hỏi Công an cấp xã hoặc tổng đài 1900 0368."
)
APOLOGY = (
    "Xin lỗi, tôi đang gặp trục trặc nên chưa trả lời được tin này. Bạn nhắn lại sau ít phút. "
    "Việc gấp thì gọi tổng đài 1900 0368 hoặc hỏi Công an cấp xã."
)
CONTINUE_FORM = "Việc đang làm dở vẫn còn đó. Bạn gõ tiếp thông tin tôi đã hỏi, hoặc bấm Thôi."

ATTACHMENTS = {
    Attachment.PHOTO: "Tôi không xem được ảnh. Bạn đừng gửi ảnh giấy tờ vào đây: hãy xóa ảnh nếu đó là thẻ của bạn, "
    "rồi gõ câu hỏi bằng chữ.",
    Attachment.STICKER: "Cảm ơn bạn. Bạn cần hỏi gì thì gõ bằng chữ nhé.",
    Attachment.VOICE: "Tôi chưa nghe được tin nhắn thoại. Bạn gõ câu hỏi bằng chữ, không cần dấu.",
    Attachment.VIDEO: "Tôi không xem được video. Bạn gõ câu hỏi bằng chữ, không cần dấu.",
    Attachment.DOCUMENT: "Tôi không mở tệp bạn gửi. Nộp giấy tờ thì nộp trên Cổng Dịch vụ công quốc gia hoặc VNeID. "
    "Bạn gõ câu hỏi bằng chữ nhé.",
    Attachment.LOCATION: "Tôi chưa tìm được nơi làm thủ tục theo vị trí. Vị trí của bạn không được lưu. "
    "Bạn đến Công an cấp xã nơi gần nhất.",
    Attachment.CONTACT: "Tôi không cần số điện thoại của bạn hay của người khác, và không lưu lại. "
    "Bạn gõ câu hỏi bằng chữ nhé.",
    Attachment.OTHER: "Tôi chỉ đọc được chữ. Bạn gõ câu hỏi, không cần dấu.",
}


def say(kind: AnswerKind, text: str, *buttons: Button) -> Answer:
    """Return a fixed sentence as an answer."""
    return Answer(kind=kind, text=text, buttons=buttons)


def say_unknown(confidence: float | None = None) -> Answer:
    """Return the honest "I do not know", with a way out."""
    return Answer(
        kind=AnswerKind.UNKNOWN,
        text=UNKNOWN,
        buttons=(STATUS_BUTTON, REMINDER_BUTTON, MENU_BUTTON),
        confidence=confidence,
    )
