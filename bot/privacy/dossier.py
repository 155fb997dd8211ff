"""Makes the impact-assessment dossier (hồ sơ đánh giá tác động xử lý dữ liệu cá nhân) from the inventory.

What a machine knows is made here: which data, whose, why, how long, how protected. What only the operator knows
(who they are, who signs) stands as blanks to fill in; docs/dpia/README.md says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.privacy.inventory import About, TableEntry

DOSSIER = Path("docs") / "dpia" / "danh-muc-du-lieu.md"
_WHOSE = {
    About.CITIZEN: "Người dân nhắn tin cho Trợ lý 06",
    About.APPLICANT: "Người nộp hồ sơ, do hệ thống nguồn gửi",
    About.BENEFICIARY: "Người trong danh sách thụ hưởng, do hệ thống nguồn gửi",
    About.STAFF: "Cán bộ dùng trang quản lý",
}
_ENCRYPTED = "_encrypted"
_HEAD = (
    "# Danh mục dữ liệu cá nhân được xử lý\n\n"
    "Tệp này do lệnh `python3 -m bot privacy dossier` tạo từ `data/privacy/inventory.yml`; đừng sửa tay. "
    "Một cột dữ liệu không có trong danh mục thì thử nghiệm báo lỗi.\n"
)


def render_dossier(inventory: Sequence[TableEntry]) -> str:
    """Return the list of what is held on people, as Markdown."""
    personal = [entry for entry in inventory if entry.about is not About.NOBODY]
    lines = [_HEAD, *_render_sums(personal)]
    for about, whose in _WHOSE.items():
        lines += ["", f"## {whose}", ""]
        for entry in personal:
            if entry.about is about:
                lines += _render_entry(entry)
    plain = [entry for entry in inventory if entry.about is About.NOBODY]
    lines += ["", "## Bảng không có dữ liệu cá nhân", ""]
    lines += [f"- `{entry.table}`: {entry.holds}" for entry in plain]
    return "\n".join(lines) + "\n"


def _render_sums(entries: Iterable[TableEntry]) -> list[str]:
    listed = list(entries)
    columns = sum(len(entry.personal) for entry in listed)
    sensitive = sum(len(entry.sensitive) for entry in listed)
    encrypted = sum(1 for entry in listed for column in entry.personal if column.endswith(_ENCRYPTED))
    return [
        f"{len(listed)} bảng có dữ liệu cá nhân, {columns} cột; {encrypted} cột được mã hóa riêng, "
        f"{sensitive} cột coi như nhạy cảm. Không lưu ảnh thẻ, vị trí, sinh trắc học, mật khẩu của người dân.",
    ]


def _render_entry(entry: TableEntry) -> list[str]:
    lines = [
        f"### {entry.holds} (`{entry.table}`)",
        "",
        f"- Mục đích: {entry.why}",
        f"- Căn cứ: {entry.basis}",
        f"- Thời hạn: {entry.kept}",
        "",
        "| cột | nói gì về người đó | loại |",
        "|---|---|---|",
    ]
    for column, says in entry.personal.items():
        kind = "nhạy cảm" if column in entry.sensitive else "cơ bản"
        lines.append(f"| `{column}` | {says} | {kind} |")
    return [*lines, ""]
