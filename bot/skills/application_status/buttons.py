"""The buttons of the skill, and the words that do the same when they are typed."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from bot.applications.tickets import shorten
from bot.domain.answers import Button
from bot.skills.skill import START_PREFIX, STEP_PREFIX, SkillTurn
from vietnamese.normalise import normalise

SKILL = "application-status"


class Wish(StrEnum):
    """What a button of the skill asks for."""

    OTHER = "other"
    """Look up another application."""
    SHOW = "show"
    NOTICE = "notice"
    FOLLOW = "follow"
    STOP = "stop"
    REMIND = "remind"
    """Be reminded of the day by which the citizen must act."""
    LINK = "link"
    """See all applications of the same person."""


def make_button(title: str, wish: Wish, what: str = "") -> Button:
    """Return a button that asks for something."""
    return Button(title=title, payload=f"{START_PREFIX}{SKILL}:{wish}{':' if what else ''}{what}")


def make_show_button(title: str, application_id: UUID) -> Button:
    """Return the button that shows an application."""
    return make_button(title, Wish.SHOW, shorten(application_id))


def make_stop_button(follow_id: UUID) -> Button:
    """Return the button that ends a follow."""
    return make_button("Không theo dõi nữa", Wish.STOP, shorten(follow_id))


STOP = Button(title="Thôi", payload=f"{STEP_PREFIX}stop")
AGREE = Button(title="Đồng ý", payload=f"{STEP_PREFIX}consent-yes")
DISAGREE = Button(title="Không", payload=f"{STEP_PREFIX}consent-no")
WAIT = Button(title="Theo dõi mã này", payload=f"{STEP_PREFIX}wait")
OTHER = make_button("Tra hồ sơ khác", Wish.OTHER)

# Typed words count only where they are these and nothing else: an "ok" is no consent.
_SAID = {
    AGREE.payload: {"đồng ý", "dong y", "tôi đồng ý", "toi dong y"},
    DISAGREE.payload: {"không", "khong", "không đồng ý", "khong dong y", "tôi không đồng ý"},
    WAIT.payload: {"theo dõi", "theo doi", "theo dõi mã này", "theo doi ma nay"},
    STOP.payload: {"thôi", "thoi", "hủy", "huy", "dừng", "dung", "hủy bỏ", "huy bo", "dừng lại", "dung lai"},
}


def is_said(turn: SkillTurn, button: Button) -> bool:
    """Tell whether a button was pressed, or its very words were typed."""
    if turn.message.button is not None:
        return turn.message.button == button.payload
    return normalise(turn.message.text).strip(" .") in _SAID.get(button.payload, ())
