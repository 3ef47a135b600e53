"""What people may be called: the same rules for whoever makes an account."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from conversations.models import User


def free_username(username: str, but: User | None = None) -> str:
    """The username, if nobody has it in any case.

    An at sign is refused: the name could be someone's address, and take their sign-in's place.

    Raises:
        ValidationError: it cannot be had.
    """
    if "@" in username:
        raise ValidationError(_("A username has no @. The address has a field of its own."))
    if _others(but).filter(username__iexact=username).exists():
        raise ValidationError(_("This name is taken. Choose another."))
    return username


def free_address(address: str, but: User | None = None) -> str:
    """The e-mail address in the form that is stored, if nobody has it; it is as good as a name.

    Raises:
        ValidationError: it cannot be had.
    """
    if address and _others(but).filter(email__iexact=address).exists():
        raise ValidationError(_("There is an account with this address already."))
    return address.lower()


def _others(person: User | None) -> QuerySet[User]:
    everyone = User.objects.all()
    return everyone.exclude(pk=person.pk) if person and person.pk else everyone
