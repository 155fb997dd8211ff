"""Places: today's communes (since 1 July 2025, without districts), and what became of the old ones."""
