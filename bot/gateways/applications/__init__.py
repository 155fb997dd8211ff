"""Đồng bộ hồ sơ. The way of a delivery: read_json or read_table -> rows (checked) -> sync (staged, merged)."""
