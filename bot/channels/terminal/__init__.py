"""The terminal chat: the whole conversation without any messenger."""
