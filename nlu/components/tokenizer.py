"""The tokenizer: the one normalisation of both programs, cut into words."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.components.registration import register
from vietnamese.features import read_words
from vietnamese.normalise import fold


@register("MESSAGE_TOKENIZER", is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Gives the words of a text as everything after it reads them; each carries its folded form as lemma."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the settings Rasa's tokenizers expect."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "VietnameseTokenizer":
        """Build it as Rasa asks for."""
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """Return the tokens of one attribute of a message. Offsets count in the words joined by spaces."""
        tokens, at = [], 0
        for word in read_words(message.get(attribute)):
            tokens.append(Token(word, at, lemma=fold(word)))
            at += len(word) + 1
        return tokens
