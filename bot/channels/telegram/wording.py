"""What only Telegram needs to say."""

from __future__ import annotations

PRIVATE_ONLY = "Tôi chỉ trả lời khi nhắn riêng để giữ kín chuyện của bạn: bạn bấm vào tên tôi rồi chọn Nhắn tin."

COMMANDS = (
    ("start", "Bắt đầu lại từ đầu"),
    ("tra_cuu", "Tra trạng thái hồ sơ đã nộp"),
    ("quyen_loi", "Xem có thể được hưởng chế độ gì"),
    ("nhac_toi", "Đặt lời nhắc: đổi thẻ, hạn thẻ BHYT..."),
    ("nhan_tin", "Nhận tin của chính quyền nơi bạn ở"),
    ("du_lieu", "Dữ liệu tôi lưu về bạn"),
    ("dung", "Dừng mọi lời nhắc"),
    ("tro_giup", "Tôi hỏi được những gì"),
)
"""The menu of commands, in its order: the command without its slash, and what it does."""
