"""The people who chat."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with an account. A model of our own, since Django cannot change it later."""

    language = models.CharField(
        _("language"), max_length=20, blank=True, help_text=_("empty: as the browser asks for it")
    )

    folders_at = models.DateTimeField(
        _("folders changed"),
        null=True,
        editable=False,
        help_text=_("their names, or what is in them; by it other processes find the news"),
    )

    class Meta(AbstractUser.Meta):
        pass

    @property
    def shown_name(self) -> str:
        """What the page calls this person."""
        return self.get_full_name() or self.username
