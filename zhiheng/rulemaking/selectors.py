"""The texts of the law that the office has taken in."""

from __future__ import annotations

from functools import lru_cache

from zhiheng.law import Instrument
from zhiheng.law.texts import Statute

from .models import StatuteText
from .statutes import statute
from .texts import Text, read_bytes


def texts_taken_in() -> dict[tuple[str, str], StatuteText]:
    """Every text there is by (code, effective day) of its instrument, without the words themselves."""
    kept = StatuteText.objects.defer("words").select_related("taken_in_by")
    return {(one.instrument, str(one.effective)): one for one in kept}


def text_of(instrument: Instrument) -> tuple[Text, Statute] | None:
    """The text of a version, as a tree of provisions and as the book looks things up in it; None where it was not taken in."""
    kept = StatuteText.objects.filter(instrument=instrument.code, effective=instrument.effective).first()
    return _read(kept.sha256, kept.words) if kept else None


@lru_cache(maxsize=64)
def _read(sha256: str, words: str) -> tuple[Text, Statute]:
    data = words.encode()
    text = read_bytes(data, sha256)
    return text, statute(text, data)


def every_text() -> list[tuple[str, str, Statute]]:
    """(code, effective day, text) of all that was taken in: what the library's search goes through."""
    return [
        (one.instrument, str(one.effective), _read(one.sha256, one.words)[1])
        for one in StatuteText.objects.all()
    ]
