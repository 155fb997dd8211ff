"""Which office does what (data/offices), and which is meant."""
