"""The intent classifier: words, concepts and pieces of words in both forms of a text, and four small networks.

Two networks read everything, two no pieces of words, each learnt with other dice; they err differently, and what
all say is right more often than what one says (docs/adr/0045, 0047). So do the ways in which a text with slips or
without accents may be meant (docs/adr/0046). They learn from augmented phrases. Confidences are made as often
right as they say where they meet what else speaks for a name (bot/understanding/ranking.py).
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, vstack
from threadpoolctl import threadpool_limits

from nlu.components.augmentation import Phrase, augment
from nlu.components.network import Network, train_network
from nlu.components.parallel import map_each, map_shares
from nlu.components.registration import register
from vietnamese.accents import Accents
from vietnamese.spelling import Speller
from vietnamese.vectors import TextIndex

RANKED = 12
_MANY = 1000
"""Networks of fewer texts are learnt sooner than a second process starts."""
_LEARNT_FROM = 3
"""Every third text is enough to know which features there are: most are copies of one phrase."""
_SEEDS = (6, 7)
"""Of each kind there are so many networks: learnt with other dice, two differ by a point."""
_Pair = Tuple[Network, Network]
"""One that reads everything, and one that reads no pieces of words."""


@register("INTENT_CLASSIFIER", is_trainable=True)
class IntentClassifier(GraphComponent):
    """Ranks intents. Its model is arrays and vocabularies, kept as npz and JSON: nothing is unpickled."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the settings: sizes of the networks and vocabularies, passes over all, copies with slips."""
        return {
            "directions": 128,
            "passes": 2,
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
        self._accents = Accents.restore({}, {})
        self._index: Optional[TextIndex] = None
        self._networks: List[_Pair] = []

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentClassifier":
        """Build it untrained."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has an intent, and keep the result."""
        examples = [each for each in training_data.intent_examples if each.get(TEXT) and each.get(INTENT)]
        texts = [_list_words(example) for example in examples]
        self._speller, self._accents = Speller.learn(texts), Accents.learn(texts)
        labels = [example.get(INTENT) for example in examples]
        self._fit(
            [(each.get(TEXT), words, label) for each, words, label in zip(examples, texts, labels, strict=True)]
        )
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
        chances = self._weigh(words)
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
    ) -> "IntentClassifier":
        """Load what `train` kept."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            kept = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            with np.load(folder / "model.npz", allow_pickle=False) as arrays:
                component._networks = [_restore_pair(arrays, at) for at in range(kept["pairs_of_networks"])]
                component._index = TextIndex(kept["pieces"], kept["words"], arrays["rarity"])
        component._labels = kept["labels"]
        component._speller = Speller.restore(kept["spelled"], kept["pairs"])
        component._accents = Accents.restore(kept["accented"], kept["accented_pairs"])
        return component

    def _fit(self, phrases: List[Phrase]) -> None:
        augmented = augment(phrases, self._speller, typo_copies=self._config["typo_copies"])
        texts = [words for words, _ in augmented]
        self._index = TextIndex.learn(
            texts[::_LEARNT_FROM], most_pieces=self._config["most_pieces"], most_words=self._config["most_words"]
        )
        self._labels = sorted({label for _, _, label in phrases})
        number = {label: at for at, label in enumerate(self._labels)}
        rows = vstack(map_shares(self._index.matrix, texts)).tocsr()
        classes = np.array([number[label] for _, label in augmented])
        learn = partial(
            _learn_pair,
            rows=rows,
            labels=classes,
            pieces=len(self._index.pieces),
            classes=len(self._labels),
            passes=self._config["passes"],
            directions=self._config["directions"],
            batch=self._config["batch"],
        )
        self._networks = map_each(learn, _SEEDS, takes_long=rows.shape[0] >= _MANY)

    def _weigh(self, words: List[str]) -> np.ndarray:
        """Return the chance of each label: the mean over the ways the words may be meant.

        Each way is read as it is typed and with the accents it was most likely meant with.
        """
        whole = np.zeros(len(self._labels))
        for share, way in self._speller.list_ways(words):
            accented = self._accents.give(way)
            chances = self._weigh_way(way)
            if accented != way:
                chances = (chances + self._weigh_way(accented)) / 2
            whole += share * chances
        shares: np.ndarray = whole / whole.sum()
        return shares

    def _weigh_way(self, words: Sequence[str]) -> np.ndarray:
        """Return the chance of each label: the mean of the networks' logarithms, as shares of one again.

        Where no word is known, only its pieces are, the networks of words know nothing and have no say.
        """
        assert self._index is not None
        ids, amounts = self._index.vector(words)
        pieces = len(self._index.pieces)
        is_word = ids >= pieces
        said = [everything.find_chances(ids, amounts) for everything, _ in self._networks]
        if is_word.any():
            known = ids[is_word] - pieces, amounts[is_word]
            said += [no_pieces.find_chances(*known) for _, no_pieces in self._networks]
        chances = np.mean(said, axis=0)
        shares: np.ndarray = np.exp(chances - chances.max())
        return shares / shares.sum()

    def _persist(self) -> None:
        assert self._index is not None
        spelled, pairs = self._speller.counts()
        accented, accented_pairs = self._accents.counts()
        with self._model_storage.write_to(self._resource) as folder:
            arrays = {"rarity": self._index.rarity}
            for at, (everything, no_pieces) in enumerate(self._networks):
                arrays.update(
                    everything.list_arrays(f"everything_{at}_"), **no_pieces.list_arrays(f"no_pieces_{at}_")
                )
            np.savez(folder / "model.npz", **arrays)
            kept = {
                "labels": self._labels,
                "pairs_of_networks": len(self._networks),
                "pieces": self._index.pieces,
                "words": self._index.words,
                "spelled": spelled,
                "pairs": pairs,
                "accented": accented,
                "accented_pairs": accented_pairs,
            }
            (folder / "model.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _learn_pair(seed: int, *, rows: csr_matrix, labels: np.ndarray, pieces: int, **sizes: int) -> _Pair:
    """Return a network of everything and one without the pieces, which are the first features."""
    # The other pair has the other core: threads of NumPy would only wait for each other.
    with threadpool_limits(1):
        everything = train_network(rows, labels, seed=seed, **sizes)
        return everything, train_network(rows[:, pieces:], labels, seed=seed, **sizes)


def _restore_pair(arrays: Mapping[str, np.ndarray], at: int) -> _Pair:
    return Network.restore(arrays, f"everything_{at}_"), Network.restore(arrays, f"no_pieces_{at}_")


def _list_words(message: Message) -> List[str]:
    return [token.text for token in message.get(TOKENS_NAMES[TEXT]) or ()]
