"""Rasa's graphs for the pipeline in config.yml: one that trains, one that reads messages.

Rasa's own recipe draws the same graphs, but it imports every component that Rasa ships, TensorFlow among them:
20 s and 600 MB for nothing. Its trainer hashes every token for a cache that we keep off, which takes as long as
our training. So the graphs are drawn here, and Rasa's own runner runs them.
"""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence

from rasa.engine.constants import PLACEHOLDER_IMPORTER, PLACEHOLDER_MESSAGE
from rasa.engine.graph import ExecutionContext, GraphModelConfiguration, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.nlu_training_data_provider import NLUTrainingDataProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.data import TrainingType
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_config_file

_PHRASES = "phrases"


def train_graph(config: Path, phrases: Mapping[str, Sequence[str]], file: Path) -> None:
    """Train a pipeline on phrases by intent, and write the model to a file."""
    graphs, importer = draw_graphs(config), Phrases(phrases)
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalModelStorage(Path(folder))
        context = ExecutionContext(graph_schema=graphs.train_schema)
        DaskGraphRunner.create(graphs.train_schema, storage, context).run(inputs={PLACEHOLDER_IMPORTER: importer})
        storage.create_model_package(file, graphs, importer.get_domain())


def draw_graphs(config: Path) -> GraphModelConfiguration:
    """Return the graphs of a pipeline: each component reads what the one before it wrote."""
    settings = read_config_file(str(config))
    train = {
        _PHRASES: SchemaNode(
            {"importer": PLACEHOLDER_IMPORTER}, NLUTrainingDataProvider, "create", "provide", {}, is_input=True
        )
    }
    predict: Dict[str, SchemaNode] = {}
    phrases, messages = _PHRASES, PLACEHOLDER_MESSAGE
    for at, component in enumerate(settings["pipeline"]):
        module, name = component["name"].rsplit(".", 1)
        uses: Any = getattr(import_module(module), name)
        given = {key: value for key, value in component.items() if key != "name"}
        node, learnt, how = f"{name}{at}", None, "create"
        if hasattr(uses, "train"):
            learnt, how = f"train_{node}", "load"
            train[learnt] = SchemaNode({"training_data": phrases}, uses, "create", "train", given, is_target=True)
        needs = {"training_data": phrases, **({"resource": learnt} if learnt else {})}
        train[node] = SchemaNode(needs, uses, how, "process_training_data", given)
        resource = Resource(learnt) if learnt else None
        predict[node] = SchemaNode(
            {"messages": messages}, uses, how, "process", given, eager=True, resource=resource
        )
        phrases = messages = node
    return GraphModelConfiguration(
        train_schema=GraphSchema(train).minimal_graph_schema(),
        predict_schema=GraphSchema(predict),
        training_type=TrainingType.NLU,
        assistant_id=settings["assistant_id"],
        language=settings["language"],
        core_target=None,
        nlu_target=messages,
    )


class Phrases(TrainingDataImporter):
    """Hands phrases to Rasa's trainer as they are, without a file between."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        """Take phrases by intent."""
        self._phrases = phrases

    def get_nlu_data(self, language: Optional[str] = None) -> TrainingData:  # noqa: ARG002 -- the importer's shape
        """Return the phrases as messages with an intent."""
        return TrainingData(
            [
                Message({TEXT: example, INTENT: intent})
                for intent, examples in self._phrases.items()
                for example in examples
            ]
        )

    def get_domain(self) -> Domain:
        """Return an empty domain: only the understanding of single messages is Rasa's."""
        return Domain.empty()

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:  # noqa: ARG002 -- as above
        """Return no stories."""
        return StoryGraph([])

    def get_config(self) -> Dict[str, Any]:
        """Return nothing: the graphs are drawn already."""
        return {}

    def get_config_file_for_auto_config(self) -> Optional[str]:
        """Return none: nothing is configured by itself."""
        return None
