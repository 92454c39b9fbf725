"""A file that was handed in: a package, or the receipt for one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from zhiheng.refusal import Refused

from . import packages, selectors, services

MOST_BYTES = settings.UPLOAD_LIMIT_BYTES


@dataclass(frozen=True)
class Taken:
    """The record a file belongs to: the code of its kind and its number."""

    code: str
    pk: int


def take_file(*, data: bytes, at: datetime) -> Taken:
    """Take in what the file is. Raises Refused at `file`."""
    try:
        if ident := packages.package_of_receipt(data):
            outgoing = selectors.sent_with_id(ident)
            if outgoing is None:
                raise packages.Unfit("没有发出过回执所说的协作包")
            services.arrived(outgoing=outgoing, receipt=data, at=at)
            return Taken("outgoing", outgoing.pk)
        return Taken("incoming", services.receive(data=data, at=at).pk)
    except packages.Unfit as unfit:
        raise Refused.because(str(unfit), way_out="请对方核对后重新制作", field="file") from None
