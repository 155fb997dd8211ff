"""The conversation of the skill. Nothing is kept before consent."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.checklists.checklist import Checklist, Checklists
from bot.clock import hanoi_date
from bot.content.catalogue import Catalogue
from bot.domain.answers import Answer, AnswerKind, Button
from bot.reminders.rules import ConsentWording
from bot.skills.checklist import wording
from bot.skills.skill import START_PREFIX, STEP_PREFIX, SkillTurn
from bot.storage.checklists import (
    delete_checklist,
    find_checklist,
    list_checklists,
    record_checklist,
)
from bot.storage.citizens import find_contact, record_contact
from bot.storage.consents import ConsentAction, find_consent, record_consent
from vietnamese.normalise import fold, normalise

SKILL = "checklist"
PURPOSE = "checklists"
_ASK, _TICK, _CONSENT = "procedure", "tick", "consent"
_PROCEDURE, _TICKED = "procedure", "ticked"
_STOP_WORDS = frozenset({"thoi", "huy", "dung", "dung lai", "huy bo", "xong"})
_KEEP = Button(title="Giữ để mở lại", payload=f"{STEP_PREFIX}keep")
_FORGET = Button(title="Xóa danh sách đã giữ", payload=f"{STEP_PREFIX}forget")
_DONE = Button(title="Xong", payload=f"{STEP_PREFIX}done")
_AGREE = Button(title="Đồng ý", payload=f"{STEP_PREFIX}yes")
_DISAGREE = Button(title="Không", payload=f"{STEP_PREFIX}no")
_NUMBERS = re.compile(r"[\d\s,.;và]+")


class ChecklistSkill:
    """Danh sách giấy tờ."""

    name = SKILL

    def __init__(
        self,
        *,
        checklists: Callable[[], Checklists],
        consent: ConsentWording,
        catalogue: Callable[[], Catalogue],
        base_url: str,
    ) -> None:
        assert consent.purpose == PURPOSE
        self._checklists = checklists
        self._consent = consent
        self._catalogue = catalogue
        self._base_url = base_url

    async def start(self, turn: SkillTurn) -> Answer:
        """Open the list of a procedure: of the button, of the words, of what was last spoken of; or ask."""
        turn.session.close_form()
        if turn.argument:
            return await self._open(turn, turn.argument)
        message = turn.message
        named = self._checklists().find_procedures(message.text) if message.button is None else ()
        if not named and message.command is None and turn.session.topic:
            named = (turn.session.topic,) if self._find(turn, turn.session.topic) is not None else ()
        return await self._choose(turn, named) or await self._ask(turn)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take a name, a tick, or consent."""
        form = turn.session.form
        assert form is not None
        if turn.message.button is None and fold(normalise(turn.said)).strip(" .") in _STOP_WORDS:
            turn.session.close_form()
            return _say(wording.STOPPED)
        if form.step == _ASK:
            return await self._choose(turn, self._checklists().find_procedures(turn.said)) or _say(
                wording.NOT_FOUND
            )
        if form.step == _CONSENT:
            return await self._take_consent(turn)
        return await self._take_tick(turn)

    def knows(self, turn: SkillTurn) -> bool:
        """Tell whether the message names a procedure, in words that are not a question of their own."""
        return bool(self._checklists().find_procedures(turn.said))

    async def _ask(self, turn: SkillTurn) -> Answer:
        turn.session.open_form(self.name, _ASK, now=turn.now)
        assert turn.session.form is not None
        turn.session.form.takes_text = True
        contact = await find_contact(turn.tx, turn.message.address)
        kept = await list_checklists(turn.tx, [contact.id]) if contact is not None else []
        offers = [_offer(each, name) for each in kept if (name := self._checklists().name_of(each)) is not None]
        return _say(f"{wording.KEPT_ONES}\n\n{wording.ASK}" if offers else wording.ASK, *offers)

    async def _choose(self, turn: SkillTurn, procedures: tuple[str, ...]) -> Answer | None:
        known = [each for each in procedures if self._find(turn, each) is not None]
        if not known:
            return None
        if len(known) == 1:
            return await self._open(turn, known[0])
        offers = [_offer(each, self._checklists().name_of(each) or each) for each in known]
        return _say(wording.CHOOSE, *offers)

    async def _open(self, turn: SkillTurn, procedure_id: str) -> Answer:
        checklist = self._find(turn, procedure_id)
        if checklist is None:
            return _say(wording.NOT_FOUND)
        contact = await find_contact(turn.tx, turn.message.address)
        kept = await find_checklist(turn.tx, contact.id, procedure_id) if contact is not None else None
        return self._show(turn, checklist, kept or frozenset(), is_kept=kept is not None)

    async def _take_tick(self, turn: SkillTurn) -> Answer:
        form = turn.session.form
        assert form is not None
        checklist = self._find(turn, form.filled[_PROCEDURE])
        if checklist is None:
            turn.session.close_form()
            return _say(wording.NOT_FOUND)
        ticked = frozenset(int(each) for each in form.filled[_TICKED].split())
        contact = await find_contact(turn.tx, turn.message.address)
        kept = await find_checklist(turn.tx, contact.id, checklist.procedure_id) if contact is not None else None
        if turn.message.button == _DONE.payload:
            turn.session.close_form()
            return _say(wording.KEPT if kept is not None else wording.STOPPED)
        if turn.message.button == _KEEP.payload:
            return await self._keep(turn, checklist, ticked)
        if turn.message.button == _FORGET.payload:
            if contact is not None:
                await delete_checklist(turn.tx, contact.id, checklist.procedure_id)
            return _before(wording.FORGOTTEN, self._show(turn, checklist, ticked, is_kept=False))
        ticked = ticked ^ _read_numbers(turn.said, most=len(checklist.items))
        if kept is not None and contact is not None:
            await record_checklist(turn.tx, contact.id, checklist.procedure_id, ticked, now=turn.now)
        return self._show(turn, checklist, ticked, is_kept=kept is not None)

    async def _keep(self, turn: SkillTurn, checklist: Checklist, ticked: frozenset[int]) -> Answer:
        if not turn.message.address.channel.can_be_reached_later:
            return _before(wording.NOT_HERE, self._show(turn, checklist, ticked, is_kept=False))
        contact = await find_contact(turn.tx, turn.message.address)
        consent = await find_consent(turn.tx, citizen_id=contact.citizen_id, purpose=PURPOSE) if contact else None
        if contact is not None and consent is not None and consent.action is ConsentAction.GIVEN:
            await record_checklist(turn.tx, contact.id, checklist.procedure_id, ticked, now=turn.now)
            return _before(wording.KEPT, self._show(turn, checklist, ticked, is_kept=True))
        turn.session.open_form(self.name, _CONSENT, now=turn.now)
        return _say(self._consent.text, _AGREE, _DISAGREE)

    async def _take_consent(self, turn: SkillTurn) -> Answer:
        form = turn.session.form
        assert form is not None
        checklist = self._find(turn, form.filled[_PROCEDURE])
        if checklist is None:
            turn.session.close_form()
            return _say(wording.NOT_FOUND)
        ticked = frozenset(int(each) for each in form.filled[_TICKED].split())
        if _is_said(turn, _DISAGREE):
            return _before(wording.REFUSED, self._show(turn, checklist, ticked, is_kept=False))
        if not _is_said(turn, _AGREE):
            return _say(wording.ASK_AGAIN, _AGREE, _DISAGREE)
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
        await record_checklist(turn.tx, contact.id, checklist.procedure_id, ticked, now=turn.now)
        return _before(wording.KEPT, self._show(turn, checklist, ticked, is_kept=True))

    def _show(self, turn: SkillTurn, checklist: Checklist, ticked: frozenset[int], *, is_kept: bool) -> Answer:
        ticked = frozenset(each for each in ticked if each < len(checklist.items))
        turn.session.open_form(
            self.name,
            _TICK,
            now=turn.now,
            **{_PROCEDURE: checklist.procedure_id, _TICKED: " ".join(map(str, sorted(ticked)))},
        )
        ticks = (
            Button(
                title=wording.render_title(number, item, is_ticked=number in ticked),
                payload=f"{STEP_PREFIX}{number + 1}",
            )
            for number, item in enumerate(checklist.items)
        )
        catalogue = self._catalogue()
        return Answer(
            kind=AnswerKind.FORM,
            text=wording.render_list(checklist, ticked, address=f"{self._base_url}/in/{checklist.procedure_id}"),
            buttons=(*ticks, _FORGET if is_kept else _KEEP, _DONE),
            sources=tuple(dict.fromkeys(catalogue.cite(source) for source in checklist.sources)),
            checked_on=checklist.checked_on,
        )

    def _find(self, turn: SkillTurn, procedure_id: str) -> Checklist | None:
        return self._checklists().find(procedure_id, self._catalogue().parameters, day=hanoi_date(turn.now))


def _read_numbers(said: str, *, most: int) -> frozenset[int]:
    """Return the items whose numbers were typed or pressed, counted from 0."""
    numbers = re.findall(r"\d{1,3}", said) if _NUMBERS.fullmatch(said) else []
    return frozenset(int(each) - 1 for each in numbers if 0 < int(each) <= most)


def _offer(procedure_id: str, name: str) -> Button:
    return Button(title=name[:1].upper() + name[1:], payload=f"{START_PREFIX}{SKILL}:{procedure_id}")


def _is_said(turn: SkillTurn, button: Button) -> bool:
    """Tell whether a button was pressed, or its very words were typed: an "ok" is no consent."""
    if turn.message.button is not None:
        return turn.message.button == button.payload
    return fold(normalise(turn.message.text)).strip(" .") == fold(normalise(button.title))


def _before(sentence: str, answer: Answer) -> Answer:
    return Answer(
        kind=answer.kind,
        text=f"{sentence}\n\n{answer.text}",
        buttons=answer.buttons,
        sources=answer.sources,
        checked_on=answer.checked_on,
    )


def _say(text: str, *buttons: Button) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=text, buttons=buttons)
