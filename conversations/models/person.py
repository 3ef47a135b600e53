"""The people who chat."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person with an account. A model of our own, since Django cannot change it later."""

    class Meta(AbstractUser.Meta):
        pass

    @property
    def shown_name(self) -> str:
        """What the page calls this person."""
        return self.get_full_name() or self.username
