"""What the skill says. Numbers stand in data/parameters."""

from __future__ import annotations

ASK = (
    "Bạn gửi vào đây tin nhắn, số điện thoại, link hoặc số tài khoản đáng ngờ: chuyển tiếp, dán hoặc gõ lại.\n\n"
    "Tôi xem có dấu hiệu lừa đảo không và không giữ lại nội dung. Tôi không mở link, nên bạn cũng đừng bấm."
)
SUSPICIOUS = "⚠️ Có dấu hiệu lừa đảo:"
DO_NOT = "Đừng bấm link, đừng gọi lại, đừng chuyển tiền, đừng đọc mã OTP."
REPORT = (
    "Báo ở đâu:\n"
    "- Tin nhắn, cuộc gọi: gửi {{lua-dao.phan-anh.dau-so-156}} hoặc {{lua-dao.phan-anh.dau-so-5656}}.\n"
    "- Tố giác: mục tố giác trên VNeID, hoặc Công an gần nhất.\n"
    "- Đã mất tiền: gọi ngân hàng nhờ chặn, rồi gọi {{khan-cap.cong-an}}."
)
OFFICIAL = "✅ Là của cơ quan nhà nước (theo danh sách ngày {day:%d/%m/%Y}):"
OFFICIAL_BUT = (
    "Tên người gửi và số gọi đến làm giả được. Bạn tự gõ địa chỉ, tự bấm số thì mới chắc. "
    "Cán bộ không hỏi mã OTP, mật khẩu."
)
UNKNOWN = "Chưa thấy dấu hiệu lừa đảo, nhưng không có nghĩa là an toàn."
ALSO_OFFICIAL = "Trong đó có của cơ quan nhà nước (theo danh sách ngày {day:%d/%m/%Y}): {listed}."
PHONE = "Số điện thoại: tôi không có danh sách số lừa đảo, và số gọi đến làm giả được."
ACCOUNT = (
    "Số tài khoản: tôi không biết của ai. Chưa tự gọi hỏi người nhận theo số bạn biết từ trước thì đừng chuyển."
)
STATE_ENDING = "Đuôi .gov.vn là của cơ quan nhà nước, nhưng trang này chưa có trong danh sách tôi đã kiểm."
BE_SURE = (
    "Muốn chắc, bạn tự gọi {{vneid.tong-dai}} hoặc hỏi Công an cấp xã. Ai hỏi mã OTP, mật khẩu hay giục chuyển "
    "tiền thì dừng lại."
)
NOT_KEPT = "Tôi không giữ lại nội dung bạn gửi."
EMPTY = "Tôi chưa thấy nội dung nào để kiểm tra. Bạn dán tin nhắn, số điện thoại hoặc link vào đây."
