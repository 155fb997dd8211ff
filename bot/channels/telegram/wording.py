"""What only Telegram needs to say."""

from __future__ import annotations

PRIVATE_ONLY = (
    "Tôi chỉ trả lời khi nhắn riêng để giữ kín chuyện của bạn: bạn bấm vào tên tôi rồi chọn Nhắn tin. "
    "Tôi rời khỏi đây để không đọc tin của mọi người."
)
SEND_LOCATION = "Gửi vị trí của tôi"
DELETED = "Tôi đã xóa tin đó khỏi cuộc trò chuyện này."
NOT_DELETED = "Telegram không cho tôi xóa tin đó, bạn xóa giúp: giữ vào tin, chọn Xóa."
SHORT_DESCRIPTION = "Hỏi về thẻ căn cước, VNeID, cư trú, dịch vụ công. Trả lời kèm căn cứ pháp lý."
DESCRIPTION = (
    "Trợ lý 06 là chương trình máy trả lời về thẻ căn cước, VNeID, cư trú, hộ tịch và dịch vụ công, kèm căn cứ "
    "pháp lý. Gõ có dấu hay không dấu đều được.\n\n"
    "Bạn đừng gửi số định danh, mật khẩu, mã OTP hay ảnh giấy tờ."
)
"""What Telegram shows before a person presses Start."""

COMMANDS = (
    ("start", "Bắt đầu lại từ đầu"),
    ("tra_cuu", "Tra trạng thái hồ sơ đã nộp"),
    ("kiem_tra", "Kiểm tra tin, số, link có lừa đảo"),
    ("noi_lam", "Tìm nơi làm thủ tục"),
    ("danh_sach", "Danh sách giấy tờ cần mang"),
    ("quyen_loi", "Xem có thể được hưởng chế độ gì"),
    ("nhac_toi", "Đặt lời nhắc: đổi thẻ, hạn thẻ BHYT..."),
    ("nhan_tin", "Nhận tin của chính quyền nơi bạn ở"),
    ("du_lieu", "Dữ liệu tôi lưu về bạn"),
    ("gap_can_bo", "Gặp cán bộ trực"),
    ("dung", "Dừng mọi lời nhắc"),
    ("tro_giup", "Tôi hỏi được những gì"),
)
"""The menu of commands, in its order: the command without its slash, and what it does."""
