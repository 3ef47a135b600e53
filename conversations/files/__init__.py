"""Files that people give a model to read: what may come in, where it lies, when it goes."""
