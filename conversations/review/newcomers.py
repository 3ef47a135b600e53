"""The form that people are made with."""

from conversations.models import User
from conversations.review.bases import NewUserForm
from conversations.review.names import free_address, free_username


class NewPersonForm(NewUserForm):
    """Somebody new: a name, a password, and an address if there is one."""

    class Meta:
        model = User
        fields = ("username", "email")

    def clean_username(self) -> str:
        return free_username(str(self.cleaned_data["username"]))

    def clean_email(self) -> str:
        return free_address(str(self.cleaned_data["email"]))
