"""Applications, without a database."""
