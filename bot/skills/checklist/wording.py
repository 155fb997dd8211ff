"""What the skill says."""

from __future__ import annotations

from collections.abc import Collection

from bot.checklists.checklist import Checklist

ASK = "Bạn cần danh sách giấy tờ của thủ tục nào? Gõ tên, ví dụ: đăng ký khai sinh."
CHOOSE = "Bạn cần danh sách của việc nào:"
NOT_FOUND = "Tôi chưa có danh sách giấy tờ của việc này. Bạn gõ tên thủ tục khác, ví dụ: đăng ký tạm trú."
KEPT_ONES = "Danh sách bạn đã giữ:"
STOPPED = "Được, tôi dừng ở đây. Danh sách chưa lưu thì đã bỏ."
KEPT = "✅ Đã giữ danh sách. Gõ /danh_sach để mở lại."
REFUSED = "Được, tôi không giữ gì. Bạn vẫn đánh dấu được trong nửa giờ tới."
FORGOTTEN = "✅ Đã xóa danh sách này."
NOT_HERE = "Ở đây tôi không giữ danh sách được."
ASK_AGAIN = "Bạn bấm **Đồng ý** để tôi giữ danh sách, hoặc **Không**."
HOW = "Gõ số của mục đã chuẩn bị xong để đánh dấu, gõ lại để bỏ. Ví dụ: 1 3."
ALL_DONE = "Đủ rồi. Mang bản chính để đối chiếu nếu nơi nhận hỏi."
PRINT = "Bản in có mã QR, không ghi gì về bạn: {address}"
_LONGEST_TITLE = 38


def render_list(checklist: Checklist, ticked: Collection[int], *, address: str) -> str:
    """Return the list as it stands."""
    lines = [f"**Giấy tờ để {checklist.name}** ({len(ticked)}/{len(checklist.items)} mục xong)"]
    lines += [f"{_mark(number in ticked)} {number + 1}. {item}" for number, item in enumerate(checklist.items)]
    told = ["\n".join(lines)]
    if checklist.note:
        told.append(checklist.note)
    told.append(ALL_DONE if len(ticked) == len(checklist.items) else HOW)
    if checklist.links:
        told.append("Mẫu đơn và nộp trên mạng: " + " ".join(checklist.links))
    told.append(PRINT.format(address=address))
    return "\n\n".join(told)


def render_title(number: int, item: str, *, is_ticked: bool) -> str:
    """Return the title of an item's button, short enough for a phone."""
    short = item if len(item) <= _LONGEST_TITLE else f"{item[:_LONGEST_TITLE].rsplit(' ', 1)[0]}…"
    return f"{_mark(is_ticked)} {number + 1}. {short}"


def _mark(is_ticked: bool) -> str:
    return "✅" if is_ticked else "⬜"
