"""START HERE: one message of a citizen, from what was typed to what is answered.

channels/<messenger>/receive   makes a CitizenMessage
Assistant.take_turn            this file: tidy, understand, answer, remember; never raises
  conversation/with_staff.py   a chat that staff answer: pass it on and be silent
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
from bot.conversation.additions import add_banner, add_feedback, add_number, add_person
from bot.conversation.attachments import Attachments
from bot.conversation.dialogue import DISLIKE_PREFIX, Dialogue
from bot.conversation.discretion import keep_discreet
from bot.conversation.session import load_session, save_session
from bot.conversation.unanswered import note_question
from bot.conversation.unasked import has_id_number, warn_of_id_number
from bot.conversation.with_staff import WithStaff
from bot.domain.answers import Answer, AnswerKind
from bot.domain.messages import CitizenMessage
from bot.domain.session import Session
from bot.domain.statistics import Happening
from bot.scams.judge import ScamJudge
from bot.skills.skill import SkillTurn
from bot.statistics.turns import TurnCounter
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.understanding.in_context import Before
from bot.understanding.understand import Understanding
from bot.understanding.understood import Understood
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
        with_staff: WithStaff,
        cipher: Cipher,
        counter: TurnCounter,
        scams: ScamJudge,
        clock: Clock,
        base_url: str,
    ) -> None:
        self._base_url = base_url
        self._database = database
        self._cipher = cipher
        self._catalogue = catalogue
        self._understanding = understanding
        self._dialogue = dialogue
        self._counter = counter
        self._with_staff = with_staff
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
                return await self._note_file(message) or read
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
        if understood is not None and not understood.stands_alone:
            understood = await self._read_on(message, understood, now)
        async with self._database.begin() as tx:
            session, switches = await load_session(tx, message.address, self._cipher, now=now)
            is_unasked = session.form is None and has_id_number(message.text)
            turn = SkillTurn(message=message, session=session, tx=tx, now=now)
            answer = await self._with_staff.pass_on(turn, understood) or await self._dialogue.answer(
                turn, understood, self._catalogue.current, switches
            )
            await note_question(turn, understood, answer)
            answer = await keep_discreet(answer, turn, cipher=self._cipher, base_url=self._base_url)
            answer = add_number(answer, understood)
            answer = add_feedback(answer, understood, turn)
            answer = add_person(answer, understood, turn, switches)
            answer = warn_of_id_number(answer) if is_unasked else answer
            answer = add_banner(answer, switches.find_banner(now), turn)
            self._count(message, session, now)
            await save_session(tx, message.address, session, self._cipher, now=now)
        if message.edited and not answer.is_silent:
            return replace(answer, text=f"{wording.EDITED}\n\n{answer.text}")
        return answer

    async def _read_on(self, message: CitizenMessage, understood: Understood, now: datetime) -> Understood:
        """Return a message as it is meant after what was asked before, where something was.

        It is looked up beforehand, because no other server is asked while a transaction is open.
        """
        async with self._database.begin() as tx:
            session, _ = await load_session(tx, message.address, self._cipher, now=now)
        if session.subject is None or session.form is not None:
            return understood
        before = Before(subject=session.subject, topic=session.topic, unit=session.last_unit)
        return await self._understanding.read_on(understood, message.text, before=before, day=hanoi_date(now))

    async def _note_file(self, message: CitizenMessage) -> Answer | None:
        """Return what to say to a file for staff, None where the chat is not with them."""
        now = self._clock()
        async with self._database.begin() as tx:
            session, _ = await load_session(tx, message.address, self._cipher, now=now)
            turn = SkillTurn(message=message, session=session, tx=tx, now=now)
            answer = await self._with_staff.note_file(turn)
            await save_session(tx, message.address, session, self._cipher, now=now)
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
