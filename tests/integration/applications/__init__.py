"""Applications in a real database."""
