"""A citizen on Telegram asks a fee, looks an application up, and nobody else's update gets in."""

from __future__ import annotations

import pytest

from tests.support.telegram_emulator.emulator import Emulator

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("telegram")]


async def test_citizen_asks_a_fee_as_people_type(emulator: Emulator) -> None:
    citizen = emulator.citizen(name="<b>Nguyễn & Con</b>")
    await citizen.writes("doi the can cuoc het bao nhieu tien")
    answer = await citizen.reads()
    assert "đồng" in answer.text
    assert "Căn cứ:" in answer.text
    assert answer.buttons


async def test_citizen_looks_an_application_up(emulator: Emulator) -> None:
    citizen = emulator.citizen()
    await citizen.writes("/tra_cuu")
    assert "mã hồ sơ" in (await citizen.reads()).text
    await citizen.writes("h00.01.02 - 261102 - 0001")
    assert "4 số cuối" in (await citizen.reads()).text
    await citizen.writes("1234")
    assert "Đang giải quyết" in (await citizen.reads()).text


async def test_citizen_presses_the_next_question(emulator: Emulator) -> None:
    citizen = emulator.citizen()
    await citizen.writes("đổi thẻ căn cước mất bao nhiêu tiền")
    first = await citizen.reads()
    await citizen.presses(first.buttons[0])
    assert (await citizen.reads()).text != first.text
