"""The conversation of the skill. Nothing is written before consent and the last step."""

from __future__ import annotations

from collections.abc import Callable

from bot.broadcasts.wishes import NewsChoices, withdraw
from bot.clock import hanoi_date
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.broadcast import PURPOSE
from bot.places.communes import Communes, Place
from bot.places.in_sentences import find_place_name
from bot.reminders.rules import ConsentWording
from bot.skills.news import wording
from bot.skills.skill import START_PREFIX, STEP_PREFIX, SkillTurn
from bot.storage.citizens import find_contact, record_contact
from bot.storage.consents import ConsentAction, record_consent
from bot.storage.news import NewsWish, find_news_wish, record_news_wish
from vietnamese.normalise import fold, normalise

SKILL = "news"
_PROVINCE, _COMMUNE, _YEAR, _GROUPS = "province", "commune", "year", "groups"
_PLACES_OFFERED = 4
_OLDEST = 120


def _choice(title: str, value: str) -> Button:
    return Button(title=title, payload=f"{STEP_PREFIX}{value}")


_AGREE, _DISAGREE = _choice("Đồng ý", "yes"), _choice("Không", "no")
_SKIP, _NEXT, _ALL = _choice("Bỏ qua", "skip"), _choice("Tiếp", "skip"), _choice("Mọi việc", "all")
_STOP_WORDS = frozenset({"thoi", "huy", "dung", "dung lai", "huy bo"})
_AGAIN = Button(title="Chọn lại", payload=f"{START_PREFIX}{SKILL}:again")
_END = Button(title="Dừng nhận tin", payload=f"{START_PREFIX}{SKILL}:stop")
_MY_DATA = Button(title="Dữ liệu của tôi", payload=f"{START_PREFIX}my-data")


