"""How much may come in.

The endpoint takes what is sent inline up to a size of the whole request, base64 included: 100 MB
since January 2026 for generativelanguage.googleapis.com (its "File input methods"), 20 MB before,
and still on other endpoints of its kind. A conversation sends its files again with each turn, and
each request is held in memory whole, so what is allowed here is well below the newer of the two.
What an endpoint finds too large all the same, it refuses in its own words.
"""

MEBIBYTE = 1024 * 1024
FILE_LIMIT = 20 * MEBIBYTE
"""Bytes of one file."""
CONVERSATION_LIMIT = 40 * MEBIBYTE
"""Bytes of all files of a conversation: 53 MiB in base64."""
FILES_A_MESSAGE = 10
PIXEL_LIMIT = 100_000_000
"""Points of a picture. A few kilobytes can claim billions, on which a viewer's memory ends."""
UNSENT_FILES = 50
"""Files of one person that wait in a composer."""
DAY_LIMIT = 1024 * MEBIBYTE
"""Bytes that one person sends in 24 hours."""
PERSON_LIMIT = 10 * 1024 * MEBIBYTE
"""Bytes that are kept of one person."""
UPLOADS_AT_ONCE = 4
"""Files of one person that are on their way to one process."""
NAME_LIMIT = 200
"""Code points of a file's name."""
