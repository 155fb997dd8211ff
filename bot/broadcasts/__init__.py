"""Broadcasts: who writes and approves them, how recipients are chosen, and how they are let out."""
