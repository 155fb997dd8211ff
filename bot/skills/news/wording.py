"""What a citizen reads when choosing to get news."""

from __future__ import annotations

from collections.abc import Sequence

NOT_HERE = "Ở đây tôi không nhắn cho bạn sau này được. Bạn mở tôi trên Telegram hoặc trang web rồi gõ nhận tin."
ASK_AGAIN = "Bạn bấm **Đồng ý** hoặc **Không**."
REFUSED = "Được, tôi không gửi tin và không lưu gì."
STOPPED = "Được, tôi dừng ở đây. Chưa có gì được lưu."
ASK_PLACE = "**Bạn sống ở xã, phường nào?**\n\nGõ tên xã và tỉnh, ví dụ: xã Hòa An, Cần Thơ. Hoặc chỉ gõ tên tỉnh."
PLACE_UNKNOWN = (
    "Tôi không tìm thấy nơi này. Bạn gõ tên xã rồi dấu phẩy rồi tên tỉnh, ví dụ: xã Hòa An, Cần Thơ. "
    "Hoặc bấm Bỏ qua."
)
CHOOSE_PLACE = "Có mấy nơi cùng tên. Bạn chọn:"
ASK_YEAR = "**Bạn sinh năm nào?**\n\nĐể chỉ nhận tin hợp tuổi."
YEAR_UNREADABLE = "Bạn gõ năm sinh 4 chữ số, ví dụ 1958. Hoặc bấm Bỏ qua."
ASK_GROUP = "**Gia đình bạn thuộc diện nào?**\n\nBấm lần lượt, xong thì bấm Tiếp."
GROUP_TAKEN = "Đã ghi: {titles}.\n\nCòn diện nào nữa không? Hết thì bấm Tiếp."
ASK_TOPIC = "**Bạn muốn nhận tin về việc gì?**"
ALREADY = "Bạn đang nhận tin. Muốn đổi nơi ở hay chủ đề thì bấm Chọn lại."
ENDED = "✅ Đã dừng. Tôi không gửi tin của chính quyền cho bạn nữa, và đã xóa những gì bạn chọn."
NOTHING_TO_END = "Bạn chưa đăng ký nhận tin, nên không có gì phải dừng."


def render_set(topics: Sequence[str], place: str | None) -> str:
    """Return what is said when all is set."""
    where = f" cho {place}" if place else ""
    return (
        f"✅ Xong. Bạn sẽ nhận tin{where} về: {', '.join(topics)}.\n\n"
        "Nhiều nhất 4 tin trong 30 ngày, không gửi ban đêm. Mỗi tin có mã để bạn hỏi lại có đúng là của tôi không."
    )
