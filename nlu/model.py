"""A trained model, loaded without Rasa's agent, which imports TensorFlow: 20 s and 570 MB for nothing."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any, Dict

from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from tarsafe import TarSafe


class ModelRefused(RuntimeError):
    """The file is missing, or is not what was trained: its checksum differs."""


class Model:
    """A prediction graph in memory."""

    def __init__(self, file: Path) -> None:
        """Load a model file.

        Raises:
            ModelRefused: it is not the file that training wrote.
        """
        checksum = file.with_name(f"{file.name}.sha256")
        if not file.is_file() or not checksum.is_file():
            raise ModelRefused(f"{file.name}: no such model")
        if hashlib.sha256(file.read_bytes()).hexdigest() != checksum.read_text().strip():
            raise ModelRefused(f"{file.name}: the checksum differs")
        self._folder = tempfile.TemporaryDirectory(prefix="nlu-model-")
        with TarSafe.open(file, mode="r:gz") as archive:
            archive.extractall(self._folder.name)
        unpacked = Path(self._folder.name)
        metadata = json.loads((unpacked / "metadata.json").read_text(encoding="utf-8"))
        schema, self._target = GraphSchema.from_dict(metadata["predict_schema"]), metadata["nlu_target"]
        self._runner = DaskGraphRunner.create(
            graph_schema=schema,
            model_storage=LocalModelStorage(unpacked / "components"),
            execution_context=ExecutionContext(graph_schema=schema, model_id=metadata["model_id"]),
        )

    def parse(self, text: str) -> Dict[str, Any]:
        """Return what Rasa makes of a text, in the shape of its own HTTP interface."""
        inputs = {PLACEHOLDER_MESSAGE: [Message({TEXT: text})]}
        message: Message = self._runner.run(inputs=inputs, targets=[self._target])[self._target][0]
        empty = {"name": None, "confidence": 0.0}
        return {
            TEXT: text,
            INTENT: message.get(INTENT) or empty,
            ENTITIES: message.get(ENTITIES) or [],
            INTENT_RANKING_KEY: message.get(INTENT_RANKING_KEY) or [],
        }
