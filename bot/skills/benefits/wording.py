"""What the interview says beside its questions, which are in data/benefits/facts.yml."""

from __future__ import annotations

INTRO = (
    "Tôi hỏi vài câu ngắn để xem có thể được hưởng chế độ nào. Tôi không hỏi tên, số căn cước, địa chỉ.\n\n"
    "Câu nào không rõ thì bấm Không rõ. Xong việc tôi quên hết câu trả lời.\n\n"
    "**Bạn hỏi cho ai?**"
)
ASK_RESUME = "Lần trước bạn đang làm dở phần xem quyền lợi. Làm tiếp chứ?"
INTRO_ABROAD = (
    "⚠️ Máy chủ của ứng dụng này ở nước ngoài. Không muốn trả lời ở đây thì bạn hỏi trên Zalo hoặc trang web "
    "của Trợ lý 06. Kết quả tôi để ở trang riêng.\n\n"
)
FOUND_ABROAD = (
    "Xong. Tôi thấy {count} chế độ phù hợp hoặc cần hỏi thêm. Tên, mức và cách làm ở trang riêng, mở một lần, "
    "trong 10 phút."
)
NOTHING_ABROAD = "Xong. Tôi chưa thấy chế độ nào phù hợp. Vì sao thì xem ở trang riêng, mở một lần, trong 10 phút."
CHOOSE = "Bạn chọn một trong các nút bên dưới, hoặc gõ đúng chữ trên nút."
BIRTH_UNREADABLE = "Tôi chưa đọc được. Bạn gõ ngày như 14/3/1952, hoặc chỉ năm: 1952."
BIRTH_IN_FUTURE = "Ngày này chưa tới. Bạn xem lại giúp tôi."
SENSITIVE = "Câu này bạn không cần trả lời nếu không muốn."
STOPPED = "Được, tôi dừng và đã quên các câu trả lời. Khi nào cần bạn gõ /quyen_loi."
NOT_HERE = "Kết quả này đã hết hạn, tôi đã quên các câu trả lời. Bạn làm lại nhé, chỉ vài câu ngắn."

ENTITLED = "**Đủ điều kiện theo câu trả lời của bạn:**"
PERHAPS = "**Có thể được, cần hỏi thêm:**"
LATER = "**Sắp tới:**"
NOTHING = "Theo câu trả lời của bạn, tôi chưa thấy chế độ nào phù hợp trong {count} chế độ đã xét."
REST = "Không thuộc diện của {count} chế độ khác đã xét."
DISCLAIMER = (
    "Đây là kết quả tham khảo, cơ quan nhà nước mới quyết định. Nơi bạn ở có thể trả cao hơn hoặc có thêm chế độ. "
    "Hỏi Ủy ban nhân dân cấp xã nơi cư trú."
)
BECAUSE = "**Vì sao:** {reasons}."
NEEDS = "cần {reasons}"
MISSING = "còn chưa rõ: {missing}"
OFFICE_DECIDES = "cơ quan xét từng trường hợp"
INSTEAD = "không cộng với “{title}”, chỉ lấy mức cao hơn"
COVERED = "không cần nữa, vì đã có “{title}”"
STARTS = "Được từ ngày **{start:%d/%m/%Y}**: {reasons}."
AMOUNT = "**Mức:** {amount}"
NOT_COMPUTED = "chưa tính được. {why}"
ENDS = "**Khi nào thôi:** {ends}"
NOT_ENTITLED = "**Không thuộc diện, vì:**"
