"""The result of the interview: entitled to, perhaps, later, not; and each programme in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from bot.benefits.assess import Assessment, Verdict
from bot.benefits.known import Known
from bot.benefits.rulebook import Rulebook
from bot.content.catalogue import UNIT_PREFIX, Catalogue
from bot.content.figures import fill_placeholders
from bot.domain.answers import Answer, AnswerKind, Button, CitedSource, Discreet
from bot.skills.benefits import wording
from bot.skills.benefits.amounts import render_amount
from bot.skills.benefits.reasons import render_missing, render_reasons
from bot.skills.skill import START_PREFIX

SKILL = "benefits"
SEE, WHY_NOT, RESULT, REMIND = "see", "why-not", "result", "remind"
_SHOWN_BUTTONS = 8
_PAPERS = "giay-to"
_BACK = Button(title="Về kết quả", payload=f"{START_PREFIX}{SKILL}:{RESULT}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything the result is told from. `starts`: by programme, the day on which it begins."""

    assessments: Sequence[Assessment]
    starts: Mapping[str, date]
    known: Known
    day: date


class ResultPages:
    """Renders the result and the pages behind its buttons."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def render(self, result: Result, catalogue: Catalogue, *offers: Button) -> Answer:
        """Return the result: the best first, each with its amount in one line."""
        entitled = _list(result, Verdict.ENTITLED)
        perhaps = _list(result, Verdict.PERHAPS)
        later = [each for each in _list(result, Verdict.NOT) if each.programme.id in result.starts]
        rest = len(result.assessments) - len(entitled) - len(perhaps) - len(later)
        sections = [
            (wording.ENTITLED, [self._entitled_line(each, result, catalogue) for each in entitled]),
            (wording.PERHAPS, [self._perhaps_line(each, result, catalogue) for each in perhaps]),
            (wording.LATER, [self._later_line(each, result, catalogue) for each in later]),
        ]
        paragraphs = ["\n".join((title, *lines)) for title, lines in sections if lines]
        if not paragraphs:
            paragraphs = [wording.NOTHING.format(count=len(result.assessments))]
        elif rest:
            paragraphs.append(wording.REST.format(count=rest))
        shown = [*(each for each in entitled if each.instead is None), *later, *perhaps][:_SHOWN_BUTTONS]
        buttons = [_button(each.programme.short, SEE, each.programme.id) for each in shown]
        if rest:
            buttons.append(_button("Vì sao không được", WHY_NOT))
        return Answer(
            kind=AnswerKind.FORM,
            text="\n\n".join((*paragraphs, wording.DISCLAIMER)),
            buttons=(*buttons, *offers),
            sources=_cite([*entitled, *perhaps], catalogue),
            private=True,
            discreet=self._say_abroad(result, paragraphs, [*entitled, *perhaps, *later], catalogue, *offers),
        )

    def _say_abroad(
        self,
        result: Result,
        paragraphs: Sequence[str],
        told: Sequence[Assessment],
        catalogue: Catalogue,
        *offers: Button,
    ) -> Discreet:
        """Return what is said where messages are kept abroad: how many, not which; and all of it as one page.

        What a button sends back lies abroad too, so it says a number and not the name of a programme.
        """
        whole = [
            f"**{number}.** {self.render_programme(each, result, catalogue).text}"
            for number, each in enumerate(told, start=1)
        ]
        reminders = [
            _button(f"Nhắc tôi về mục {number}", REMIND, str(result.assessments.index(each)))
            for number, each in enumerate(told, start=1)
            if each.programme.id in result.starts
        ]
        text = wording.FOUND_ABROAD.format(count=len(told)) if told else wording.NOTHING_ABROAD
        page = "\n\n".join((*paragraphs, wording.DISCLAIMER, *whole, self.render_why_not(result).text))
        return Discreet(text=text, buttons=(*reminders, *offers), page=page)

    def render_programme(
        self, assessed: Assessment, result: Result, catalogue: Catalogue, *offers: Button
    ) -> Answer:
        """Return one programme: how much, why, by which law, what ends it, and where to read how."""
        programme, version = assessed.programme, assessed.version
        amount = render_amount(assessed, catalogue, result.day)
        paragraphs = [
            f"**{programme.title}**",
            f"{wording.AMOUNT.format(amount=amount)}.",
            self._render_why(assessed, result),
        ]
        if version.note:
            paragraphs.append(fill_placeholders(version.note, catalogue.parameters, day=result.day))
        if programme.ends:
            paragraphs.append(wording.ENDS.format(ends=programme.ends))
        return Answer(
            kind=AnswerKind.FORM,
            text="\n\n".join(paragraphs),
            buttons=(*_list_guides(programme.unit, catalogue, result.day), *offers, _BACK),
            sources=_cite([assessed], catalogue),
            checked_on=version.checked_on,
            private=True,
        )

    def render_why_not(self, result: Result) -> Answer:
        """Return what each programme that does not fit would have needed."""
        lines = [
            f"- {each.programme.title}: {self._needs(each, result)}."
            for each in _list(result, Verdict.NOT)
            if each.programme.id not in result.starts
        ]
        text = "\n".join((wording.NOT_ENTITLED, *lines))
        return Answer(kind=AnswerKind.FORM, text=text, buttons=(_BACK,), private=True)

    def _entitled_line(self, assessed: Assessment, result: Result, catalogue: Catalogue) -> str:
        if assessed.instead is not None:
            return f"- {assessed.programme.title}: {self._instead(assessed)}."
        return f"- **{assessed.programme.title}**: {render_amount(assessed, catalogue, result.day)}."

    def _perhaps_line(self, assessed: Assessment, result: Result, catalogue: Catalogue) -> str:
        told = self._doubt(assessed)
        if assessed.version.amount.unknown is None:
            told = f"{render_amount(assessed, catalogue, result.day)}; {told}"
        return f"- {assessed.programme.title}: {told}."

    def _later_line(self, assessed: Assessment, result: Result, catalogue: Catalogue) -> str:
        start = result.starts[assessed.programme.id]
        amount = render_amount(assessed, catalogue, result.day)
        return f"- {assessed.programme.title}: từ ngày **{start:%d/%m/%Y}**, {amount}."

    def _render_why(self, assessed: Assessment, result: Result) -> str:
        start = result.starts.get(assessed.programme.id)
        if start is not None:
            reasons = render_reasons(assessed.because, self._rulebook, result.known)
            return wording.STARTS.format(start=start, reasons="; ".join(reasons))
        if assessed.missing:
            return f"{self._doubt(assessed).capitalize()}."
        if assessed.verdict is Verdict.NOT:
            return f"{wording.NOT_ENTITLED} {self._needs(assessed, result)}."
        reasons = render_reasons(assessed.because, self._rulebook, result.known)
        return wording.BECAUSE.format(reasons="; ".join(reasons))

    def _doubt(self, assessed: Assessment) -> str:
        if assessed.missing:
            return wording.MISSING.format(missing=render_missing(assessed.missing, self._rulebook.facts))
        return wording.OFFICE_DECIDES

    def _instead(self, assessed: Assessment) -> str:
        covered = assessed.instead == assessed.programme.covered_by
        template = wording.COVERED if covered else wording.INSTEAD
        return template.format(title=self._rulebook.programmes[assessed.instead or ""].title)

    def _needs(self, assessed: Assessment, result: Result) -> str:
        reasons = render_reasons(assessed.because, self._rulebook, result.known)
        return wording.NEEDS.format(reasons=", và ".join(reasons))


def make_offer(title: str, wish: str, what: str = "") -> Button:
    """Return a button of the skill that needs the answers kept at hand."""
    return _button(title, wish, what)


def _button(title: str, wish: str, what: str = "") -> Button:
    return Button(title=title, payload=f"{START_PREFIX}{SKILL}:{wish}{':' if what else ''}{what}")


def _list(result: Result, verdict: Verdict) -> list[Assessment]:
    """List the programmes of one verdict; what is paid stands before what another replaces."""
    found = [each for each in result.assessments if each.verdict is verdict]
    return sorted(found, key=lambda each: each.instead is not None)


def _list_guides(unit_id: str, catalogue: Catalogue, day: date) -> list[Button]:
    papers = f"{unit_id.rpartition('.')[0]}.{_PAPERS}"
    titled = (("Cách làm", unit_id), ("Giấy tờ cần có", papers))
    return [
        Button(title=title, payload=f"{UNIT_PREFIX}{name}")
        for title, name in titled
        if catalogue.find_unit_on(name, day) is not None
    ]


def _cite(assessments: Sequence[Assessment], catalogue: Catalogue) -> tuple[CitedSource, ...]:
    sources = chain.from_iterable(each.version.sources for each in assessments)
    return tuple(dict.fromkeys(catalogue.cite(source) for source in sources))
