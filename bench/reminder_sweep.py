"""Planning reminders: every subscription of many people judged anew, as after a change of the rule."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from datetime import timedelta

import psycopg

from bench.memory import read_peak_mb
from bot.clock import read_clock
from bot.reminders.rules import load_rules
from bot.reminders.sweep import sweep_subscriptions
from bot.settings import DATA, PROJECT_ROOT, Settings
from bot.storage.database import Database, plain_url
from bot.storage.encryption import Cipher, load_data_key
from bot.storage.reminders import FACTS_COLUMN

_RULE = "card-exchange"
_FILL = """
    INSERT INTO citizens (id) SELECT uuidv7() FROM generate_series(1, %(count)s);
"""
_CONTACTS = """
    INSERT INTO contacts (id, citizen_id, channel, chat)
    SELECT uuidv7(), id, 'telegram', 'bench-' || row_number() OVER () FROM citizens
"""


def measure_sweep(settings: Settings, environ: dict[str, str], *, count: int) -> dict[str, float]:
    """Return how many people a second one process judges, and the greatest memory."""
    _fill(settings, count)
    command = [sys.executable, "-m", "bench.reminder_sweep"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environ, check=True, capture_output=True)
    ours = json.loads(done.stdout.splitlines()[-1])
    assert ours["swept"] == count, ours
    return {
        "reminder_people": count,
        "reminder_people_per_s": round(count / ours["seconds"]),
        "reminder_rss_mb": ours["rss_mb"],
        "reminder_rows_written": ours["written"],
    }


def _fill(settings: Settings, count: int) -> None:
    """Write invented people with two dates each, so that cards fall due over the next decades."""
    cipher = Cipher(load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=False))
    today = read_clock().date()
    with psycopg.connect(plain_url(settings.database_url)) as connection:
        connection.execute(_FILL % {"count": count})
        connection.execute(_CONTACTS)
        people = connection.execute("SELECT gen_random_uuid(), citizen_id, id FROM contacts").fetchall()
        columns = "id, citizen_id, contact_id, rule_id, facts_encrypted"
        with connection.cursor().copy(f"COPY reminder_subscriptions ({columns}) FROM STDIN".encode()) as copy:
            for number, (subscription, citizen, contact) in enumerate(people):
                birth = today - timedelta(days=365 * 15 + number % (365 * 50))
                issued = max(birth + timedelta(days=365 * 14), today - timedelta(days=number % 3_000))
                facts = json.dumps({"birth": birth.isoformat(), "issued": issued.isoformat()})
                encrypted = cipher.encrypt(facts, column=FACTS_COLUMN, row=subscription)
                copy.write_row((subscription, citizen, contact, _RULE, encrypted))
        connection.execute("ANALYZE")


async def _sweep(settings: Settings) -> tuple[int, float]:
    database = Database(settings.database_url)
    cipher = Cipher(load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=False))
    rules = {_RULE: load_rules(DATA / "reminders")[_RULE]}
    started = time.perf_counter()
    swept = await sweep_subscriptions(database, rules, cipher, read_clock())
    seconds = time.perf_counter() - started
    await database.close()
    return swept, seconds


def main() -> None:
    """Judge every subscription of the database; print how many, the seconds and the memory."""
    settings = Settings()
    swept, seconds = asyncio.run(_sweep(settings))
    with psycopg.connect(plain_url(settings.database_url)) as connection:
        row = connection.execute("SELECT count(*) FROM reminders").fetchone()
    rss_mb = round(read_peak_mb())
    result = {"swept": swept, "seconds": seconds, "rss_mb": rss_mb, "written": row[0] if row is not None else 0}
    sys.stdout.write(f"\n{json.dumps(result)}\n")


if __name__ == "__main__":
    main()
