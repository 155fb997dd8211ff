"""The conversation of the skill: the code, then the secret, then the state; and what was proved here before.

Its buttons say what they want: "s:application-status:<wish>:<what>". Wishes about following are in following.py,
about seeing all of one's applications in linking.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from uuid import UUID

from bot.applications.follow import VERIFIED_FOR, make_proof
from bot.applications.lookup import ApplicationLookup
from bot.applications.tickets import lengthen, read_ticket, shorten
from bot.clock import hanoi_date
from bot.domain.answers import Answer, AnswerKind
from bot.domain.application import Application
from bot.domain.application_code import find_code
from bot.domain.person import Person
from bot.skills.application_status import buttons, wording
from bot.skills.application_status.buttons import Wish
from bot.skills.application_status.following import Following
from bot.skills.application_status.linking import Linking
from bot.skills.application_status.status_page import StatusPage
from bot.skills.reminders.skill import RemindersSkill
from bot.skills.skill import SkillTurn
from bot.storage.application_follows import list_follows, record_verified
from bot.storage.applications import list_by_id, list_by_person, list_history
from bot.storage.citizens import Contact, find_contact
from bot.storage.encryption import Cipher
from bot.storage.person_links import list_links

DEADLINE_RULE = "application-deadline"
"""The rule that reminds of the day by which a citizen must act on an application."""

_Step = Callable[[SkillTurn], Awaitable[Answer]]


class ApplicationStatusSkill:
    """Tra cứu và theo dõi hồ sơ."""

    name = buttons.SKILL

    def __init__(
        self,
        *,
        lookup: ApplicationLookup,
        page: StatusPage,
        following: Following,
        linking: Linking,
        reminders: RemindersSkill,
        cipher: Cipher,
    ) -> None:
        self._lookup = lookup
        self._page = page
        self._following = following
        self._linking = linking
        self._reminders = reminders
        self._cipher = cipher

    async def start(self, turn: SkillTurn) -> Answer:
        """Do what a button asks for; else take the code in the message, show what is known here, or ask."""
        wish, _, what = turn.argument.partition(":")
        wishes: Mapping[str, Callable[[SkillTurn, str], Awaitable[Answer]]] = {
            Wish.SHOW: self._show,
            Wish.NOTICE: self._show_notice,
            Wish.FOLLOW: self._following.ask,
            Wish.STOP: self._following.stop,
            Wish.LINK: self._linking.ask,
            Wish.REMIND: self._remind,
        }
        if wish in wishes:
            turn.session.close_form()
            return await wishes[wish](turn, what)
        code = find_code(turn.message.text)
        if code is not None:
            return await self._take_code(turn, code)
        known = [] if wish == Wish.OTHER else await self._list_known(turn)
        if known:
            turn.session.close_form()
            return self._page.render_list(known, now=turn.now)
        return self._ask_code(turn, wording.ASK_CODE)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take what the open step waits for."""
        form = turn.session.form
        assert form is not None
        if buttons.is_said(turn, buttons.STOP):
            turn.session.close_form()
            return Answer(kind=AnswerKind.FORM, text=wording.STOPPED)
        code = find_code(turn.said)
        if code is not None and form.step not in ("follow-consent", "link-consent"):
            return await self._take_code(turn, code)
        steps: Mapping[str, _Step] = {
            "secret": self._take_secret,
            "offer": self._following.take_offer,
            "follow-consent": self._following.take_consent,
            "link-consent": self._linking.take_consent,
            "link-secrets": self._linking.take_secrets,
        }
        step = steps.get(form.step)
        return await step(turn) if step is not None else self._ask_code(turn, wording.ASK_CODE_AGAIN)

    async def _take_code(self, turn: SkillTurn, code: str) -> Answer:
        for application in await self._list_known(turn):
            if application.code == code:
                return await self._render(turn, application)
        return self._ask_secret(turn, code)

    async def _take_secret(self, turn: SkillTurn) -> Answer:
        assert turn.session.form is not None
        code = turn.session.form.filled["code"]
        found = await self._lookup.find(
            turn.tx, code=code, said=turn.said, asker=turn.message.address, now=turn.now
        )
        turn.session.close_form()
        if found.application is not None:
            contact = await find_contact(turn.tx, turn.message.address)
            if contact is not None:
                await record_verified(turn.tx, contact.id, found.application.id, now=turn.now)
            shown = await self._render(turn, found.application)
            # Four figures of an ID number should not lie where messages are kept abroad.
            return replace(shown, deletes_message=turn.message.address.channel.keeps_messages_abroad)
        if not turn.message.address.channel.can_be_reached_later:
            return Answer(kind=AnswerKind.FORM, text=wording.NOT_FOUND, buttons=(buttons.OTHER,))
        proof = make_proof(code, turn.said, self._cipher, is_void=found.is_closed)
        turn.session.open_form(self.name, "offer", now=turn.now, code=code, proof=proof.hex())
        return Answer(
            kind=AnswerKind.FORM,
            text=f"{wording.NOT_FOUND}\n\n{wording.OFFER_TO_WAIT}",
            buttons=(buttons.WAIT, buttons.OTHER),
        )

    async def _show(self, turn: SkillTurn, what: str) -> Answer:
        application_id = lengthen(what)
        found = await list_by_id(turn.tx, [application_id]) if application_id is not None else []
        if not found:
            return self._ask_code(turn, wording.GONE)
        known = await self._list_known(turn)
        if found[0].id not in {each.id for each in known}:
            # The button came from this chat's past: the secret is asked for again, of the code it was about.
            return self._ask_secret(turn, found[0].code, text=wording.ASK_PROOF_AGAIN)
        return await self._render(turn, found[0])

    async def _remind(self, turn: SkillTurn, ticket: str) -> Answer:
        application_id = read_ticket(
            ticket, address=turn.message.address, today=hanoi_date(turn.now), cipher=self._cipher
        )
        found = await list_by_id(turn.tx, [application_id]) if application_id is not None else []
        if not found or found[0].respond_by is None:
            return self._ask_code(turn, wording.TICKET_TOO_OLD)
        return self._reminders.ask_consent(
            turn,
            rule_id=DEADLINE_RULE,
            about=f"{Person.SELF}:{shorten(found[0].id)}",
            facts={"respond_by": found[0].respond_by},
        )

    async def _show_notice(self, turn: SkillTurn, what: str) -> Answer:
        notice_id = lengthen(what)
        noticed = await self._following.list_noticed(turn, notice_id) if notice_id is not None else []
        if not noticed:
            return Answer(kind=AnswerKind.FORM, text=wording.NO_SUCH_NOTICE, buttons=(buttons.OTHER,))
        gone = [each.code for each in noticed if each.application_id is None]
        ids = [each.application_id for each in noticed if each.application_id is not None]
        known = {each.id: each for each in await self._list_known(turn)}
        if any(each not in known for each in ids):
            first = next(
                each for each in noticed if each.application_id is not None and each.application_id not in known
            )
            return self._ask_secret(turn, first.code, text=wording.ASK_PROOF_AGAIN)
        if len(ids) == 1 and not gone:
            return await self._render(turn, known[ids[0]])
        answer = self._page.render_list([known[each] for each in ids], now=turn.now)
        return self._page.add_not_found(answer, gone) if gone else answer

    async def _list_known(self, turn: SkillTurn) -> list[Application]:
        """List the applications whose secret was right in this chat within the last 30 days."""
        contact = await find_contact(turn.tx, turn.message.address)
        return await self._list_for(turn, contact) if contact is not None else []

    async def _list_for(self, turn: SkillTurn, contact: Contact) -> list[Application]:
        since = turn.now - VERIFIED_FOR
        followed: list[UUID] = [
            each.application_id
            for each in await list_follows(turn.tx, [contact.id])
            if each.application_id is not None and each.verified_at is not None and each.verified_at > since
        ]
        links = await list_links(turn.tx, contact.id, verified_after=since)
        own = await list_by_person(turn.tx, links) if links else []
        others = await list_by_id(turn.tx, [each for each in followed if each not in {one.id for one in own}])
        return sorted([*own, *others], key=lambda each: each.state_since, reverse=True)

    async def _render(self, turn: SkillTurn, application: Application) -> Answer:
        turn.session.close_form()
        history = await list_history(turn.tx, application.id)
        contact = await find_contact(turn.tx, turn.message.address)
        follow = next(
            (
                each
                for each in (await list_follows(turn.tx, [contact.id]) if contact is not None else [])
                if each.application_id == application.id
            ),
            None,
        )
        return self._page.render(
            application,
            history=history,
            follow=follow,
            address=turn.message.address,
            now=turn.now,
            today=hanoi_date(turn.now),
        )

    def _ask_code(self, turn: SkillTurn, text: str) -> Answer:
        turn.session.open_form(self.name, "code", now=turn.now)
        return Answer(kind=AnswerKind.FORM, text=text, buttons=(buttons.STOP,))

    def _ask_secret(self, turn: SkillTurn, code: str, *, text: str = wording.ASK_PROOF) -> Answer:
        turn.session.close_form()
        turn.session.open_form(self.name, "secret", now=turn.now, code=code)
        return Answer(kind=AnswerKind.FORM, text=text, buttons=(buttons.STOP,))
