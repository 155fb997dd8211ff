"""The one way both programs read and tidy Vietnamese text: standard library only, Python 3.10 and newer."""
