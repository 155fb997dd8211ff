"""Delivery: rows to send, the jobs that carry them, the worker that sends them once, the sweep that loses none."""
