"""What authorities call the fields of an office in their tables."""

from __future__ import annotations

from bot.gateways.rows.read_table import Columns

HEADINGS = {
    "code": ("Mã nơi", "Mã", "Mã cơ quan"),
    "name": ("Tên nơi", "Tên cơ quan", "Tên", "Đơn vị"),
    "kind": ("Loại", "Loại cơ quan"),
    "province": ("Tỉnh", "Tỉnh, thành phố"),
    "commune": ("Xã", "Xã, phường, đặc khu"),
    "address": ("Địa chỉ",),
    "phone": ("Điện thoại", "Số điện thoại"),
    "hours": ("Giờ làm việc",),
    "does": ("Việc làm được", "Thủ tục"),
    "latitude": ("Vĩ độ",),
    "longitude": ("Kinh độ",),
    "source": ("Nguồn",),
    "checked_on": ("Ngày kiểm", "Ngày kiểm tra", "Ngày số liệu"),
}
REQUIRED = ("code", "name", "kind", "province", "address", "source", "checked_on")
COLUMNS = Columns(HEADINGS, REQUIRED)
