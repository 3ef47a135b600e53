"""A turn's life, whoever asked for it."""
