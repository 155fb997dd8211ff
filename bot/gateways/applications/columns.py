"""What offices call the fields of an application in their tables."""

from __future__ import annotations

from bot.gateways.applications.rows import FIELDS
from bot.gateways.rows.read_table import Columns

HEADINGS = {
    "code": ("Mã hồ sơ", "Số hồ sơ", "Mã HS"),
    "procedure_name": ("Tên thủ tục", "Thủ tục", "Tên TTHC"),
    "office": ("Nơi giải quyết", "Cơ quan giải quyết", "Đơn vị"),
    "state": ("Trạng thái", "Tình trạng"),
    "state_since": ("Từ ngày", "Ngày chuyển trạng thái"),
    "promised_on": ("Ngày hẹn trả", "Hẹn trả"),
    "respond_by": ("Hạn bổ sung", "Hạn nộp"),
    "as_of": ("Thời điểm số liệu", "Ngày cập nhật"),
    "sequence": ("Số thứ tự bản tin",),
    "next_step": ("Việc tiếp theo",),
    "id_number": ("Số định danh", "Số căn cước", "CCCD"),
    "birth_date": ("Ngày sinh",),
}
REQUIRED = ("code", "procedure_name", "office", "state", "state_since", "as_of")
COLUMNS = Columns(HEADINGS, REQUIRED)

assert set(HEADINGS) == set(FIELDS)
