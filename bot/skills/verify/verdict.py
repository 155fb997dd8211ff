"""What is said of the code of a message: the same in the chat and on the page."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import hanoi_date
from bot.content.figures import render_number
from bot.domain.notice_code import find_notice_code
from bot.storage.broadcasts import find_sent_code
from bot.storage.deliveries import find_by_code

_BEWARE = (
    "Tin thật chỉ mở câu trả lời trong cuộc trò chuyện, trang của Trợ lý 06 hoặc trang có đuôi .gov.vn. Tin bảo "
    "bạn bấm link khác, chuyển tiền, đọc mã OTP thì không phải của tôi, dù có ghi mã này."
)
GENUINE = f"✅ Đúng là tin của Trợ lý 06, gửi ngày {{day:%d/%m/%Y}} cho một người, về: {{what}}.\n\n{_BEWARE}"
TO_MANY = f"✅ Đúng là tin chung của Trợ lý 06, soạn ngày {{day:%d/%m/%Y}}, gửi cho {{people}} người.\n\n{_BEWARE}"
NOT_OURS = (
    "❌ Tôi không gửi tin nào mang mã này. Có thể bạn gõ nhầm, hoặc đó là tin giả.\n\n"
    "Đừng bấm link, đừng chuyển tiền, đừng đọc mã OTP cho ai."
)
_WHAT = {
    "reminders": "lời nhắc đã đăng ký",
    "application-updates": "hồ sơ đang theo dõi",
    "question-answered": "câu hỏi bạn chờ trả lời",
}


async def render_verdict(tx: AsyncSession, typed: str) -> str:
    """Return whether a code is of a message that we sent, when, and to how many.

    A code that nobody made and a text that is no code read the same.
    """
    code = find_notice_code(typed)
    if code is None:
        return NOT_OURS
    found = await find_by_code(tx, code)
    if found is not None:
        what = _WHAT.get(found.purpose, "việc bạn đã đăng ký")
        return GENUINE.format(day=hanoi_date(found.created_at), what=what)
    broadcast = await find_sent_code(tx, code)
    if broadcast is None:
        return NOT_OURS
    day, people = broadcast
    return TO_MANY.format(day=hanoi_date(day), people=render_number(people))
