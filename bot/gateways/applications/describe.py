"""The OpenAPI words for PUT /api/v1/applications."""

from __future__ import annotations

from typing import Any

from bot.gateways.rows.http import REFUSALS

ROW: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["code", "procedure_name", "office", "state", "state_since", "as_of"],
    "properties": {
        "code": {
            "type": "string",
            "description": "Mã hồ sơ như in trên giấy hẹn.",
            "example": "H12.34.56-260921-0001",
        },
        "procedure_name": {"type": "string", "maxLength": 300, "description": "Tên thủ tục."},
        "office": {"type": "string", "maxLength": 300, "description": "Nơi giải quyết."},
        "state": {
            "type": "string",
            "description": "Trạng thái, bằng tên của hệ thống nguồn hoặc một trong: "
            "received, supplement-requested, processing, awaiting-payment, result-ready, returned, rejected, "
            "withdrawn.",
            "example": "processing",
        },
        "state_since": {"type": "string", "format": "date-time", "description": "Ở trạng thái này từ lúc nào."},
        "promised_on": {"type": ["string", "null"], "format": "date", "description": "Ngày hẹn trả."},
        "respond_by": {
            "type": ["string", "null"],
            "format": "date",
            "description": "Hạn để người dân bổ sung hoặc nộp tiền.",
        },
        "as_of": {
            "type": "string",
            "format": "date-time",
            "description": "Thời điểm của số liệu ở hệ thống nguồn.",
        },
        "sequence": {
            "type": ["integer", "null"],
            "description": "Số thứ tự của nguồn, lớn hơn là mới hơn; bắt buộc với nguồn dùng số thứ tự.",
        },
        "next_step": {
            "type": ["string", "null"],
            "maxLength": 1000,
            "description": "Việc người dân cần làm, nếu có.",
        },
        "id_number": {"type": ["string", "null"], "description": "Số định danh người nộp; được mã hóa khi lưu."},
        "birth_date": {
            "type": ["string", "null"],
            "format": "date",
            "description": "Ngày sinh; được mã hóa khi lưu.",
        },
    },
}
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": {"type": "array", "items": ROW}},
        "application/x-ndjson": {"schema": {"type": "string", "description": "Mỗi dòng một đối tượng như trên."}},
    },
}
_COUNTS = {name: {"type": "integer"} for name in ("received", "new", "changed", "unchanged", "late", "refused")}
_REPORT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "dry_run": {"type": "boolean"},
        **_COUNTS,
        "rows_listed": {
            "enum": ["all", "refused"],
            "description": "Gửi quá 10.000 dòng thì chỉ kê dòng bị từ chối.",
        },
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "row": {"type": "integer", "description": "Dòng thứ mấy, từ 1."},
                    "code": {"type": ["string", "null"]},
                    "result": {"enum": ["new", "changed", "unchanged", "late", "refused"]},
                    "problems": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {name: {"type": "string"} for name in ("field", "reason", "message")},
                        },
                    },
                },
            },
        },
    },
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Đã ghi, kèm kết quả từng dòng.", "content": {"application/json": {"schema": _REPORT}}},
    **REFUSALS,
}
