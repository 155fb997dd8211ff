"""Faults on purpose, and what must hold through them. `python -m bot faults` runs them."""
