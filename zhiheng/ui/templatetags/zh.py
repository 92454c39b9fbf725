"""How values are shown: money, dates, numbers. Built in to every template."""

from django import template

register = template.Library()
