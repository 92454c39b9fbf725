"""Who a session belongs to."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from .models import Person


class Backend(ModelBackend):
    """Django's, with the unit read along: every page asks what the person's unit may see."""

    def get_user(self, user_id):
        person = Person.objects.select_related("unit").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
