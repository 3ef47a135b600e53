"""`manage.py words`: the .po files of conversations/locale, brought in step with the sources."""

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Translations are kept; what is new comes in empty, and is named here."""

    help = "Find the texts that people see, and bring the files of their translations in step."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        from tests import words

        for domain in ("django", "djangojs"):
            missing = words.update(domain)
            self.stdout.write(f"{words.file_of(domain).name}: {len(missing)} to be translated")
            for found in missing:
                self.stdout.write(f"  {found.files[0]}: {found.text}")
