"""How citizens ask: the phrases in data/nlu, and those made from the names of procedures. For both programs."""
