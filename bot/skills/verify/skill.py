"""Tells whether a message is ours, by the code that it shows. It says nothing of the person it was sent to."""

from __future__ import annotations

from bot.clock import hanoi_date
from bot.content.figures import render_number
from bot.domain.answers import Answer, AnswerKind
from bot.domain.notice_code import find_notice_code
from bot.skills.skill import SkillTurn
from bot.storage.broadcasts import find_sent_code
from bot.storage.deliveries import find_by_code

ASK = "Bạn gõ mã ghi ở cuối tin, dạng 06-7KQ4-X2MB."
_BEWARE = (
    "Tin thật chỉ có nút mở ngay trong cuộc trò chuyện này. Tin bảo bạn bấm link lạ, chuyển tiền, đọc mã OTP thì "
    "không phải của tôi, dù có ghi mã này."
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


class VerifySkill:
    """Kiểm tra tin."""

    name = "verify"

    async def start(self, turn: SkillTurn) -> Answer:
        """Look the code of the message up, or ask for one."""
        code = find_notice_code(turn.message.text)
        if code is None:
            turn.session.open_form(self.name, "code", now=turn.now)
            return Answer(kind=AnswerKind.FORM, text=ASK)
        turn.session.close_form()
        found = await find_by_code(turn.tx, code)
        broadcast = await find_sent_code(turn.tx, code) if found is None else None
        if broadcast is not None:
            day, people = broadcast
            return Answer(
                kind=AnswerKind.FORM, text=TO_MANY.format(day=hanoi_date(day), people=render_number(people))
            )
        if found is None:
            return Answer(kind=AnswerKind.FORM, text=NOT_OURS)
        what = _WHAT.get(found.purpose, "việc bạn đã đăng ký")
        text = GENUINE.format(day=hanoi_date(found.created_at), what=what)
        return Answer(kind=AnswerKind.FORM, text=text)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take the code."""
        return await self.start(turn)
