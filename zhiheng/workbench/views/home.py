from __future__ import annotations

from django.shortcuts import render


def home(request):
    return render(request, "workbench/home.html", {"title": "工作台"})
