"""Fills a form of the law book from what a case knows and returns the Word file.

A form is compiled once into pieces of finished XML with holes; each rendering fills the holes in one walk. The same
walk tells what is missing and what there is to ask, so the entry page and the paper cannot disagree.

The context is a plain dict::

    office {name, seal_name, address, phone, review_organ, court, bank, pay_code}
    case   {no, lead_no, title, cause, source, filed_on, …}
    party  {name, type (person | individual_business | organisation), id_no, licence_name, legal_rep, address, phone}
    handlers [{name, cert_no}]      number (文号)      on (date of the paper)
    opinions [{role, name, text, on}]
    lists such as evidence [{name, source, proves}], items [{name, model, unit, quantity, place, note}], qa [{q, a}],
    and the fields asked in the steps and on the entry page, flat under their codes.

Money is integer fen; dates are ``datetime.date`` or ISO text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from zhiheng.law import forms as f

from .. import docx
from .blocks import PAGE, sequence
from .scope import Piece, Scope, Writer
from .texts import as_date, compiled_text

__all__ = ["Draft", "Missing", "Unfilled", "body", "draft", "missing", "questions", "render", "title"]

_HERE = "文书录入页"
_ON = f.Field("on", "文书日期", type="date", source=("on",))


class Missing(NamedTuple):
    """A required value nobody has given: ``page`` says where to give it."""

    code: str
    title: str
    page: str


class Unfilled(ValueError):
    """The paper cannot be made yet; ``missing`` lists every field that is wanting."""

    def __init__(self, form: f.Form, missing: Sequence[Missing]) -> None:
        wanting = "；".join(f"{one.title}（在“{one.page}”填写）" for one in missing)
        super().__init__(f"《{form.title}》还不能生成，缺少：{wanting}")
        self.missing = tuple(missing)


def render(form: f.Form, context: Mapping) -> bytes:
    """The paper as a .docx file, the same bytes for the same form and context.

    Raises :class:`Unfilled` if a required field has no value, ``ValueError`` or ``TypeError`` if a value cannot be
    printed (a 文号 out of shape, an amount that is not whole fen); each names the field.
    """
    scope, body, signers = _walk(form, context)
    if scope.missing:
        raise Unfilled(form, _missing(scope))
    author = str((context.get("office") or {}).get("name", ""))
    return docx.pack(
        body, title=title(form, context), author=author, on=as_date(context["on"]), signers=signers
    )


def body(form: f.Form, context: Mapping) -> str:
    """The paper's XML alone, as far as it can be written: for what is bound and not kept as a Word file."""
    return _walk(form, context)[1]


class Draft(NamedTuple):
    """A paper as it would be printed now: the body's XML with marks of where each value came from (`scope.FROM`), the line at the
    foot of its pages, and what is still wanting."""

    body: str
    footer: str
    missing: list[Missing]


def draft(form: f.Form, context: Mapping) -> Draft:
    """The paper as far as it can be written, by the same walk that prints it. Raises as `render` does for a value that cannot
    be printed."""
    scope, body, signers = _walk(form, context, traced=True)
    return Draft(body, signers, _missing(scope))


def title(form: f.Form, context: Mapping) -> str:
    """The title this paper bears: of a form with alternatives (立案/不予立案审批表) the one the case calls for."""
    heads = [block for block in form.layout if isinstance(block, f.Head)]
    written = compiled_text(heads[0].title) if heads else form.title
    return written(Scope(context)) if callable(written) else written


def missing(form: f.Form, context: Mapping) -> list[Missing]:
    """The required fields of this paper that have no value yet, in the order of the paper."""
    return _missing(_walk(form, context)[0])


def questions(form: f.Form, context: Mapping) -> list[f.Field]:
    """The fields to ask on the entry page: printed here, not known to the case, not left for the pen.

    ``required`` says whether the paper can do without. Values kept elsewhere (the office's or the party's data) are
    not asked here; :func:`missing` names their page. Answers go into the context under the field's code; since an
    answer may open or close a passage, ask again with it.
    """
    scope, _, _ = _walk(form, context)
    return [replace(one, required=required) for one, required in scope.asked.values() if not one.page]


def _walk(form: f.Form, context: Mapping, *, traced: bool = False) -> tuple[Scope, str, str]:
    """The scope after the walk, the body's XML and the line each page carries at its foot."""
    scope = Scope(context, traced=traced)
    scope.value(_ON)
    layout, footer = _compiled(form)
    body = layout(scope) if callable(layout) else layout
    return scope, body, footer(scope)


def _missing(scope: Scope) -> list[Missing]:
    return [Missing(code, title, one.page or _HERE) for code, (one, title) in scope.missing.items()]


@lru_cache(maxsize=512)
def _compiled(form: f.Form) -> tuple[Piece, Writer]:
    footer = compiled_text(form.footer) if form.footer else ""
    return sequence(form.layout, PAGE), footer if callable(footer) else lambda scope: footer
