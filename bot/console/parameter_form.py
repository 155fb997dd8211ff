"""The form that a value of law is edited in: fields as typed, and the parameter they make, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from bot.console.document_choice import DocumentUnclear, choose_document
from bot.console.new_unit import make_record_id
from bot.console.request import Form
from bot.console.unit_form import read_day
from bot.content.figures import render_date, render_number
from bot.content.publish import Problem, RecordRefused
from bot.content.schema import LegalDocument, Parameter, ParameterValue, Source, Unit

_MOST_VALUES = 20
_SHORTEST_TITLE, _LONGEST_TITLE = 3, 120
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
_WORDS = (Unit.TEXT, Unit.PHONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFields:
    """A value as typed: 25.000 or 40,2 or a day or words; dates are day/month/year."""

    value: str = ""
    effective_from: str = ""
    effective_to: str = ""
    checked_on: str = ""
    document: str = ""
    article: str = ""
    fact: str = ""


Values = tuple[ValueFields, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFields:
    """What a new parameter is, as typed. `group`: the first word of its id, as others have it."""

    title: str = ""
    group: str = ""
    unit: str = ""


def read_new(form: Form) -> NewFields:
    """Return the fields as they were sent."""
    return NewFields(**{name: form.get(name) for name in NewFields.__slots__})


def make_new_parameter(
    new: NewFields,
    values: Values,
    *,
    there: Mapping[str, Parameter],
    documents: Mapping[str, LegalDocument],
    today: date,
) -> Parameter:
    """Return the parameter that the fields of a new one make. `there`: every parameter, published or a draft.

    Raises:
        RecordRefused: with what to do, beside each field.
    """
    parameter_id = make_record_id(new.group, new.title)
    problems = []
    if not _SHORTEST_TITLE <= len(new.title) <= _LONGEST_TITLE or parameter_id == new.group:
        message = f"Ghi tên từ {_SHORTEST_TITLE} đến {_LONGEST_TITLE} ký tự, ví dụ Lệ phí đổi thẻ căn cước."
        problems.append(Problem(place="title", message=message))
    elif (taken := _find_same(parameter_id, new.title, there)) is not None:
        message = f"Đã có tham số này: {taken.title}, {{{{{taken.id}}}}}. Tìm trong danh sách rồi sửa."
        problems.append(Problem(place="title", message=message))
    if new.group not in list_groups(there):
        problems.append(Problem(place="group", message="Chọn một nhóm trong danh sách."))
    if new.unit not in list(Unit):
        problems.append(Problem(place="unit", message="Chọn giá trị được tính bằng gì."))
    # Without a unit it is not known what a value must look like, only that there must be one.
    unit = Unit(new.unit) if new.unit in list(Unit) else Unit.TEXT
    problems += _list_problems(values, unit, documents, today)
    if problems:
        raise RecordRefused(tuple(problems))
    begun = Parameter.model_construct(id=parameter_id, title=new.title, unit=unit, values=())
    return make_parameter(values, before=begun, documents=documents, today=today)


def list_groups(there: Iterable[str]) -> list[str]:
    """List the first words of ids, each once, in order."""
    return sorted({name.partition(".")[0] for name in there})


def _find_same(parameter_id: str, title: str, there: Mapping[str, Parameter]) -> Parameter | None:
    if parameter_id in there:
        return there[parameter_id]
    return next((each for each in there.values() if each.title.casefold() == title.casefold()), None)


def show_parameter(parameter: Parameter) -> Values:
    """Return the fields of a parameter as it is."""
    return tuple(
        ValueFields(
            value=_show(each.value, parameter.unit),
            effective_from=render_date(each.effective_from),
            effective_to=render_date(each.effective_to) if each.effective_to else "",
            checked_on=render_date(each.checked_on),
            document=each.source.document,
            article=each.source.article or "",
            fact=each.source.fact or "",
        )
        for each in parameter.values
    )


def read_values(form: Form) -> Values:
    """Return the fields as they were sent."""
    return tuple(
        ValueFields(**{name: form.get(f"values.{n}.{name}") for name in ValueFields.__slots__})
        for n in range(_MOST_VALUES)
        if f"values.{n}.value" in form
    )


def change_values(values: Values, action: str) -> Values:
    """Return the fields with a value more or less: "add-value" or "drop-value:0"; any other changes nothing."""
    kind, _, number = action.partition(":")
    if kind == "add-value" and len(values) < _MOST_VALUES:
        return (*values, replace(values[-1], value="", effective_from="", effective_to="", checked_on=""))
    if kind == "drop-value" and number.isdecimal() and int(number) < len(values) > 1:
        return values[: int(number)] + values[int(number) + 1 :]
    return values


def make_parameter(
    values: Values, *, before: Parameter, documents: Mapping[str, LegalDocument], today: date
) -> Parameter:
    """Return the parameter that the fields make of what it was before.

    Raises:
        RecordRefused: with what to do, beside each field.
    """
    if problems := _list_problems(values, before.unit, documents, today):
        raise RecordRefused(tuple(problems))
    as_it_was = {_show(each.value, before.unit): each.value for each in before.values}
    made = tuple(_make_value(each, before.unit, documents, as_it_was) for each in values)
    return Parameter(id=before.id, title=before.title, unit=before.unit, values=made)


def _list_problems(
    values: Values, unit: Unit, documents: Mapping[str, LegalDocument], today: date
) -> list[Problem]:
    """List what is wrong with the values, field by field; only where nothing is, how they follow each other."""
    problems = [
        Problem(place=f"values.{n}.{place}", message=message)
        for n, each in enumerate(values)
        for place, message in _find_problems(each, unit, documents, today)
    ]
    return problems or list(_find_overlaps(values))


def _show(value: float | str, unit: Unit) -> str:
    if unit is Unit.DATE:
        return render_date(date.fromisoformat(str(value)))
    return value if isinstance(value, str) else render_number(value)


def _read(typed: str, unit: Unit) -> float | str | None:
    """Return a typed value as it is kept, None where it cannot be one."""
    if unit is Unit.DATE:
        day = read_day(typed)
        return day.isoformat() if day is not None else None
    if unit in _WORDS:
        return typed or None
    if not _NUMBER.fullmatch(typed):
        return None
    plain = typed.replace(".", "").replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _find_problems(
    fields: ValueFields, unit: Unit, documents: Mapping[str, LegalDocument], today: date
) -> Iterator[tuple[str, str]]:
    if _read(fields.value, unit) is None:
        yield "value", _ask_for(unit, today)
    for name, needed in (("effective_from", True), ("effective_to", False), ("checked_on", True)):
        typed = getattr(fields, name)
        if (typed or needed) and read_day(typed) is None:
            yield name, f"Ghi ngày/tháng/năm, ví dụ {render_date(today)}."
    begins, ends = read_day(fields.effective_from), read_day(fields.effective_to)
    if begins and ends and ends < begins:
        yield "effective_to", f"Ngày hết hiệu lực phải từ {render_date(begins)} trở đi."
    checked = read_day(fields.checked_on)
    if checked and checked > today:
        yield "checked_on", f"Ngày kiểm tra không thể sau hôm nay ({render_date(today)})."
    try:
        choose_document(fields.document, documents)
    except DocumentUnclear as unclear:
        yield "document", str(unclear) if fields.document else "Chọn văn bản làm căn cứ."


def _ask_for(unit: Unit, today: date) -> str:
    if unit is Unit.DATE:
        return f"Ghi ngày/tháng/năm, ví dụ {render_date(today)}."
    return "Còn thiếu." if unit in _WORDS else "Ghi một con số, ví dụ 25.000 hoặc 40,2."


def _find_overlaps(values: Values) -> Iterator[Problem]:
    spans = [
        (read_day(each.effective_from) or date.min, read_day(each.effective_to), n)
        for n, each in enumerate(values)
    ]
    for (_, ends, n), (begins, _, _) in pairwise(sorted(spans, key=lambda span: span[0])):
        if ends is None or ends >= begins:
            message = f"Giá trị sau bắt đầu ngày {render_date(begins)}. Ghi ngày hết trước ngày đó."
            yield Problem(place=f"values.{n}.effective_to", message=message)


def _make_value(
    fields: ValueFields, unit: Unit, documents: Mapping[str, LegalDocument], as_it_was: Mapping[str, float | str]
) -> ParameterValue:
    begins, checked = read_day(fields.effective_from), read_day(fields.checked_on)
    # What was not touched keeps its type: 113 may be kept as a number or as words.
    value = as_it_was.get(fields.value, _read(fields.value, unit))
    assert begins is not None
    assert checked is not None
    assert value is not None
    document = choose_document(fields.document, documents)
    source = Source(document=document.id, article=fields.article or None, fact=fields.fact or None)
    return ParameterValue(
        value=value,
        effective_from=begins,
        effective_to=read_day(fields.effective_to),
        checked_on=checked,
        source=source,
    )
