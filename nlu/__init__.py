"""The understanding server: Rasa 3.6 with our Vietnamese components, on Python 3.10. It gets masked text only."""