class NewsSkill:
    """Nhận tin."""

    name = SKILL

    def __init__(self, *, consent: ConsentWording, choices: NewsChoices, communes: Callable[[], Communes]) -> None:
        assert consent.purpose == PURPOSE
        self._consent = consent
        self.choices = choices
        self._communes = communes

    async def start(self, turn: SkillTurn) -> Answer:
        """Ask for consent, or end what was set."""
        turn.session.close_form()
        if turn.argument == "stop":
            ended = await withdraw(turn.tx, contact_address=turn.message.address, now=turn.now)
            return _say(wording.ENDED if ended else wording.NOTHING_TO_END)
        if not turn.message.address.channel.can_be_reached_later:
            return _say(wording.NOT_HERE)
        contact = await find_contact(turn.tx, turn.message.address)
        if contact is not None and turn.argument != "again" and await find_news_wish(turn.tx, [contact.id]):
            return _say(wording.ALREADY, _AGAIN, _END)
        turn.session.open_form(self.name, "consent", now=turn.now)
        return _say(self._consent.text, _AGREE, _DISAGREE)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take what the open step waits for."""
        form = turn.session.form
        assert form is not None
        if turn.message.button is None and _fold(turn.said) in _STOP_WORDS:
            turn.session.close_form()
            return _say(wording.STOPPED)
        steps = {
            "consent": self._take_consent,
            "place": self._take_place,
            "year": self._take_year,
            "group": self._take_group,
            "topic": self._take_topic,
        }
        return await steps[form.step](turn)

    async def _take_consent(self, turn: SkillTurn) -> Answer:
        if _is_said(turn, _DISAGREE):
            turn.session.close_form()
            return _say(wording.REFUSED)
        if not _is_said(turn, _AGREE):
            return _say(wording.ASK_AGAIN, _AGREE, _DISAGREE)
        turn.session.open_form(self.name, "place", now=turn.now)
        assert turn.session.form is not None
        turn.session.form.takes_text = True
        return _say(wording.ASK_PLACE, _SKIP)

    def knows(self, turn: SkillTurn) -> bool:
        """Tell whether the message names a place."""
        return bool(find_place_name(turn.said, self._communes()) or self._communes().find_places(turn.said))

    async def _take_place(self, turn: SkillTurn) -> Answer:
        if _is_said(turn, _SKIP):
            return self._ask_year(turn)
        communes = self._communes()
        pressed = turn.said if turn.message.button is not None else ""
        if (commune := communes.get(pressed)) is not None:
            return self._ask_year(turn, Place(commune.province_code, commune.province, commune))
        if pressed in communes.provinces:
            return self._ask_year(turn, Place(pressed, communes.provinces[pressed]))
        typed = find_place_name(turn.said, communes) or turn.said
        found = communes.find_places(typed)[:_PLACES_OFFERED]
        if len(found) == 1:
            return self._ask_year(turn, found[0])
        if not found:
            return _say(wording.PLACE_UNKNOWN, _SKIP)
        codes = [place.commune.code if place.commune is not None else place.province_code for place in found]
        offered = [_choice(place.name, code) for place, code in zip(found, codes, strict=True)]
        return _say(wording.CHOOSE_PLACE, *offered, _SKIP)

    def _ask_year(self, turn: SkillTurn, place: Place | None = None) -> Answer:
        filled = {}
        if place is not None:
            filled[_PROVINCE] = place.province_code
            filled |= {_COMMUNE: place.commune.code} if place.commune is not None else {}
        turn.session.open_form(self.name, "year", now=turn.now, **filled)
        return _say(wording.ASK_YEAR, _SKIP)

    async def _take_year(self, turn: SkillTurn) -> Answer:
        filled = {}
        if not _is_said(turn, _SKIP):
            year = int(turn.said) if turn.said.isascii() and turn.said.isdecimal() and len(turn.said) == 4 else 0
            this_year = hanoi_date(turn.now).year
            if not this_year - _OLDEST <= year <= this_year:
                return _say(wording.YEAR_UNREADABLE, _SKIP)
            filled[_YEAR] = str(year)
        turn.session.open_form(self.name, "group", now=turn.now, **filled)
        return _say(wording.ASK_GROUP, *self._offer_groups([]), _NEXT)

    async def _take_group(self, turn: SkillTurn) -> Answer:
        form = turn.session.form
        assert form is not None
        taken = [each for each in form.filled.get(_GROUPS, "").split(",") if each]
        titles = self.choices.groups
        if _is_said(turn, _SKIP) or _is_said(turn, _NEXT):
            turn.session.open_form(self.name, "topic", now=turn.now)
            return _say(
                wording.ASK_TOPIC, _ALL, *(_choice(title, key) for key, title in self.choices.topics.items())
            )
        chosen = next(
            (key for key, title in titles.items() if turn.said == key or _fold(turn.said) == _fold(title)), ""
        )
        if chosen and chosen not in taken:
            taken.append(chosen)
            turn.session.open_form(self.name, "group", now=turn.now, **{_GROUPS: ",".join(taken)})
        if not taken:
            return _say(wording.ASK_GROUP, *self._offer_groups(taken), _NEXT)
        listed = wording.GROUP_TAKEN.format(titles=", ".join(titles[each] for each in taken))
        return _say(listed, *self._offer_groups(taken), _NEXT)

    def _offer_groups(self, taken: list[str]) -> list[Button]:
        return [_choice(title, key) for key, title in self.choices.groups.items() if key not in taken]

    async def _take_topic(self, turn: SkillTurn) -> Answer:
        topics = self.choices.topics
        chosen = [key for key, title in topics.items() if turn.said == key or _fold(turn.said) == _fold(title)]
        if _is_said(turn, _ALL):
            chosen = list(topics)
        if not chosen:
            return self._ask_topic()
        return await self._set(turn, chosen)

    def _ask_topic(self) -> Answer:
        topics = (_choice(title, key) for key, title in self.choices.topics.items())
        return _say(wording.ASK_TOPIC, _ALL, *topics)

    async def _set(self, turn: SkillTurn, chosen: list[str]) -> Answer:
        form = turn.session.form
        assert form is not None
        filled = form.filled
        turn.session.close_form()
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
        wish = NewsWish(
            topics=chosen,
            province_code=filled.get(_PROVINCE),
            commune_code=filled.get(_COMMUNE),
            birth_year=int(filled[_YEAR]) if _YEAR in filled else None,
            groups=[each for each in filled.get(_GROUPS, "").split(",") if each],
        )
        await record_news_wish(turn.tx, contact.id, wish, now=turn.now)
        said = wording.render_set([self.choices.topics[each] for each in chosen], self.name_place(wish))
        return Answer(
            kind=AnswerKind.FORM, text=said, buttons=(_AGAIN, _MY_DATA), private=True, may_be_said_abroad=True
        )

    def name_place(self, wish: NewsWish) -> str | None:
        """Return where a citizen lives, as far as they said."""
        communes = self._communes()
        if wish.commune_code and (commune := communes.get(wish.commune_code)) is not None:
            return f"{commune.name}, {commune.province}"
        return communes.provinces.get(wish.province_code or "")


def _is_said(turn: SkillTurn, button: Button) -> bool:
    """Tell whether a button was pressed, or its very words were typed: an "ok" is no consent."""
    if turn.message.button is not None:
        return turn.message.button == button.payload
    return _fold(turn.message.text) == _fold(button.title)


def _fold(text: str) -> str:
    return fold(normalise(text)).strip(" .")


def _say(text: str, *buttons: Button) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=text, buttons=buttons)
