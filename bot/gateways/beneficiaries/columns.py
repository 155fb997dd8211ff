"""What offices call the fields of a list in their tables."""

from __future__ import annotations

from bot.gateways.beneficiaries.rows import FIELDS
from bot.gateways.rows.read_table import Columns

COLUMNS = Columns(
    {
        "list": ("Danh sách", "Loại danh sách", "Diện"),
        "key": ("Mã đối tượng", "Mã", "Mã thành viên"),
        "full_name": ("Họ và tên", "Họ tên", "Tên"),
        "birth_date": ("Ngày sinh", "Ngày tháng năm sinh", "Năm sinh"),
        "sex": ("Giới tính",),
        "id_number": ("Số định danh", "Số căn cước", "CCCD", "Số CCCD/CMND"),
        "household_code": ("Mã hộ",),
        "group": ("Nhóm đối tượng", "Nhóm"),
        "province": ("Tỉnh", "Tỉnh, thành phố", "Tỉnh/Thành phố"),
        "district": ("Huyện", "Quận, huyện", "Quận/Huyện"),
        "commune": ("Xã", "Xã, phường", "Phường/Xã"),
        "status": ("Tình trạng", "Trạng thái"),
        "status_since": ("Từ ngày",),
        "valid_to": ("Hưởng đến ngày", "Đến ngày"),
        "as_of": ("Thời điểm số liệu", "Ngày cập nhật"),
        "sequence": ("Số thứ tự bản tin",),
    },
    required=("list", "key", "full_name", "birth_date", "province", "commune", "as_of"),
)

assert set(COLUMNS.headings) == set(FIELDS)
