"""One folder for each thing a citizen can ask for. A skill never imports another skill."""
