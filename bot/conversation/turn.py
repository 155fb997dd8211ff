"""START HERE: one message of a citizen, from what was typed to what is answered.

channels/<messenger>/receive   makes a CitizenMessage
Assistant.take_turn            this file: tidy, understand, answer, remember; never raises
  understanding/               normalise and mask, Rasa and retrieval side by side, one decision
  conversation/dialogue.py     who answers: a button, a command, an open form, a skill, the catalogue
  skills/<one>                 or content/catalogue.py
channels/<messenger>/send      renders the Answer
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

import structlog
from prometheus_client import Counter, Histogram

from bot.clock import Clock, hanoi_date
from bot.content.live import LiveCatalogue
from bot.conversation import wording
from bot.conversation.attachments import Attachments
from bot.conversation.dialogue import DISLIKE_PREFIX, Dialogue
from bot.conversation.session import load_session, save_session
from bot.conversation.unanswered import note_question
from bot.conversation.unasked import has_id_number, warn_of_id_number
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.messages import CitizenMessage
from bot.domain.session import Session
from bot.domain.statistics import Happening
from bot.scams.judge import ScamJudge
from bot.skills.skill import SkillTurn
from bot.statistics.turns import TurnCounter
from bot.storage.citizens import record_contact_seen
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.switches import load_switches
from bot.understanding.understand import Understanding, Understood
from vietnamese.normalise import strip_invisible

LONGEST_TEXT = 2_000
"""Characters. What is longer is not read: it is no question, and every later step would pay for it."""

log = structlog.get_logger()
_answers = Counter("troly06_answers_total", "Answers given", ["channel", "kind"])
_seconds = Histogram(
    "troly06_turn_seconds",
    "Seconds from text to answer",
    ["channel"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)


class Assistant:
    """Answers citizens, one message at a time, on every channel."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: LiveCatalogue,
        understanding: Understanding,
        dialogue: Dialogue,
        cipher: Cipher,
        counter: TurnCounter,
        scams: ScamJudge,
        clock: Clock,
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._catalogue = catalogue
        self._understanding = understanding
        self._dialogue = dialogue
        self._counter = counter
        self._clock = clock
        self._attachments = Attachments(scams)

    async def take_turn(self, message: CitizenMessage) -> Answer:
        """Return the answer to one message. It never raises: what goes wrong becomes an apology."""
        started = time.perf_counter()
        try:
            answer = await self._answer(message)
        except Exception as error:
            log.exception("turn.failed", channel=message.address.channel.value, error=type(error).__name__)
            answer = wording.say(AnswerKind.UNKNOWN, wording.APOLOGY)
        seconds = time.perf_counter() - started
        _seconds.labels(message.address.channel.value).observe(seconds)
        _answers.labels(message.address.channel.value, answer.kind.value).inc()
        self._counter.record_answer(
            message.address,
            answer.kind.value,
            unit_id=answer.answer_id or "",
            seconds=seconds,
            now=message.received_at,
        )
        return answer

    async def _answer(self, message: CitizenMessage) -> Answer:
        if message.attachment is not None:
            read = await self._attachments.read(message)
            if isinstance(read, Answer):
                return read
            message = read
        if len(message.text) > LONGEST_TEXT:
            return wording.say(AnswerKind.REFUSAL, wording.TOO_LONG)
        now = self._clock()
        message = replace(message, text=strip_invisible(message.text))
        has_question = message.button is None and message.command is None and message.text.strip() != ""
        # Understanding asks another server, so it is done before the transaction begins.
        understood = (
            await self._understanding.understand(message.text, day=hanoi_date(now)) if has_question else None
        )
        async with self._database.begin() as tx:
            session = await load_session(tx, message.address, self._cipher, now=now)
            is_unasked = session.form is None and has_id_number(message.text)
            await record_contact_seen(tx, message.address, now=now)
            switches = await load_switches(tx)
            turn = SkillTurn(message=message, session=session, tx=tx, now=now)
            answer = await self._dialogue.answer(turn, understood, self._catalogue.current, switches)
            await note_question(turn, understood, answer)
            answer = _with_feedback(answer, understood, message)
            answer = warn_of_id_number(answer) if is_unasked else answer
            answer = _with_banner(answer, switches.find_banner(now), session)
            self._count(message, session, now)
            await save_session(tx, message.address, session, self._cipher, now=now)
        if message.edited:
            return replace(answer, text=f"{wording.EDITED}\n\n{answer.text}")
        return answer

    def _count(self, message: CitizenMessage, session: Session, now: datetime) -> None:
        """Count a conversation once a day, and that an answer was not what somebody had meant."""
        if session.counted_on != (today := hanoi_date(now)):
            session.counted_on = today
            self._counter.record(message.address, Happening.CONVERSATION, now=now)
        if message.button is not None and message.button.startswith(DISLIKE_PREFIX):
            unit_id = message.button.removeprefix(DISLIKE_PREFIX)
            if unit_id in self._catalogue.current.units:
                self._counter.record(message.address, Happening.DISLIKED, unit_id=unit_id, now=now)


def _with_feedback(answer: Answer, understood: Understood | None, message: CitizenMessage) -> Answer:
    """Let whoever typed a question say that its answer is not what they meant, or ask to be told of one."""
    if understood is None or not message.address.channel.can_be_reached_later:
        return answer
    if answer.kind is AnswerKind.ANSWER and answer.answer_id is not None and not understood.parts:
        disliked = Button(title="Chưa đúng ý tôi", payload=f"{DISLIKE_PREFIX}{answer.answer_id}")
        return replace(answer, buttons=(*answer.buttons, disliked))
    if answer.kind is AnswerKind.UNKNOWN and understood.safety is None:
        return replace(answer, buttons=(wording.TELL_ME_BUTTON, *answer.buttons))
    return answer


def _with_banner(answer: Answer, banner: str, session: Session) -> Answer:
    """Put what everybody is to know before an answer, once in a conversation."""
    if not banner or answer.kind in (AnswerKind.EMERGENCY, AnswerKind.SCAM) or session.banner_seen == banner:
        return answer
    session.banner_seen = banner
    return replace(answer, text=f"ℹ️ {banner}\n\n{answer.text}")
