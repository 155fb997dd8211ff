"""The form of one broadcast, as the tests of its pages fill it in."""

from __future__ import annotations

ID = "00000000-0000-0000-0000-000000000042"
EDIT, PATH = f"/console/broadcasts/{ID}/edit", f"/console/broadcasts/{ID}"
FIELDS = {"title": "Lịch trực", "text": "Công an {xã} làm việc cả thứ bảy.", "topic": "can-cuoc", "version": "0"}
