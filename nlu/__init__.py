"""The understanding server: Rasa 3.6 with the project's Vietnamese components, on Python 3.10. Masked text only."""
