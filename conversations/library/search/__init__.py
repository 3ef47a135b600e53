"""Search through what a person and the model said to each other.

asked.py reads what was typed, lookup.py asks either database for documents, newest first,
passages.py finds the words again in a text, and found.py puts it together.
"""
