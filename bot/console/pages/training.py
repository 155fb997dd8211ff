"""What the understanding model learned last: the state, the figures, and why a model was not taken."""

from __future__ import annotations

from fastapi import Response

from bot.console.access import EVERY_ROLE
from bot.console.page import Visit, page
from bot.storage.trainings import list_trainings

SHOWN = 20


@page("GET", "/training", access=EVERY_ROLE)
async def show_trainings(visit: Visit) -> Response:
    """The last trainings, the latest first."""
    async with visit.database.begin() as tx:
        trainings = await list_trainings(tx, limit=SHOWN)
    return visit.render("training.html", trainings=trainings)


PAGES = [show_trainings]
