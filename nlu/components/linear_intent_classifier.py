"""The intent classifier: words, concepts and pieces of words in both forms of a text, and one linear softmax.

On small Vietnamese sets with few examples an intent, this kind beats Rasa's DIET by more than ten points and
does not lose without accents (docs/adr/0007). It learns from augmented phrases. Its confidences are made as often
right as they say where they meet retrieval's (bot/understanding/decision.py).
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import vstack

from nlu.components.augmentation import Phrase, augment
from nlu.components.parallel import map_shares
from nlu.components.registration import register
from nlu.components.softmax import softmax, train_softmax
from nlu.components.sparse_weights import SparseWeights
from vietnamese.spelling import Speller
from vietnamese.vectors import TextIndex

RANKED = 12
_LEARNT_FROM = 3
"""Every third text is enough to know which features there are: most are copies of one phrase."""


@register("INTENT_CLASSIFIER", is_trainable=True)
class LinearIntentClassifier(GraphComponent):
    """Ranks intents. Its model is arrays and vocabularies, kept as npz and JSON: nothing is unpickled."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the settings: how the softmax learns, copies with typing slips, sizes of the vocabularies."""
        return {
            "rate": 3.0,
            "batch": 512,
            "typo_copies": 1,
            "most_pieces": 30_000,
            "most_words": 50_000,
        }

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._labels: List[str] = []
        self._speller = Speller.restore({}, {})
        self._index: Optional[TextIndex] = None
        self._weights = SparseWeights.of(np.zeros((0, 0)))
        self._bias = np.zeros(0, dtype=np.float32)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearIntentClassifier":
        """Build it untrained."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has an intent, and keep the result."""
        examples = [each for each in training_data.intent_examples if each.get(TEXT) and each.get(INTENT)]
        self._speller = Speller.learn(_list_words(example) for example in examples)
        self._fit([(example.get(TEXT), _list_words(example), example.get(INTENT)) for example in examples])
        self._persist()
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Write intent and ranking into each message."""
        for message in messages:
            ranking = self.rank(_list_words(message))
            message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as they are: nothing after this component reads them."""
        return training_data

    def rank(self, words: List[str]) -> List[Dict[str, Any]]:
        """Return the likeliest intents with confidences that sum to 1 over all intents, best first."""
        if not self._labels:
            return []
        chances = softmax(self._decide(words))
        best = np.argsort(-chances)[:RANKED]
        return [{"name": self._labels[at], "confidence": float(chances[at])} for at in best]

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "LinearIntentClassifier":
        """Load what `train` kept."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            kept = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            with np.load(folder / "model.npz", allow_pickle=False) as arrays:
                component._weights = SparseWeights.restore(arrays, classes=len(kept["labels"]))
                component._bias = arrays["bias"]
                component._index = TextIndex(kept["pieces"], kept["words"], arrays["rarity"])
        component._labels = kept["labels"]
        component._speller = Speller.restore(kept["spelled"], kept["pairs"])
        return component

    def _fit(self, phrases: List[Phrase]) -> None:
        augmented = augment(phrases, self._speller, typo_copies=self._config["typo_copies"])
        texts = [words for words, _, _ in augmented]
        self._index = TextIndex.learn(
            texts[::_LEARNT_FROM], most_pieces=self._config["most_pieces"], most_words=self._config["most_words"]
        )
        self._labels = sorted({label for _, _, label in phrases})
        number = {label: at for at, label in enumerate(self._labels)}
        weights, self._bias = train_softmax(
            vstack(map_shares(self._index.matrix, texts)).tocsr(),
            np.array([number[label] for _, label, _ in augmented]),
            classes=len(self._labels),
            # Every form once, then one form of each phrase without slips: as good as every form twice.
            passes=[np.arange(len(texts)), np.flatnonzero([is_read_twice for _, _, is_read_twice in augmented])],
            rate=self._config["rate"],
            batch=self._config["batch"],
        )
        self._weights = SparseWeights.of(weights)

    def _decide(self, words: List[str]) -> np.ndarray:
        assert self._index is not None
        ids, weights = self._index.vector(self._speller.mend(words))
        return self._weights.add_up(ids, weights) + self._bias

    def _persist(self) -> None:
        assert self._index is not None
        spelled, pairs = self._speller.counts()
        with self._model_storage.write_to(self._resource) as folder:
            arrays = {**self._weights.list_arrays(), "bias": self._bias, "rarity": self._index.rarity}
            np.savez(folder / "model.npz", **arrays)
            kept = {
                "labels": self._labels,
                "pieces": self._index.pieces,
                "words": self._index.words,
                "spelled": spelled,
                "pairs": pairs,
            }
            (folder / "model.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _list_words(message: Message) -> List[str]:
    return [token.text for token in message.get(TOKENS_NAMES[TEXT]) or ()]
