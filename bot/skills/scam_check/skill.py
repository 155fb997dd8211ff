"""Judges what a citizen passed on, says why, and where to report it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.clock import hanoi_date
from bot.content.catalogue import UNIT_PREFIX, Catalogue
from bot.content.figures import fill_placeholders
from bot.domain.answers import Answer, AnswerKind, Button
from bot.scams.judge import Judgement, ScamJudge, Verdict
from bot.skills.scam_check import wording
from bot.skills.skill import START_PREFIX, SkillTurn
from bot.understanding.safety import SafetyRules
from vietnamese.normalise import normalise, tokens

SKILL = "scam-check"
_MESSAGE_FROM_WORDS = 14
"""Who asks for the check with at least this many words has put the message into the same line."""
_ONLY_NAMED = re.compile(
    r"\b(?:lừa đảo|lua dao|lừa gạt|lua gat|giả danh|gia danh|giả mạo|gia mao|mạo danh|mao danh|scam)\b",
    re.IGNORECASE,
)
_WHAT_IF = ("lua-dao.chuyen-tien.da-chuyen", "lua-dao.otp.da-doc", "an-toan.lua-dao.da-bam-link")
_AGAIN = Button(title="Kiểm tra tin khác", payload=f"{START_PREFIX}{SKILL}")


class ScamCheckSkill:
    """Kiểm tra lừa đảo."""

    name = SKILL

    def __init__(self, *, judge: ScamJudge, safety: SafetyRules, catalogue: Callable[[], Catalogue]) -> None:
        self._judge = judge
        self._safety = safety
        self._catalogue = catalogue

    async def start(self, turn: SkillTurn) -> Answer:
        """Judge what came with the wish, or ask for it."""
        message = turn.message
        text = message.text.strip()
        is_given = bool(text) and message.button is None
        if is_given and (message.is_forwarded or message.command is not None or self._holds_it(text)):
            return self._tell(text, hanoi_date(turn.now))
        turn.session.open_form(self.name, "message", now=turn.now)
        assert turn.session.form is not None
        turn.session.form.takes_text = True
        return Answer(kind=AnswerKind.FORM, text=wording.ASK)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Judge the message, which is forgotten with the form."""
        if not turn.said:
            return Answer(kind=AnswerKind.FORM, text=wording.EMPTY)
        turn.session.close_form()
        return self._tell(turn.said, hanoi_date(turn.now))

    def _holds_it(self, text: str) -> bool:
        # "kiểm tra lừa đảo giúp tôi" asks; "coi công an gọi bảo đọc otp" tells of a scam, whatever its first word.
        rule = self._safety.find_rule(_ONLY_NAMED.sub(" ", text))
        tells = rule is not None and rule.kind is AnswerKind.SCAM
        return tells or self._judge.has_subject(text) or len(tokens(normalise(text))) >= _MESSAGE_FROM_WORDS

    def _tell(self, text: str, day: date) -> Answer:
        catalogue = self._catalogue()
        rule = self._safety.find_rule(text)
        judgement = self._judge.judge(
            text,
            catalogue.parameters,
            day=day,
            is_known_scam=rule is not None and rule.kind is AnswerKind.SCAM,
        )
        said = fill_placeholders(self._render(judgement), catalogue.parameters, day=day)
        is_suspicious = judgement.verdict is Verdict.SUSPICIOUS
        units = [catalogue.find_unit_on(each, day) for each in _WHAT_IF] if is_suspicious else []
        return Answer(
            kind=AnswerKind.SCAM if is_suspicious else AnswerKind.FORM,
            text=said,
            buttons=(
                *(Button(title=each.title, payload=f"{UNIT_PREFIX}{each.id}") for each in units if each),
                _AGAIN,
            ),
            sources=tuple(dict.fromkeys(catalogue.cite(source) for source in judgement.sources)),
            checked_on=self._judge.knowledge.official.checked_on,
        )

    def _render(self, judgement: Judgement) -> str:
        checked_on = self._judge.knowledge.official.checked_on
        if judgement.verdict is Verdict.SUSPICIOUS:
            return _join(f"{wording.SUSPICIOUS}\n{_list(judgement.reasons)}", wording.DO_NOT, wording.REPORT)
        if judgement.verdict is Verdict.OFFICIAL:
            head = wording.OFFICIAL.format(day=checked_on)
            return _join(f"{head}\n{_list(judgement.official)}", wording.OFFICIAL_BUT, wording.NOT_KEPT)
        also = wording.ALSO_OFFICIAL.format(day=checked_on, listed="; ".join(judgement.official))
        return _join(
            wording.UNKNOWN,
            also if judgement.official else "",
            wording.PHONE if judgement.has_phone else "",
            wording.ACCOUNT if judgement.has_account else "",
            wording.STATE_ENDING if judgement.has_state_ending else "",
            wording.BE_SURE,
            wording.REPORT,
            wording.NOT_KEPT,
        )


def _list(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}." for line in lines)


def _join(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
