"""What the tests need on a machine beside Python: Node packages of the emulator and of axe, and a browser."""

from __future__ import annotations

from bot.standins.telegram.node import install_packages
from tests.support.axe import install_axe
from tests.support.browser import find_or_install_chromium


def install_test_tools() -> None:
    """Install what is missing."""
    install_packages()
    install_axe()
    find_or_install_chromium()
