"""How turns are asked unless a conversation says otherwise: the site's defaults.

They are in a file of the data folder and not in the environment, since they have a structure (a
threshold for each category) and may hold a text of many lines, for which a variable is no place.
"""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from conversations.endpoint import choices

FILE = "defaults.json"
# The request that this product grew from.
BUILT_IN: dict[str, Any] = {
    "temperature": 1,
    "top_p": 1,
    "thinking_budget": 26240,
    "safety": {
        "HARM_CATEGORY_HATE_SPEECH": "OFF",
        "HARM_CATEGORY_SEXUALLY_EXPLICIT": "OFF",
        "HARM_CATEGORY_DANGEROUS_CONTENT": "OFF",
        "HARM_CATEGORY_HARASSMENT": "OFF",
        "HARM_CATEGORY_CIVIC_INTEGRITY": "BLOCK_NONE",
    },
}


def defaults(folder: Path) -> dict[str, Any]:
    """The defaults, with what the file changes of them; a null there is not sent at all."""
    path = folder / FILE
    try:
        change = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return BUILT_IN
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read ({error.strerror}). Make it readable, or remove it."
        ) from None
    except (ValueError, RecursionError):
        raise ImproperlyConfigured(
            f"{path} is not JSON in UTF-8. Correct it, or remove it."
        ) from None
    try:
        return choices.over(BUILT_IN, choices.read(change))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{path} holds no settings: {error}. Correct it, or remove it."
        ) from None
