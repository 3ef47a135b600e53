"""Django's classes that type checkers know as generic, and Python does not."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms

from conversations.models import User

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    UserAdmin = auth_admin.UserAdmin[User]
    NewUserForm = forms.BaseUserCreationForm[User]
    UserChangeForm = forms.UserChangeForm[User]
else:
    ModelAdmin = admin.ModelAdmin
    UserAdmin = auth_admin.UserAdmin
    NewUserForm = forms.BaseUserCreationForm
    UserChangeForm = forms.UserChangeForm

__all__ = ["ModelAdmin", "NewUserForm", "UserAdmin", "UserChangeForm"]
