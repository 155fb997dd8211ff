"""One citizen message, from what was typed to what is answered. Start at turn.py."""
