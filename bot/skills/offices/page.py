"""What is said of offices: who does it, where they are, when open, and from whom that is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.content.catalogue import UNIT_PREFIX, Catalogue
from bot.content.figures import fill_placeholders
from bot.content.schema import QuestionKind
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.office import Office, Point
from bot.offices.duties import Duties, Duty
from bot.places.communes import Place
from bot.skills.offices import wording
from bot.skills.skill import START_PREFIX

MOST_SHOWN = 3
_AGAIN = Button(title="Nơi khác", payload=f"{START_PREFIX}offices")


class OfficePage:
    """Writes answers about offices."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties

    def render_place(
        self, duty: Duty, place: Place, offices: Sequence[Office], catalogue: Catalogue, *, day: date
    ) -> Answer:
        """Return where a duty is done at a place; honest where nothing is known of it."""
        fitting = _choose(duty, offices)
        if fitting:
            told = "\n\n".join(_render_office(each) for each in fitting)
        else:
            kinds = " hoặc ".join(self._duties.kinds[each] for each in duty.kinds)
            told = wording.NOTHING_KNOWN.format(kinds=kinds, place=place.name)
        return self._answer(
            duty,
            [
                wording.TODAY_IS.format(name=place.name),
                told,
                wording.EQUIPPED if duty.equipped and not _is_sure(duty, fitting) else "",
                "" if fitting else wording.LOOK_UP,
            ],
            catalogue,
            day=day,
        )

    def render_near(
        self, duty: Duty, point: Point, offices: Sequence[Office], catalogue: Catalogue, *, day: date
    ) -> Answer:
        """Return the offices nearest to a point, which itself is told nobody."""
        fitting = [each for each in offices if not each.does or duty.id in each.does][:MOST_SHOWN]
        lines = [
            _render_office(each, km=each.point.distance_km(point) if each.point is not None else None)
            for each in fitting
        ]
        told = [wording.NEAR, *lines] if lines else [wording.NOTHING_NEAR, wording.ASK_PLACE]
        equipped = wording.EQUIPPED if lines and duty.equipped and not _is_sure(duty, fitting) else ""
        return self._answer(duty, [*told, equipped, wording.NOT_KEPT], catalogue, day=day)

    def _answer(self, duty: Duty, paragraphs: list[str], catalogue: Catalogue, *, day: date) -> Answer:
        unit = next(
            (
                each
                for each in catalogue.list_units_on(day)
                if each.topic == duty.about and each.kind is QuestionKind.PLACE
            ),
            None,
        )
        text = fill_placeholders("\n\n".join(filter(None, paragraphs)), catalogue.parameters, day=day)
        if unit is None:
            return Answer(kind=AnswerKind.FORM, text=text, buttons=(_AGAIN,))
        said = catalogue.render_unit(unit.id, day=day)
        head = said.text.strip().split("\n")[0]
        return Answer(
            kind=AnswerKind.FORM,
            text=f"{head}\n\n{text}",
            buttons=(Button(title=unit.title, payload=f"{UNIT_PREFIX}{unit.id}"), _AGAIN),
            sources=said.sources,
            checked_on=said.checked_on,
        )


def _choose(duty: Duty, offices: Sequence[Office]) -> list[Office]:
    """Choose what to show: those that do it for sure first, then the commune's, then the province's."""
    able = [each for each in offices if not each.does or duty.id in each.does]
    return sorted(able, key=lambda each: (each.commune_code is None, duty.id not in each.does))[:MOST_SHOWN]


def _is_sure(duty: Duty, offices: Sequence[Office]) -> bool:
    return bool(offices) and all(duty.id in each.does for each in offices)


def _render_office(office: Office, *, km: float | None = None) -> str:
    far = f" (khoảng {_render_km(km)})" if km is not None else ""
    lines = [f"**{office.name}**{far}", f"- Địa chỉ: {office.address}"]
    if office.phone:
        lines.append(f"- Điện thoại: {office.phone}")
    if office.hours:
        lines.append(f"- Giờ làm việc: {office.hours}")
    lines.append(f"- Nguồn: {office.source}, kiểm ngày {office.checked_on:%d/%m/%Y}")
    if office.is_invented:
        lines.append(wording.INVENTED)
    return "\n".join(lines)


def _render_km(km: float) -> str:
    if km < 1:
        return f"{max(1, round(km * 10)) * 100} m"
    return f"{km:.1f} km".replace(".", ",")
