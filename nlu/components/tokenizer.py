"""The tokenizer: the one normalisation of both programs, cut into words."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.components.registration import register
from vietnamese.normalise import fold
from vietnamese.tidy import tidy


@register("MESSAGE_TOKENIZER", is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Splits tidied text at spaces; each token keeps its accents, and carries its folded form as lemma."""

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
        """Return the tokens of one attribute of a message. Offsets count in the tidied text."""
        tokens, at = [], 0
        for word in tidy(message.get(attribute)).split():
            tokens.append(Token(word, at, lemma=fold(word)))
            at += len(word) + 1
        return tokens
