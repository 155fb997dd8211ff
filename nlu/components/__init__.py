"""The project's own Rasa components, used from config.yml."""
