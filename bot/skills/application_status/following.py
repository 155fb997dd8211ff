"""Following an application from the chat: consent, begin, end, and what a notice was about."""

from __future__ import annotations

from uuid import UUID

from bot.applications.follow import PURPOSE, follow, follow_unknown
from bot.applications.tickets import lengthen, read_ticket
from bot.clock import hanoi_date
from bot.domain.answers import Answer, AnswerKind, Button
from bot.reminders.rules import ConsentWording
from bot.skills.application_status import buttons, wording
from bot.skills.skill import SkillTurn
from bot.storage.application_follows import Follow, end_follow, find_follow, list_noticed
from bot.storage.citizens import Contact, find_contact, record_contact
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.encryption import Cipher

_STEP = "follow-consent"
_APPLICATION = "application"


class Following:
    """The part of the skill that follows."""

    def __init__(self, *, consent: ConsentWording, cipher: Cipher) -> None:
        self._consent = consent
        self._cipher = cipher

    async def ask(self, turn: SkillTurn, ticket: str) -> Answer:
        """Follow the application that was just shown here; ask for consent first, once."""
        address, today = turn.message.address, hanoi_date(turn.now)
        application_id = read_ticket(ticket, address=address, today=today, cipher=self._cipher)
        if application_id is None:
            return _say(wording.TICKET_TOO_OLD, buttons.OTHER)
        if not address.channel.can_be_reached_later:
            return _say(wording.CANNOT_FOLLOW_HERE)
        if await self._has_consent(turn):
            return await self._follow(turn, application_id)
        return self._ask_consent(turn, **{_APPLICATION: str(application_id)})

    async def take_offer(self, turn: SkillTurn) -> Answer:
        """Take the wish to follow a code that nothing was found for."""
        if not buttons.is_said(turn, buttons.WAIT):
            turn.session.close_form()
            return _say(wording.STOPPED)
        if await self._has_consent(turn):
            return await self._follow_unknown(turn)
        return self._ask_consent(turn)

    async def take_consent(self, turn: SkillTurn) -> Answer:
        """Take yes or no to being told."""
        form = turn.session.form
        assert form is not None
        if buttons.is_said(turn, buttons.DISAGREE):
            turn.session.close_form()
            return _say(wording.NOT_FOLLOWED)
        if not buttons.is_said(turn, buttons.AGREE):
            return _say(wording.ASK_CONSENT_AGAIN, buttons.AGREE, buttons.DISAGREE)
        contact = await record_contact(turn.tx, turn.message.address, now=turn.now)
        await record_consent(
            turn.tx,
            citizen_id=contact.citizen_id,
            purpose=PURPOSE,
            action=ConsentAction.GIVEN,
            wording_sha256=self._consent.sha256,
            channel=turn.message.address.channel,
            now=turn.now,
        )
        if _APPLICATION in form.filled:
            return await self._follow(turn, UUID(form.filled[_APPLICATION]))
        return await self._follow_unknown(turn)

    async def stop(self, turn: SkillTurn, what: str) -> Answer:
        """End a follow of this chat."""
        follow_id = lengthen(what)
        await find_contact(turn.tx, turn.message.address, lock=True)
        found = (
            await find_follow(turn.tx, follow_id, address=turn.message.address) if follow_id is not None else None
        )
        if found is not None:
            await end_follow(turn.tx, found.id, now=turn.now)
        # Whether it was followed until now or not at all: it is not followed any more.
        return _say(wording.UNFOLLOWED, buttons.OTHER)

    @staticmethod
    async def list_noticed(turn: SkillTurn, notice_id: UUID) -> list[Follow]:
        """List what a notice sent to this chat is about, without what is no longer followed."""
        noticed = await list_noticed(turn.tx, notice_id, address=turn.message.address)
        return [each for each in noticed if each.ended_at is None or each.application_id is None]

    def _ask_consent(self, turn: SkillTurn, **filled: str) -> Answer:
        turn.session.open_form(buttons.SKILL, _STEP, now=turn.now, **filled)
        return _say(self._consent.text, buttons.AGREE, buttons.DISAGREE)

    async def _has_consent(self, turn: SkillTurn) -> bool:
        contact = await find_contact(turn.tx, turn.message.address)
        if contact is None:
            return False
        last = await find_consent(turn.tx, citizen_id=contact.citizen_id, purpose=PURPOSE)
        return (
            last is not None and last.action is ConsentAction.GIVEN and last.wording_sha256 == self._consent.sha256
        )

    async def _follow(self, turn: SkillTurn, application_id: UUID) -> Answer:
        contact = await self._get_contact(turn)
        turn.session.close_form()
        application = await follow(turn.tx, contact_id=contact.id, application_id=application_id, now=turn.now)
        if application is None:
            return _say(wording.GONE, buttons.OTHER)
        return _say(wording.FOLLOWED, buttons.make_show_button("Xem hồ sơ", application.id), buttons.OTHER)

    async def _follow_unknown(self, turn: SkillTurn) -> Answer:
        assert turn.session.form is not None
        filled = turn.session.form.filled
        contact = await self._get_contact(turn)
        turn.session.close_form()
        await follow_unknown(
            turn.tx, contact_id=contact.id, code=filled["code"], proof=bytes.fromhex(filled["proof"]), now=turn.now
        )
        return _say(wording.WAITING_FOR_CODE, buttons.OTHER)

    async def _get_contact(self, turn: SkillTurn) -> Contact:
        return await record_contact(turn.tx, turn.message.address, now=turn.now)


def _say(text: str, *choices: Button) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=text, buttons=choices)
