"""Counting what happens, without saying to whom, and knowing which processes live."""
