"""What a citizen reads about applications: one of them, or a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.applications.sources import SourceSystems
from bot.applications.states import ApplicationWords
from bot.applications.tickets import make_ticket
from bot.clock import HANOI, hanoi_date
from bot.content.catalogue import UNIT_PREFIX
from bot.domain.answers import Answer, AnswerKind, Button, Discreet
from bot.domain.application import Application, ApplicationState
from bot.domain.application_code import mask_code
from bot.domain.messages import ChatAddress
from bot.domain.working_days import Deadline, WorkingCalendar, describe_deadline
from bot.skills.application_status import buttons, wording
from bot.storage.application_follows import Follow
from bot.storage.applications import StateSince
from bot.storage.encryption import Cipher

HISTORY_SHOWN = 5
LISTED = 8
"""Applications in a list: as many buttons as a small screen shows."""


class StatusPage:
    """Renders applications in a citizen's words."""

    def __init__(
        self, *, words: ApplicationWords, sources: SourceSystems, calendar: WorkingCalendar, cipher: Cipher
    ) -> None:
        self._words = words
        self._sources = sources
        self._calendar = calendar
        self._cipher = cipher

    def render(
        self,
        application: Application,
        *,
        history: Sequence[StateSince],
        follow: Follow | None,
        address: ChatAddress,
        now: datetime,
        today: date,
    ) -> Answer:
        """Return the state of an application: state, since, promise, next step, data as of."""
        words = self._words.states[application.state]
        deadline = self._find_deadline(application, today)
        is_late = deadline is not None and deadline.days < 0
        lines = [
            words.name,
            "",
            f"- Hồ sơ: {application.code}",
            f"- Thủ tục: {application.procedure_name}",
            f"- Nơi giải quyết: {application.office}",
            f"- Từ ngày: {hanoi_date(application.state_since):%d/%m/%Y}",
        ]
        if application.promised_on is not None:
            lines.append(f"- Hẹn trả: {application.promised_on:%d/%m/%Y}{_in_brackets(deadline)}")
        if application.respond_by is not None and application.state in _WAITS_FOR_CITIZEN:
            left = describe_deadline(application.respond_by, today=today, calendar=self._calendar)
            lines.append(f"- Hạn của bạn: {application.respond_by:%d/%m/%Y}{_in_brackets(left)}")
        lines += ["", f"**Việc tiếp theo:** {application.next_step or words.next_step}"]
        if is_late:
            lines += ["", self._words.late.text]
        if len(history) > 1:
            lines += ["", "**Đã qua:**", *self._list_history(history)]
        lines += ["", *self._describe_data(application, now=now)]
        related = (*words.related, *(self._words.late.related if is_late else ()))
        choices = (
            *self._offer(application, follow, address=address, today=today),
            *(Button(title=each.title, payload=f"{UNIT_PREFIX}{each.unit}") for each in related),
            buttons.OTHER,
        )
        return Answer(
            kind=AnswerKind.FORM,
            text="\n".join(lines),
            buttons=choices,
            sources=tuple(source.cite() for source in self._words.late.sources) if is_late else (),
            checked_on=self._words.checked_on if is_late else None,
            private=True,
            discreet=Discreet(
                text=wording.ONE_ABROAD.format(code=mask_code(application.code), state=words.name),
                buttons=choices,
            ),
        )

    def render_list(self, applications: Sequence[Application], *, now: datetime) -> Answer:
        """Return a list to choose from, the latest change first."""
        today = hanoi_date(now)
        lines = [wording.LIST_HEADING, ""]
        for application in applications[:LISTED]:
            deadline = self._find_deadline(application, today)
            lines.append(
                f"- **{application.code}**: {application.procedure_name}. "
                f"{self._words.states[application.state].name}{_in_brackets(deadline)}"
            )
        if len(applications) > LISTED:
            lines += ["", wording.LIST_GOES_ON.format(count=len(applications) - LISTED)]
        show = (buttons.make_show_button(each.code, each.id) for each in applications[:LISTED])
        return Answer(
            kind=AnswerKind.FORM,
            text="\n".join(lines),
            buttons=(*show, buttons.OTHER),
            private=True,
            discreet=self._say_list_abroad(applications[:LISTED]),
        )

    @staticmethod
    def add_not_found(answer: Answer, codes: Sequence[str]) -> Answer:
        """Add the codes that were waited for and never came."""
        has_more = len(answer.buttons) > 1

        def add(said: str, named: Iterable[str]) -> str:
            text = wording.NEVER_CAME.format(codes=", ".join(named))
            return f"{said}\n\n{text}" if has_more else text

        assert answer.discreet is not None
        discreet = replace(answer.discreet, text=add(answer.discreet.text, map(mask_code, codes)))
        return replace(answer, text=add(answer.text, codes), discreet=discreet)

    def _say_list_abroad(self, applications: Sequence[Application]) -> Discreet:
        lines = [f"- {mask_code(each.code)}: {self._words.states[each.state].name}" for each in applications]
        show = (buttons.make_show_button(f"Hồ sơ {mask_code(each.code)}", each.id) for each in applications)
        return Discreet(text="\n".join((wording.LIST_HEADING, "", *lines)), buttons=(*show, buttons.OTHER))

    def _find_deadline(self, application: Application, today: date) -> Deadline | None:
        if application.promised_on is None or not application.state.is_open:
            return None
        return describe_deadline(application.promised_on, today=today, calendar=self._calendar)

    def _list_history(self, history: Sequence[StateSince]) -> list[str]:
        return [
            f"- {hanoi_date(each.since):%d/%m/%Y}: {_plain(self._words.states[each.state].name)}"
            for each in history[-HISTORY_SHOWN:]
        ]

    def _describe_data(self, application: Application, *, now: datetime) -> list[str]:
        source = self._sources.find(application.source)
        as_of = application.data_as_of.astimezone(HANOI)
        lines = [f"Số liệu của {source.name}, đến {as_of:%H:%M ngày %d/%m/%Y}."]
        if now - application.data_as_of > source.fresh_for:
            lines.append(wording.DATA_IS_OLD)
        if application.is_demo:
            lines.append("Đây là hồ sơ giả, dùng để thử.")
        return lines

    def _offer(
        self, application: Application, follow: Follow | None, *, address: ChatAddress, today: date
    ) -> tuple[Button, ...]:
        if not address.channel.can_be_reached_later:
            return ()
        ticket = make_ticket(application.id, address=address, today=today, cipher=self._cipher)
        link = buttons.make_button("Mọi hồ sơ của tôi", buttons.Wish.LINK, ticket)
        waits = application.state in _WAITS_FOR_CITIZEN and application.respond_by is not None
        remind = (buttons.make_button("Nhắc tôi hạn này", buttons.Wish.REMIND, ticket),) if waits else ()
        if follow is not None:
            return (buttons.make_stop_button(follow.id), *remind, link)
        return (buttons.make_button("Theo dõi hồ sơ này", buttons.Wish.FOLLOW, ticket), *remind, link)


_WAITS_FOR_CITIZEN = (ApplicationState.SUPPLEMENT_REQUESTED, ApplicationState.AWAITING_PAYMENT)


def _in_brackets(deadline: Deadline | None) -> str:
    return f" ({wording.render_deadline(deadline)})" if deadline is not None else ""


def _plain(name: str) -> str:
    """Return the name of a state without its mark."""
    mark, _, rest = name.partition(" ")
    return rest if rest and not mark.isalpha() else name
