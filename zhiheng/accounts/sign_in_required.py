"""Nobody who is not signed in opens a page, but those that say so; and what they sent is not lost for it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.utils import timezone

from zhiheng.ui import unsent

from .sessions import owner_lately
from .views import sign_in_again


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """A form whose session has ended is answered with the page where one signs in, which carries what was typed; a button alone
    leads back to the page it stood on."""

    def handle_no_permission(self, request, view_func):
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        owner = owner_lately(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), timezone.now())
        found = unsent.of(request, owner)
        if found is None:
            return redirect_to_login(unsent.page_of(request))
        return sign_in_again(request, found)
