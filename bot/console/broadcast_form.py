"""The form of a broadcast: fields as typed, and the broadcast they make, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from bot.broadcasts.messages import PLACEHOLDERS
from bot.broadcasts.wishes import NewsChoices
from bot.clock import HANOI
from bot.console.choice import AnswerUnclear, choose_answer
from bot.console.request import Form, read_number
from bot.console.unit_form import read_day
from bot.content.publish import Problem
from bot.domain.broadcast import BUTTONS_AT_MOST, TEXT_LONGEST, Audience, Broadcast, BroadcastContent, Repeat
from bot.domain.messages import Channel
from bot.places.communes import Communes

TITLE_LONGEST = 80
BUTTON_LONGEST = 40
USEFUL_DAYS = (1, 3, 7)
ACTIVE_DAYS = (30, 90, 365)
CHANNELS = [channel for channel in Channel if channel.can_be_reached_later]
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2})(?:[:h](\d{2})?)?", re.IGNORECASE)
_EARLIEST_YEAR = 1900
LAST_DAY_OF_EVERY_MONTH = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastFields:
    """A broadcast as typed."""

    title: str = ""
    text: str = ""
    topic: str = ""
    buttons: tuple[tuple[str, str], ...] = (("", ""),) * BUTTONS_AT_MOST
    provinces: tuple[str, ...] = ()
    communes: str = ""
    born_from: str = ""
    born_to: str = ""
    groups: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    active_days: str = ""
    without: str = ""
    failed_of: str = ""
    useful_days: str = "3"
    day: str = ""
    hour: str = ""
    repeat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBroadcast:
    """What the fields make."""

    content: BroadcastContent
    audience: Audience
    send_at: datetime | None
    repeat: Repeat
    problems: tuple[Problem, ...]


def show_broadcast(broadcast: Broadcast, communes: Communes) -> BroadcastFields:
    """Return the fields of a broadcast as it is."""
    content, audience = broadcast.content, broadcast.audience
    at = broadcast.send_at.astimezone(HANOI) if broadcast.send_at is not None else None
    named = [communes.get(code) for code in audience.communes]
    blank = [("", "")] * (BUTTONS_AT_MOST - len(content.buttons))
    return BroadcastFields(
        title=content.title,
        text=content.text,
        topic=content.topic,
        buttons=(*content.buttons, *blank),
        provinces=audience.provinces,
        communes="\n".join(f"{each.name}, {each.province}" for each in named if each is not None),
        born_from=str(audience.born_from or ""),
        born_to=str(audience.born_to or ""),
        groups=audience.groups,
        channels=audience.channels,
        active_days=str(audience.active_days or ""),
        without=str(audience.without or ""),
        failed_of=str(audience.failed_of or ""),
        useful_days=str(content.useful_for.days),
        day=f"{at:%d/%m/%Y}" if at is not None else "",
        hour=f"{at:%H:%M}" if at is not None else "",
        repeat=broadcast.repeat.value,
    )


def read_fields(form: Form, *, titles: Mapping[str, str]) -> BroadcastFields:
    """Return the fields as they were sent. `titles`: of units in force, by id; a button names one by its title."""
    return BroadcastFields(
        title=form.get("title"),
        text=form.get("text"),
        topic=form.get("topic"),
        buttons=tuple(
            (
                form.get(f"button.{n}.title"),
                form.get(f"button.{n}.link") or _find_answer(form.get(f"button.{n}.unit"), titles),
            )
            for n in range(BUTTONS_AT_MOST)
        ),
        provinces=tuple(form.get_all("province")),
        communes=form.get("communes"),
        born_from=form.get("born_from"),
        born_to=form.get("born_to"),
        groups=tuple(form.get_all("group")),
        channels=tuple(form.get_all("channel")),
        active_days=form.get("active_days"),
        without=form.get("without"),
        failed_of=form.get("failed_of"),
        useful_days=form.get("useful_days"),
        day=form.get("day"),
        hour=form.get("hour"),
        repeat=form.get("repeat"),
    )


def read_broadcast(
    fields: BroadcastFields, *, choices: NewsChoices, communes: Communes, titles: Mapping[str, str], now: datetime
) -> ReadBroadcast:
    """Return the broadcast that the fields make, and what is wrong with it. `titles`: of units in force, by id."""
    problems: list[Problem] = []
    _check_words(fields, titles, problems)
    audience = _read_audience(fields, choices, communes, problems)
    send_at = _read_moment(fields, now, problems)
    repeat = _read_repeat(fields, send_at, problems)
    days = read_number(fields.useful_days)
    content = BroadcastContent(
        title=fields.title,
        text=fields.text,
        topic=fields.topic,
        buttons=tuple((title, unit) for title, unit in fields.buttons if title and unit),
        useful_for=timedelta(days=days if days in USEFUL_DAYS else USEFUL_DAYS[1]),
    )
    return ReadBroadcast(
        content=content, audience=audience, send_at=send_at, repeat=repeat, problems=tuple(problems)
    )


def _check_words(fields: BroadcastFields, titles: Mapping[str, str], problems: list[Problem]) -> None:
    if not 1 <= len(fields.title) <= TITLE_LONGEST:
        problems.append(Problem(place="title", message=f"Tên gọi dài từ 1 đến {TITLE_LONGEST} ký tự."))
    if not fields.text:
        problems.append(Problem(place="text", message="Nội dung đang trống. Viết ít nhất một câu."))
    elif len(fields.text) > TEXT_LONGEST:
        problems.append(
            Problem(place="text", message=f"Dài {len(fields.text)} ký tự, quá {TEXT_LONGEST}. Rút ngắn lại.")
        )
    for name in _PLACEHOLDER.findall(fields.text):
        if name not in PLACEHOLDERS:
            known = ", ".join(PLACEHOLDERS)
            problems.append(Problem(place="text", message=f"Không có ô điền {name}. Chỉ dùng được {known}."))
    for link in _LINK.findall(fields.text):
        if not _is_official(link):
            problems.append(
                Problem(
                    place="text",
                    message=f"Liên kết {link} không thuộc cơ quan nhà nước. Chỉ dùng https và tên miền .gov.vn.",
                )
            )
    for n, (title, leads) in enumerate(fields.buttons):
        if leads and not leads.startswith("https://"):
            try:
                choose_answer(leads, titles)
            except AnswerUnclear as unclear:
                problems.append(Problem(place=f"button.{n}.unit", message=str(unclear)))
                continue
        is_known = leads in titles or _is_official(leads)
        if (title or leads) and (not title or not is_known or len(title) > BUTTON_LONGEST):
            problems.append(
                Problem(
                    place=f"button.{n}.title",
                    message=f"Nút cần chữ (tối đa {BUTTON_LONGEST} ký tự) và một câu trả lời đang dùng, "
                    "hoặc một trang https có tên miền .gov.vn.",
                )
            )


def _find_answer(typed: str, titles: Mapping[str, str]) -> str:
    """Return the id of an answer; what was typed where it is none, for the form to show again."""
    try:
        return choose_answer(typed, titles)
    except AnswerUnclear:
        return typed


def _is_official(link: str) -> bool:
    try:
        parts = urlsplit(link.rstrip(".,;:!?)"))
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and host.endswith(".gov.vn") and "@" not in parts.netloc


def _read_audience(
    fields: BroadcastFields, choices: NewsChoices, communes: Communes, problems: list[Problem]
) -> Audience:
    codes = []
    for line in fields.communes.splitlines():
        if not line.strip():
            continue
        found = [place.commune for place in communes.find_places(line) if place.commune is not None]
        if len(found) == 1:
            codes.append(found[0].code)
        else:
            what = "Có mấy nơi cùng tên" if found else "Không tìm thấy"
            problems.append(
                Problem(place="communes", message=f"{what}: “{line.strip()}”. Ghi tên xã, dấu phẩy, tên tỉnh.")
            )
    if fields.topic and fields.topic not in choices.topics:
        problems.append(Problem(place="topic", message="Chọn một chủ đề trong danh sách."))
    years = []
    for name in ("born_from", "born_to"):
        typed = getattr(fields, name)
        year = read_number(typed)
        if typed and year < _EARLIEST_YEAR:
            problems.append(Problem(place=name, message="Ghi năm sinh 4 chữ số, ví dụ 1958."))
        years.append(year if year >= _EARLIEST_YEAR else None)
    if years[0] and years[1] and years[0] > years[1]:
        problems.append(Problem(place="born_to", message="Năm sinh đến phải từ năm sinh từ trở đi."))
    return Audience(
        topics=(fields.topic,) if fields.topic else (),
        provinces=_keep(fields.provinces, communes.provinces),
        communes=tuple(dict.fromkeys(codes)),
        born_from=years[0],
        born_to=years[1],
        groups=_keep(fields.groups, choices.groups),
        channels=_keep(fields.channels, [channel.value for channel in CHANNELS]),
        active_days=read_number(fields.active_days) if read_number(fields.active_days) in ACTIVE_DAYS else None,
        without=_read_id(fields.without),
        failed_of=_read_id(fields.failed_of),
    )


def _keep(chosen: tuple[str, ...], known: Collection[str]) -> tuple[str, ...]:
    return tuple(each for each in dict.fromkeys(chosen) if each in known)


def _read_moment(fields: BroadcastFields, now: datetime, problems: list[Problem]) -> datetime | None:
    if not fields.day and not fields.hour:
        return None
    day, found = read_day(fields.day), _TIME.fullmatch(fields.hour or "8:00")
    try:
        if day is None or found is None:
            raise ValueError
        at = datetime.combine(day, time(int(found[1]), int(found[2] or 0)), HANOI)
    except ValueError:
        problems.append(Problem(place="day", message="Ghi ngày/tháng/năm và giờ, ví dụ 01/12/2026 và 8:00."))
        return None
    if at < now:
        problems.append(Problem(place="day", message="Giờ gửi đã qua. Chọn giờ sau, hoặc để trống để gửi ngay."))
    return at.astimezone(now.tzinfo)


def _read_repeat(fields: BroadcastFields, send_at: datetime | None, problems: list[Problem]) -> Repeat:
    repeat = next((each for each in Repeat if each.value == fields.repeat), Repeat.NEVER)
    if repeat is not Repeat.NEVER and fields.failed_of:
        problems.append(Problem(place="repeat", message="Tin gửi lại cho người chưa nhận được thì không lặp."))
    elif repeat is not Repeat.NEVER and send_at is None:
        problems.append(Problem(place="repeat", message="Muốn lặp thì ghi ngày và giờ gửi lần đầu."))
    elif (
        repeat is Repeat.MONTHLY
        and send_at is not None
        and send_at.astimezone(HANOI).day > LAST_DAY_OF_EVERY_MONTH
    ):
        problems.append(Problem(place="repeat", message="Lặp hằng tháng thì chọn ngày từ 1 đến 28."))
    return repeat


def _read_id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
