"""Which benefits a person may be entitled to: programmes as data, a small three-valued engine, the questions."""
