"""What only the Zalo bot needs to say."""

from __future__ import annotations

WITHHELD = (
    "Zalo không chuyển nội dung tin này cho tôi, nên tôi chưa đọc được.\n\n"
    "Bạn có thể nhờ người thân nhắn giúp, hoặc hỏi trực tiếp công an xã, phường nơi bạn ở."
)
