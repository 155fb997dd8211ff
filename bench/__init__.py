"""What `python -m bot bench` measures with."""
