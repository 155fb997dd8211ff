"""The command line. Each command is a thin use of the rest; `python -m bot --help` lists them."""
