"""Why a record was refused, in Vietnamese: what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_REASONS = {
    "missing": "Còn thiếu. Điền vào.",
    "extra_forbidden": "Không có mục này trong mẫu. Bỏ đi, hoặc sửa lại tên mục.",
    "string_type": "Cần là chữ. Đặt trong dấu nháy nếu là số.",
    "string_pattern_mismatch": "Sai dạng. Mã chỉ gồm chữ thường không dấu, số, dấu gạch nối và dấu chấm.",
    "date_parsing": "Không phải là ngày. Viết dạng 2026-11-23.",
    "date_from_datetime_parsing": "Không phải là ngày. Viết dạng 2026-11-23.",
    "date_type": "Không phải là ngày. Viết dạng 2026-11-23.",
    "tuple_type": "Cần là một danh sách.",
}


def render_reason(error: Mapping[str, Any]) -> str:
    """Return one error of pydantic as a sentence that says what to do."""
    context = error.get("ctx", {})
    match error["type"]:
        case "string_too_long":
            return f"Dài quá {context['max_length']} ký tự. Rút ngắn lại."
        case "string_too_short":
            return f"Cần ít nhất {context['min_length']} ký tự."
        case "too_short":
            return f"Cần ít nhất {context['min_length']} mục."
        case "too_long":
            return f"Nhiều quá {context['max_length']} mục. Bỏ bớt."
        case "enum":
            return f"Chỉ nhận một trong: {context['expected']}."
        case kind:
            return _REASONS.get(kind, str(error["msg"]))


def render_place(error: Mapping[str, Any]) -> str:
    """Return where in a record an error stands: "versions.0.text"."""
    return ".".join(str(part) for part in error["loc"])
