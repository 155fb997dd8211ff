"""The steps of a bench, in their order: what speaks with citizens first, on a database that holds little."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bench.answering import (
    list_questions,
    measure_beside_echo,
    measure_gate,
    measure_turns,
    measure_understanding_memory,
)
from bench.application_sync import measure_sync
from bench.beneficiary_sync import measure_lists
from bench.emulator import measure_through_emulator
from bench.place import Place
from bench.planning import measure_planning
from bench.reminder_sweep import measure_sweep
from bench.sending import measure_paid, measure_replies, measure_webhook
from bench.starting import measure_training, measure_warm_start

Measured = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is measured. `title`: what is shown meanwhile."""

    name: str
    title: str
    run: Callable[[Place], Measured]


def _train(place: Place) -> Measured:
    return measure_training(place.given)


def _answer(place: Place) -> Measured:
    found = asyncio.run(measure_turns(place.ready, list_questions(place.sizes.questions)))
    return found | measure_understanding_memory(place.ready.nlu_url)


def _review(place: Place) -> Measured:
    return asyncio.run(measure_gate(place.ready))


def _echo(place: Place) -> Measured:
    questions = list_questions(place.sizes.questions)
    return measure_beside_echo(place.ready, place.environ, questions=questions, updates=place.sizes.updates)


def _send_free(place: Place) -> Measured:
    return measure_replies(place.ready, place.environ, count=place.sizes.free)


def _send_through_emulator(place: Place) -> Measured:
    return measure_through_emulator(place.ready, place.environ, count=place.sizes.emulated)


def _send_paid(place: Place) -> Measured:
    return measure_paid(place.database, place.environ, count=place.sizes.paid)


def _acknowledge(place: Place) -> Measured:
    return measure_webhook(place.ready, place.environ, seconds=place.sizes.acknowledged_for_s)


def _plan(place: Place) -> Measured:
    return measure_planning(place.database, place.environ, count=place.sizes.planned)


def _remind(place: Place) -> Measured:
    return measure_sweep(place.database, place.environ, count=place.sizes.reminded)


def _sync(place: Place) -> Measured:
    return measure_sync(place.database, place.environ, place.folder, count=place.sizes.synced)


def _clean_lists(place: Place) -> Measured:
    return measure_lists(place.environ, place.folder, count=place.sizes.listed)


def _start(place: Place) -> Measured:
    assert place.model.is_file(), "a start without a model would train one"
    return measure_warm_start(place.given)


STEPS = (
    Step(name="train", title="Huấn luyện mô hình", run=_train),
    Step(name="answer", title="Từ câu hỏi đến câu trả lời", run=_answer),
    Step(name="gate", title="Cửa xuất bản: hỏi lại mọi câu mẫu", run=_review),
    Step(name="echo", title="Webhook Telegram, so với bot tối giản", run=_echo),
    Step(name="free", title="Thông báo 30 tin/giây, người dân hỏi cùng lúc", run=_send_free),
    Step(name="emulator", title="Thông báo 30 tin/giây qua Telegram giả lập", run=_send_through_emulator),
    Step(name="paid", title="Thông báo 1.000 tin/giây", run=_send_paid),
    Step(name="receive", title="Nhận 1.000 tin/giây", run=_acknowledge),
    Step(name="plan", title="Ghi danh sách người nhận", run=_plan),
    Step(name="remind", title="Lời nhắc: tính lại cho từng người", run=_remind),
    Step(name="sync", title="Đồng bộ hồ sơ, so với COPY", run=_sync),
    Step(name="lists", title="Làm sạch danh sách thụ hưởng", run=_clean_lists),
    Step(name="start", title="Khởi động lần sau", run=_start),
)
