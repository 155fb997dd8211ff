"""Choices offered where it is not certain what was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.content.catalogue import UNIT_PREFIX, Catalogue
from bot.conversation import wording
from bot.domain.answers import Answer, AnswerKind, Button
from bot.skills.skill import START_PREFIX
from bot.understanding.decision import Decision
from bot.understanding.safety import SafetyRule
from bot.understanding.understood import Understood, list_unit_choices

SKILL_BUTTONS = {
    "skill.application-status": wording.STATUS_BUTTON,
    "skill.card-reminder": wording.REMINDER_BUTTON,
    "skill.benefits": wording.BENEFITS_BUTTON,
    "skill.scam-check": wording.SCAM_BUTTON,
    "handover.person": wording.PERSON_BUTTON,
    **{
        f"skill.{name}": Button(title=title, payload=f"{START_PREFIX}{name}")
        for name, title in (
            ("checklist", "Danh sách giấy tờ"),
            ("my-data", "Dữ liệu của tôi"),
            ("news", "Nhận tin của chính quyền"),
            ("offices", "Tìm nơi làm thủ tục"),
            ("reminders", "Đặt lời nhắc"),
            ("stop-reminders", "Dừng nhắc"),
            ("verify", "Kiểm tra mã tin"),
        )
    },
}
"""What is offered where an intent that is no answer may be meant."""


def give_fixed(rule: SafetyRule) -> Answer:
    """Return the fixed answer of a safety rule; one about a scam offers to look at the message itself."""
    buttons = (wording.SCAM_BUTTON,) if rule.kind is AnswerKind.SCAM else ()
    return Answer(kind=rule.kind, text=rule.text, answer_id=f"safety.{rule.id}", confidence=1.0, buttons=buttons)


def offer_others(answer: Answer, decision: Decision, catalogue: Catalogue, *, day: date) -> Answer:
    """Add buttons to what else may be meant, where the answer is likely but not certain."""
    units = [catalogue.find_unit_on(other.name, day) for other in decision.others]
    buttons = tuple(Button(title=unit.title, payload=f"{UNIT_PREFIX}{unit.id}") for unit in units if unit)
    if not buttons or answer.kind is not AnswerKind.ANSWER:
        return answer
    return replace(
        answer,
        text=f"{answer.text.strip()}\n\n{wording.NOT_WHAT_YOU_ASKED}",
        buttons=tuple(dict.fromkeys((*answer.buttons, *buttons))),
    )


def clarify(understood: Understood, catalogue: Catalogue, *, day: date) -> Answer:
    """Ask which of a few things was meant; say "unknown" where there is none to offer."""
    decision = understood.decision
    choices = [
        Button(title=unit.title, payload=f"{UNIT_PREFIX}{unit.id}")
        for _, unit in list_unit_choices(decision, catalogue, day=day)
    ]
    choices += [SKILL_BUTTONS[each.name] for each in decision.candidates if each.name in SKILL_BUTTONS]
    if not choices:
        return wording.say_unknown(decision.confidence)
    return _ask_which(tuple(choices), decision.confidence)


def _ask_which(buttons: tuple[Button, ...], confidence: float) -> Answer:
    listed = "\n".join(f"- {button.title}" for button in buttons)
    text = f"{wording.CLARIFY}\n{listed}"
    return Answer(kind=AnswerKind.CLARIFY, text=text, buttons=buttons, confidence=confidence)


def offer_way(answer: Answer, title: str, skill: str, topic: str) -> Answer:
    """Add a button that goes on with a skill about the topic of the answer."""
    button = Button(title=title, payload=f"{START_PREFIX}{skill}:{topic}")
    return replace(answer, buttons=(*answer.buttons, button))
