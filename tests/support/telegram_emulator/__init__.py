"""A Telegram to test against: `async with running_emulator() as emulator`, then `emulator.citizen()`."""

from tests.support.telegram_emulator.citizen import Citizen, Seen
from tests.support.telegram_emulator.emulator import TOKEN, Emulator, running_emulator

__all__ = ["TOKEN", "Citizen", "Emulator", "Seen", "running_emulator"]
