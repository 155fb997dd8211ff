"""Finds out what is to be done and where the person is, then says which office. The place is not kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.clock import hanoi_date
from bot.content.catalogue import Catalogue
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.messages import Channel
from bot.domain.office import Point
from bot.offices.duties import Duties, Duty
from bot.places.communes import Communes, Place
from bot.places.in_sentences import find_place_name
from bot.skills.offices import wording
from bot.skills.offices.page import OfficePage
from bot.skills.skill import STEP_PREFIX, SkillTurn
from bot.storage.offices import list_offices_at, list_offices_near
from vietnamese.normalise import fold, normalise

SKILL = "offices"
_DUTY, _PLACE = "duty", "place"
_OFFERED = 8
_STOP = Button(title="Thôi", payload=f"{STEP_PREFIX}thoi")
_STOP_WORDS = frozenset({"thoi", "huy", "dung", "dung lai", "huy bo"})


class OfficesSkill:
    """Nơi làm thủ tục."""

    name = SKILL

    def __init__(
        self, *, duties: Duties, communes: Callable[[], Communes], catalogue: Callable[[], Catalogue]
    ) -> None:
        self._duties = duties
        self._communes = communes
        self._catalogue = catalogue
        self._page = OfficePage(duties)

    async def start(self, turn: SkillTurn) -> Answer:
        """Take what and where from the message, as far as it says them, and ask for the rest."""
        text = turn.message.text
        duty = self._duties.find_for_procedure(turn.argument) if turn.argument else self._duties.find_in(text)
        turn.session.open_form(self.name, _PLACE, now=turn.now, **({_DUTY: duty.id} if duty is not None else {}))
        assert turn.session.form is not None
        turn.session.form.takes_text = True
        if turn.message.location is not None:
            return await self.proceed(turn)
        name = find_place_name(text, self._communes()) if turn.message.button is None else None
        if name is None:
            return self._ask_place(turn)
        places = self._communes().find_places(name)
        if places:
            return await self._take_places(turn, places)
        return self._find_old(name) or self._ask_place(turn)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take a place, a choice, or what is to be done."""
        form = turn.session.form
        assert form is not None
        if _fold(turn.said) in _STOP_WORDS:
            turn.session.close_form()
            return _say(wording.STOPPED)
        location = turn.message.location
        if location is not None:
            return await self._take_point(turn, Point(latitude=location.latitude, longitude=location.longitude))
        if form.step == _DUTY:
            return await self._take_duty(turn)
        pressed = self._find_pressed(turn.said) if turn.message.button is not None else None
        typed = find_place_name(turn.said, self._communes()) or turn.said
        places = [pressed] if pressed is not None else self._communes().find_places(typed)
        if not places:
            return self._find_old(typed) or _say(wording.PLACE_UNKNOWN, _STOP)
        return await self._take_places(turn, places)

    def knows(self, turn: SkillTurn) -> bool:
        """Tell whether the message names a place, of today or of before."""
        return bool(
            find_place_name(turn.said, self._communes())
            or self._communes().find_places(turn.said)
            or self._communes().find_old(turn.said)
        )

    def _ask_place(self, turn: SkillTurn) -> Answer:
        can_share = turn.message.address.channel is Channel.TELEGRAM
        text = f"{wording.ASK_PLACE}\n\n{wording.ASK_PLACE_TELEGRAM}" if can_share else wording.ASK_PLACE
        return Answer(kind=AnswerKind.FORM, text=text, asks_location=can_share)

    async def _take_places(self, turn: SkillTurn, places: list[Place]) -> Answer:
        if len(places) > 1:
            return _say(wording.CHOOSE_PLACE, *(_offer(each) for each in places[:_OFFERED]))
        form = turn.session.form
        assert form is not None
        place = places[0]
        duty = self._duties.get(form.filled.get(_DUTY, ""))
        if duty is None:
            code = place.commune.code if place.commune is not None else place.province_code
            return self._ask_duty(turn, **{_PLACE: code})
        return await self._tell(turn, duty, place)

    def _ask_duty(self, turn: SkillTurn, **filled: str) -> Answer:
        turn.session.open_form(self.name, _DUTY, now=turn.now, **filled)
        choices = (Button(title=each.title, payload=f"{STEP_PREFIX}{each.id}") for each in self._duties.duties)
        return _say(wording.ASK_DUTY, *choices)

    async def _take_duty(self, turn: SkillTurn) -> Answer:
        form = turn.session.form
        assert form is not None
        duty = self._duties.get(turn.said) or self._duties.find_in(turn.said)
        if duty is None:
            return self._ask_duty(turn)
        place = self._find_pressed(form.filled.get(_PLACE, ""))
        if place is None:
            turn.session.open_form(self.name, _PLACE, now=turn.now, **{_DUTY: duty.id})
            assert turn.session.form is not None
            turn.session.form.takes_text = True
            return self._ask_place(turn)
        return await self._tell(turn, duty, place)

    async def _tell(self, turn: SkillTurn, duty: Duty, place: Place) -> Answer:
        turn.session.close_form()
        offices = await list_offices_at(
            turn.tx,
            kinds=duty.kinds,
            province=place.province_code,
            commune=place.commune.code if place.commune is not None else None,
        )
        return self._page.render_place(duty, place, offices, self._catalogue(), day=hanoi_date(turn.now))

    async def _take_point(self, turn: SkillTurn, point: Point) -> Answer:
        form = turn.session.form
        assert form is not None
        # A shared place goes no further than this turn, so what is to be done is not asked for after it.
        duty = self._duties.get(form.filled.get(_DUTY, "")) or self._duties.duties[0]
        offices = await list_offices_near(turn.tx, kinds=duty.kinds, point=point)
        answer = self._page.render_near(duty, point, offices, self._catalogue(), day=hanoi_date(turn.now))
        if offices:
            turn.session.close_form()
        return answer

    def _find_pressed(self, code: str) -> Place | None:
        communes = self._communes()
        commune = communes.get(code)
        if commune is not None:
            return Place(commune.province_code, commune.province, commune)
        return Place(code, communes.provinces[code]) if code in communes.provinces else None

    def _find_old(self, typed: str) -> Answer | None:
        """Ask for the commune where a district or province of before July 2025 was named."""
        old = self._communes().find_old(typed)
        if not old:
            return None
        if len(old) > 1:
            # Districts of one name in several provinces: the province has to be said.
            return _say(f"{wording.NO_DISTRICT} {wording.PLACE_UNKNOWN}")
        found = old[0]
        name = typed.strip()
        if not found.is_district:
            return _say(wording.WAS_PROVINCE.format(name=name, today=found.today))
        offers = [_offer(Place(each.province_code, each.province, each)) for each in found.communes[:_OFFERED]]
        name = re.sub(r"\s+(cũ|cu)\b", "", name)
        return _say(
            wording.WAS_DISTRICT.format(name=name[:1].upper() + name[1:], count=len(found.communes)), *offers
        )


def _offer(place: Place) -> Button:
    code = place.commune.code if place.commune is not None else place.province_code
    return Button(title=place.name, payload=f"{STEP_PREFIX}{code}")


def _fold(text: str) -> str:
    return fold(normalise(text)).strip(" .")


def _say(text: str, *buttons: Button) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=text, buttons=buttons)
