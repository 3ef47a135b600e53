"""Django's administration, as this site has it."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from conversations.models import User
from conversations.review import stored
from conversations.review.people import GroupsForAdministrators, PersonAdmin

DJANGOS = (
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
)
"""Words of Django's own templates that its Chinese leaves out: ours has them."""
site = admin.site
site.site_header = site.site_title = "Thinkalong"
site.index_title = _("Administration")
# One way in, with one set of limits: allauth's. This is how allauth has it done.
site.login = secure_admin_login(site.login)  # type: ignore[method-assign]

site.unregister([Group, EmailAddress])
site.register(Group, GroupsForAdministrators)
site.register(User, PersonAdmin)
stored.register(site)
