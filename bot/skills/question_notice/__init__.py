"""Somebody whose question could not be answered wants to be told when it can."""
