"""From what was typed to what is meant: normalise, mask, Rasa and retrieval side by side, one decision."""
