"""Forms of the house keep what is typed and sent with them: no template and no form may be written another way."""

from __future__ import annotations

import re
from importlib import import_module

from django import forms

from tests.architecture.test_urls import PACKAGE
from zhiheng.ui.forms import Form, UploadField, UploadsField

_FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.S)
_TYPED = re.compile(r"\{\{\s*form\b|<textarea|<input[^>]*type=\"(?:text|search|date)\"")
# Nobody is signed in there, or a password is asked for: nothing may be kept.
NOBODY_S = {"accounts/sign_in.html", "rulemaking/public_draft.html"}
# It only picks from what the page offers.
PICKED = {"reports/claim.html"}


def test_every_form_in_which_something_is_typed_keeps_it_while_it_is_typed():
    lost = []
    for template in sorted(PACKAGE.rglob("templates/**/*.html")):
        name = str(template).rpartition("/templates/")[2]
        for form in _FORM.findall(template.read_text("utf-8")):
            if _TYPED.search(form) and "ui/draft_kept.html" not in form and name not in NOBODY_S | PICKED:
                lost.append(name)
    assert not lost, f"these forms keep nothing: {', '.join(lost)}"


def of_the_house(kind: type[Form] = Form):
    for one in kind.__subclasses__():
        if one.__module__.startswith("zhiheng.") and ".tests." not in one.__module__:
            yield one
        yield from of_the_house(one)


def test_every_upload_of_a_form_is_kept_when_the_form_comes_back():
    """`UploadsField` keeps what was sent with a form that was refused; a bare file field asks for it again."""
    for module in sorted(PACKAGE.rglob("*forms.py")):
        import_module(".".join(module.relative_to(PACKAGE.parent).with_suffix("").parts))
    seen = list(of_the_house())
    assert len(seen) > 20
    lost = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in seen
        for name, field in form.base_fields.items()
        if isinstance(field, (forms.FileField, UploadField)) and not isinstance(field, UploadsField)
    ]
    assert not lost, lost
