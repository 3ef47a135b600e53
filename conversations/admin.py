"""Django looks for this module; what the administration shows is in review/."""

from conversations.review import admin

__all__ = ["admin"]
