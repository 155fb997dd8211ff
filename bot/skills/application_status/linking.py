"""Seeing all applications of one person: both secrets, a consent, and then not asked again for 30 days."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.applications.lookup import ApplicationLookup
from bot.applications.tickets import read_ticket
from bot.clock import hanoi_date
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.application import Application, Secret, find_birth_date
from bot.reminders.rules import ConsentWording
from bot.skills.application_status import buttons, wording
from bot.skills.application_status.status_page import StatusPage
from bot.skills.skill import SkillTurn
from bot.storage.applications import find_secrets, index_id_number, list_by_id, list_by_person
from bot.storage.citizens import record_contact
from bot.storage.consents import ConsentAction, record_consent
from bot.storage.encryption import Cipher
from bot.storage.person_links import record_link

PURPOSE = "application-link"
_DATE = re.compile(r"\d{1,2}\s*[/.\- ]\s*\d{1,2}\s*[/.\- ]\s*\d{4}")
_FOUR = re.compile(r"(?<!\d)\d{4}(?!\d)")


class Linking:
    """The part of the skill that remembers whose chat it is."""

    def __init__(
        self, *, lookup: ApplicationLookup, page: StatusPage, consent: ConsentWording, cipher: Cipher
    ) -> None:
        self._lookup = lookup
        self._page = page
        self._consent = consent
        self._cipher = cipher

    async def ask(self, turn: SkillTurn, ticket: str) -> Answer:
        """Ask for consent to remember the person of an application that was just shown here."""
        application_id = read_ticket(
            ticket, address=turn.message.address, today=hanoi_date(turn.now), cipher=self._cipher
        )
        found = await list_by_id(turn.tx, [application_id]) if application_id is not None else []
        if not found:
            return _say(wording.TICKET_TOO_OLD, buttons.OTHER)
        turn.session.open_form(buttons.SKILL, "link-consent", now=turn.now, code=found[0].code)
        return _say(self._consent.text, buttons.AGREE, buttons.DISAGREE)

    async def take_consent(self, turn: SkillTurn) -> Answer:
        """Take yes or no to being remembered."""
        if buttons.is_said(turn, buttons.DISAGREE):
            turn.session.close_form()
            return _say(wording.NOT_LINKED)
        if not buttons.is_said(turn, buttons.AGREE):
            return _say(wording.ASK_CONSENT_AGAIN, buttons.AGREE, buttons.DISAGREE)
        turn.session.open_form(buttons.SKILL, "link-secrets", now=turn.now)
        return _say(wording.ASK_BOTH_SECRETS, buttons.STOP)

    async def take_secrets(self, turn: SkillTurn) -> Answer:
        """Take both secrets; one alone, which many may know, does not open everything."""
        assert turn.session.form is not None
        code = turn.session.form.filled["code"]
        born, four = find_birth_date(turn.said), _FOUR.search(_DATE.sub(" ", turn.said))
        if born is None or four is None:
            return _say(wording.ASK_BOTH_SECRETS, buttons.STOP)
        turn.session.close_form()
        said = {Secret.LAST_FOUR: four.group(), Secret.BIRTH_DATE: f"{born:%d/%m/%Y}"}
        found: list[Application | None] = [
            (
                await self._lookup.find(
                    turn.tx, code=code, said=each, secret=secret, asker=turn.message.address, now=turn.now
                )
            ).application
            for secret, each in said.items()
        ]
        first, second = found
        if first is None or second is None or first.id != second.id:
            return _say(wording.NOT_FOUND, buttons.OTHER)
        secrets = await find_secrets(turn.tx, first.id, self._cipher)
        assert secrets is not None
        assert secrets.id_number is not None
        index = index_id_number(secrets.id_number, self._cipher)
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
        await record_link(turn.tx, contact_id=contact.id, id_number_index=index, now=turn.now)
        shown = self._page.render_list(await list_by_person(turn.tx, [index]), now=turn.now)
        return replace(shown, deletes_message=turn.message.address.channel.keeps_messages_abroad)


def _say(text: str, *choices: Button) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=text, buttons=choices)
