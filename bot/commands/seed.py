"""What a database is filled with at start: the content of data/, and invented applications to try."""

from __future__ import annotations

from bot.applications.sources import INVENTED, SourceSystems
from bot.clock import read_clock
from bot.content.seed import seed_content
from bot.demo import seed_demo_applications, seed_demo_offices
from bot.gateways.applications.sync import ApplicationSync
from bot.gateways.offices.sync import OfficeSync
from bot.settings import DATA, Settings
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.wiring import SOURCES, load_communes, load_office_duties


async def seed_all(settings: Settings, *, with_invented: bool = True) -> None:
    """Bring content up to date; what staff have edited stays. `with_invented`: and data to try with."""
    database = Database(settings.database_url)
    try:
        await seed_content(database, DATA)
        if not with_invented:
            return
        cipher = open_cipher(settings)
        await seed_demo_applications(
            ApplicationSync(settings.database_url, cipher, clock=read_clock),
            SourceSystems.load(SOURCES).find(INVENTED),
            DATA / "demo" / "applications.yml",
        )
        await seed_demo_offices(
            OfficeSync(database, load_communes(), load_office_duties(), clock=read_clock),
            DATA / "demo" / "offices.csv",
        )
    finally:
        await database.close()
