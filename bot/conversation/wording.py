"""The fixed sentences of the conversation itself, read from data/wording.yml."""

from __future__ import annotations

from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.messages import Attachment
from bot.settings import PROJECT_ROOT
from bot.skills.skill import START_PREFIX
from bot.yaml_files import read_yaml

_FILE = read_yaml(PROJECT_ROOT / "data" / "wording.yml")
_TEXTS: dict[str, str] = {name: text.strip() for name, text in _FILE["wording"].items()}

GREETING = _TEXTS["greeting"]
HELP = _TEXTS["help"]
CIRCUMSTANCE = _TEXTS["circumstance"]
THANKS = _TEXTS["thanks"]
GOODBYE = _TEXTS["goodbye"]
WHO = _TEXTS["who"]
PERSON = _TEXTS["person"]
UNKNOWN = _TEXTS["unknown"]
CLARIFY = _TEXTS["clarify"]
NOT_WHAT_YOU_ASKED = _TEXTS["not-what-you-asked"]
EMPTY = _TEXTS["empty"]
TOO_LONG = _TEXTS["too-long"]
EDITED = _TEXTS["edited"]
UNKNOWN_COMMAND = _TEXTS["unknown-command"]
OLD_BUTTON = _TEXTS["old-button"]
NOT_IN_FORCE = _TEXTS["not-in-force"]
APOLOGY = _TEXTS["apology"]
DISLIKED = _TEXTS["disliked"]
PRIVATE_ABROAD = _TEXTS["private-abroad"]
PRIVATE_PAGE = _TEXTS["private-page"]
CHANNEL_OFF = _TEXTS["channel-off"]
SKILL_OFF = _TEXTS["skill-off"]
OWN_NUMBER = _TEXTS["own-number"]
UNASKED_ID_NUMBER = _TEXTS["unasked-id-number"]
LINKED_GROUP = _TEXTS["linked-group"]
CONTINUE_FORM = _TEXTS["continue-form"]
TOLD_AGAIN = _TEXTS["told-again"]
PICTURE_OF_CARD = _TEXTS["picture-of-card"]
PICTURE_UNREADABLE = _TEXTS["picture-unreadable"]
QR_WITHOUT_CODE = _TEXTS["qr-without-code"]
ATTACHMENTS = {kind: str(_FILE["attachments"][kind.value]).strip() for kind in Attachment}

STATUS_BUTTON = Button(title="Hồ sơ của tôi tới đâu", payload=f"{START_PREFIX}application-status")
BENEFITS_BUTTON = Button(title="Tôi được hưởng gì", payload="s:benefits")
REMINDER_BUTTON = Button(title="Khi nào phải đổi thẻ", payload=f"{START_PREFIX}card-reminder")
SCAM_BUTTON = Button(title="Kiểm tra lừa đảo", payload=f"{START_PREFIX}scam-check")
TELL_ME_BUTTON = Button(title="Báo tôi khi có câu trả lời", payload=f"{START_PREFIX}question-notice")
PERSON_BUTTON = Button(title="Gặp cán bộ", payload=f"{START_PREFIX}handover")
MENU_BUTTON = Button(title="Tôi hỏi được gì", payload="c:help")


def say(kind: AnswerKind, text: str, *buttons: Button) -> Answer:
    """Return a fixed sentence as an answer."""
    return Answer(kind=kind, text=text, buttons=buttons)


def say_unknown(confidence: float | None = None) -> Answer:
    """Return the honest "I do not know", with a way out."""
    return Answer(
        kind=AnswerKind.UNKNOWN,
        text=UNKNOWN,
        buttons=(STATUS_BUTTON, REMINDER_BUTTON, MENU_BUTTON),
        confidence=confidence,
    )
