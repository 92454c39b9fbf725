from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from zhiheng.ui.days import COOKIE, SALT, today
from zhiheng.ui.forms import read_day


@require_POST
def turn(request):
    """Turn the demonstration day on, by a number of days or to a day. There is no such address outside a demonstration."""
    if settings.DEMO_DATE is None:
        raise Http404
    turned = None
    try:
        by = request.POST.get("by", "")
        day = (
            today() + timedelta(days=int(by))
            if by in {"1", "7", "30"}
            else read_day(request.POST.get("day", ""))
        )
        if day < settings.DEMO_DATE:
            raise ValueError(f"示范日期不能早于 {settings.DEMO_DATE:%Y-%m-%d}。")
    except (ValueError, OverflowError) as error:  # the calendar ends with the year 9999
        messages.error(request, str(error))
    else:
        turned = day
    back = request.POST.get("back", "")
    answer = redirect(
        back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else reverse("home")
    )
    if turned is not None:
        answer.set_signed_cookie(COOKIE, turned.isoformat(), salt=SALT, httponly=True, samesite="Lax")
    return answer
