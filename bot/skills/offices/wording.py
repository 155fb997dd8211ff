"""What the skill says."""

from __future__ import annotations

ASK_PLACE = (
    "Bạn ở xã, phường nào? Gõ tên, ví dụ: xã Hòa An, Cần Thơ. Tên cũ cũng được: phường 1, quận 3, TP Hồ Chí Minh."
)
ASK_PLACE_TELEGRAM = "Hoặc bấm nút gửi vị trí bên dưới. Tôi dùng vị trí một lần rồi bỏ, không lưu."
ASK_DUTY = "Bạn cần làm việc gì?"
PLACE_UNKNOWN = "Tôi chưa nhận ra nơi này. Bạn gõ tên xã, phường và tỉnh, ví dụ: xã Hòa An, Cần Thơ."
CHOOSE_PLACE = "Có nhiều nơi cùng tên. Bạn chọn nơi của bạn:"
WAS_DISTRICT = "Từ 01/07/2025 không còn cấp huyện. {name} cũ nay là {count} xã, phường. Bạn ở đâu?"
WAS_PROVINCE = "{name} cũ nay thuộc {today}. Bạn ở xã, phường nào?"
NO_DISTRICT = "Từ 01/07/2025 không còn cấp huyện."
TODAY_IS = "Tên ngày nay: **{name}**."
INVENTED = "⚠️ Nơi này là bịa ra để thử, không có thật."
EQUIPPED = "Không phải nơi nào cũng có máy làm việc này: gọi hỏi trước khi đi."
NOTHING_KNOWN = "Tôi chưa có địa chỉ, điện thoại, giờ làm việc của {kinds} ở {place}, nên không đoán."
LOOK_UP = (
    "Tìm địa chỉ chính thức: {{dich-vu-cong.dia-chi}}, trang của tỉnh (đuôi .gov.vn), hoặc hỏi {{vneid.tong-dai}}."
)
NEAR = "Gần bạn nhất, tính theo đường chim bay:"
NOTHING_NEAR = "Tôi chưa có nơi nào gần vị trí này trong danh sách."
NOT_KEPT = "Vị trí của bạn đã bỏ, không lưu."
STOPPED = "Được, tôi dừng ở đây."
