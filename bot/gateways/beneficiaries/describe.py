"""The OpenAPI words for PUT /api/v1/beneficiaries."""

from __future__ import annotations

from typing import Any

from bot.domain.beneficiary import BeneficiaryList, BeneficiaryStatus, Sex
from bot.gateways.beneficiaries.columns import COLUMNS
from bot.gateways.rows.http import REFUSALS

_TEXT = {"type": ["string", "null"]}
_DAY = {"type": ["string", "null"], "format": "date"}
ROW: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": list(COLUMNS.required),
    "properties": {
        "list": {"enum": [each.value for each in BeneficiaryList], "description": "Danh sách nào."},
        "key": {"type": "string", "description": "Mã của dòng ở hệ thống nguồn; gửi lại cùng mã là cập nhật."},
        "full_name": {"type": "string", "description": "Họ tên; được mã hóa khi lưu."},
        "birth_date": {"type": "string", "description": "Ngày sinh, hoặc chỉ năm sinh; được mã hóa khi lưu."},
        "sex": {"enum": [*(each.value for each in Sex), None], "description": "Giới tính; cũng nhận nam, nữ."},
        "id_number": {**_TEXT, "description": "Số định danh, dạng chữ; được mã hóa khi lưu."},
        "household_code": {**_TEXT, "description": "Mã hộ."},
        "group": {**_TEXT, "description": "Nhóm đối tượng bảo trợ."},
        "province": {"type": "string", "description": "Tỉnh, thành phố; tên cũ hay mới đều được."},
        "district": {**_TEXT, "description": "Huyện cũ; để trống nếu dùng tên xã từ ngày 01/07/2025."},
        "commune": {"type": "string", "description": "Xã, phường; tên cũ được đổi sang tên hôm nay."},
        "status": {"enum": [*(each.value for each in BeneficiaryStatus), None], "description": "Trống là active."},
        "status_since": {**_DAY, "description": "Tình trạng này từ ngày nào."},
        "valid_to": {**_DAY, "description": "Hưởng đến hết ngày nào."},
        "as_of": {"type": "string", "format": "date-time", "description": "Thời điểm của số liệu ở nguồn."},
        "sequence": {"type": ["integer", "null"], "description": "Số thứ tự bản tin, lớn hơn là mới hơn."},
    },
}
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": {"type": "array", "items": ROW}},
        "application/x-ndjson": {"schema": {"type": "string", "description": "Mỗi dòng một đối tượng như trên."}},
    },
}
_COUNTS = ("received", "accepted", "to_review", "refused", "new", "changed", "unchanged", "late")
_BY_REASON = {"type": "object", "additionalProperties": {"type": "integer"}}
_REPORT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "dry_run": {"type": "boolean"},
        **{name: {"type": "integer"} for name in _COUNTS},
        "to_review_by_reason": _BY_REASON,
        "refused_by_reason": _BY_REASON,
        "rows": {"type": "array", "items": {"type": "object"}, "description": "Dòng bị từ chối, dòng cần xem."},
    },
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Đã ghi, kèm báo cáo.", "content": {"application/json": {"schema": _REPORT}}},
    **REFUSALS,
}
