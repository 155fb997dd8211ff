"""What only Zalo needs to say."""

from __future__ import annotations

PHONE_KEPT = (
    "Cảm ơn bạn. Tôi chỉ dùng số điện thoại để báo tin khi bạn lâu không nhắn, không dùng để xem hồ sơ.\n\n"
    "Muốn xóa, bạn nhắn: dữ liệu của tôi."
)
PHONE_NOT_KEPT = (
    "Tôi không giữ số điện thoại này, vì bạn chưa đặt lời nhắc hay nhận tin nào. "
    "Bạn cứ nhắn câu hỏi, tôi trả lời ngay tại đây."
)
