"""The question queue: what could not be answered, grouped, and settled by staff; those who asked are told."""
