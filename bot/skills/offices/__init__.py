"""Nơi làm thủ tục: which office, where, when open; by commune, by an old name, or nearest to a shared place."""
