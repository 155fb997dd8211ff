"""Gặp cán bộ: ask for a person, go back to the assistant, say whether it helped."""
