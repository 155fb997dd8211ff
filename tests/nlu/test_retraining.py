"""Phrasings that staff published are learned behind, judged, and swapped in; a worse model is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.content.catalogue import load_catalogue
from bot.content.publish import publish_record
from bot.content.schema import PhrasingSet
from bot.content.seed import seed_content
from bot.domain.content import ContentKind
from bot.domain.training import Training, TrainingState
from bot.evaluation.model_trainer import ModelTrainer
from bot.evaluation.questions import GoldenQuestion, HeldOut
from bot.evaluation.retrain import Retrainer, collect_phrasings, take_fingerprint
from bot.settings import DATA, Settings
from bot.storage.content_records import find_record
from bot.storage.database import Database
from bot.storage.questions import record_phrasing
from bot.understanding.broad_words import BroadWords
from bot.understanding.decision import Thresholds
from bot.understanding.in_context import InContext
from bot.understanding.ranking import Ranking
from bot.understanding.rasa import RasaClient
from bot.understanding.safety import SafetyRules
from bot.understanding.two_questions import TwoQuestions
from bot.understanding.understand import Understanding
from tests.integration.content.data_folder import DataFolder, unit
from tests.nlu.conftest import MODELS, PHRASES, RunningServer, running_server, write_phrases

pytestmark = pytest.mark.rasa
FEE, PLACE, LOST = PHRASES
HELD_OUT = HeldOut(
    golden=tuple(
        GoldenQuestion(text=text, expected=(name,))
        for text, name in [
            ("lệ phí đổi thẻ bao nhiêu", FEE),
            ("đổi thẻ mất bao nhiêu tiền", FEE),
            ("đến chỗ nào làm thẻ", PLACE),
            ("địa chỉ làm căn cước", PLACE),
            ("thẻ bị mất cắp", LOST),
        ]
    ),
    out_of_scope=("hôm nay trời mưa không",),
    dangerous=(),
)


@dataclass(kw_only=True)
class School:
    """A server with the model that the product brings along, and who retrains it."""

    database: Database
    server: RunningServer
    retrainer: Retrainer
    shipped: str

    async def publish(self, unit_id: str, *texts: str) -> None:
        """Publish how citizens ask for a unit."""
        async with self.database.begin() as tx:
            stored = await find_record(tx, ContentKind.PHRASINGS, unit_id)
            assert stored is not None
            record = PhrasingSet(id=unit_id, texts=texts)
            await publish_record(
                tx, record, expected_revision=stored.revision, editor="lan@a.vn", now=datetime.now(UTC)
            )

    async def learn(self) -> Training | None:
        """Look, a minute later, whether there is something to learn."""
        return await self.retrainer.keep_up(datetime.now(UTC) + timedelta(minutes=1))

    async def served(self) -> str:
        """Return the model that answers."""
        async with httpx.AsyncClient(trust_env=False) as http:
            return str((await http.get(f"{self.server.url}/status")).json()["model"])


@pytest.fixture
async def school(database: Database, model: str, tmp_path: Path) -> AsyncIterator[School]:
    data = DataFolder(tmp_path / "data")
    data.write_units(*({**unit(name, title=f"Thẻ, việc {name}"), "topic": name} for name in PHRASES))
    write_phrases(data.path, PHRASES)
    settings = Settings(data_dir=tmp_path / "var")
    settings.data_dir.mkdir()
    settings.models_dir.symlink_to(MODELS)  # what was trained once is not trained again
    await seed_content(database, data.path)
    async with database.begin() as tx:
        seeded = await load_catalogue(tx)

    @asynccontextmanager
    async def understanding() -> AsyncIterator[Understanding]:
        reader = Understanding(
            rasa=RasaClient("http://127.0.0.1:9", timeout_ms=100),
            safety=SafetyRules.load(DATA / "safety"),
            thresholds=Thresholds.load(DATA / "decision.yml").model_copy(
                update={"answer_from": 0.0, "outside_from": 1.0, "alike_from": 0.0}
            ),
            ranking=Ranking.load(DATA / "ranking.json"),
            in_context=InContext.load(DATA / "in-context.json"),
            two_questions=TwoQuestions.load(DATA / "two-questions.json"),
            broad=BroadWords(()),
        )
        reader.use(replace(seeded, phrasings={}))  # retrieval knows nothing, so that the models alone decide
        yield reader

    async with AsyncExitStack() as stack:
        server = stack.enter_context(running_server(model))
        settings = settings.model_copy(update={"nlu_url": server.url})
        retrainer = Retrainer(
            database,
            ModelTrainer(settings),
            understanding,
            lambda: HELD_OUT,
            nlu_url=server.url,
            data_dir=data.path,
        )
        yield School(database=database, server=server, retrainer=retrainer, shipped=model)


async def test_what_staff_publish_is_learned_without_a_lost_message(school: School) -> None:
    assert await school.learn() is None, "what the product brings along is learned already"
    await school.publish(LOST, *PHRASES["lost"], "thẻ của tôi không cánh mà bay", "bị giật mất thẻ")
    async with school.database.begin() as tx:
        await record_phrasing(tx, FEE, "tốn mấy chục ngàn", marks_key="x", staff="lan@a.vn", now=datetime.now(UTC))
    statuses: list[int] = []
    done = asyncio.Event()
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:

        async def ask() -> None:
            while not done.is_set():
                answer = await http.post(f"{school.server.url}/model/parse", json={"text": "làm thẻ ở đâu"})
                statuses.append(answer.status_code)

        askers = [asyncio.create_task(ask()) for _ in range(3)]
        training = await school.learn()
        done.set()
        await asyncio.gather(*askers)
        assert training is not None
        assert (training.state, training.reason) == (TrainingState.LIVE, "")
        assert training.figures["phrasings"] == sum(map(len, PHRASES.values())) + 3
        assert training.figures["questions"] == len(HELD_OUT.golden)
        assert len(statuses) > 20
        assert set(statuses) == {200}
        assert await school.served() == training.model != school.shipped
        parsed = await http.post(f"{school.server.url}/model/parse", json={"text": "tốn mấy chục ngàn vậy"})
        assert parsed.json()["intent"]["name"] == FEE
        assert await school.learn() is None, "once"

        # A server that was started again with the older model is given the newer one.
        await http.post(f"{school.server.url}/model/swap", json={"model": school.shipped})
        assert await school.learn() is None
        assert await school.served() == training.model


async def test_a_model_that_answers_fewer_questions_right_is_refused(school: School) -> None:
    """T30: poisoned answers or phrasings."""
    await school.publish(FEE, "một câu chẳng ai hỏi", "câu khác cũng vậy")
    await school.publish(PLACE, *PHRASES["fee"])
    await school.publish(FEE, *PHRASES["place"])

    training = await school.learn()

    assert training is not None
    assert training.state is TrainingState.REFUSED, training.figures
    assert "trả lời đúng ít hơn" in training.reason
    assert training.figures["broken"], "which questions it would answer worse is told"
    assert await school.served() == school.shipped
    assert await school.learn() is None, "not again until the phrasings change"


async def test_what_is_seeded_from_data_is_what_the_shipped_model_learned(
    database: Database, tmp_path: Path
) -> None:
    from phrasings.load import load_phrasings

    data = DataFolder(tmp_path / "data")
    write_phrases(data.path, {"can-cuoc.doi.le-phi": ["Đổi thẻ?", "đổi thẻ: bao nhiêu"]})
    await seed_content(database, data.path)
    async with database.begin() as tx:
        catalogue = await load_catalogue(tx)
    assert take_fingerprint(collect_phrasings(catalogue)) == take_fingerprint(load_phrasings(data.path))
    folder = ModelTrainer(Settings(data_dir=tmp_path)).export(catalogue.phrasings, "x")
    assert load_phrasings(folder) == catalogue.phrasings
