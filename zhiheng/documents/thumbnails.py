"""Small pictures of pictures, made in the process for foreign files and kept in a cache that may be deleted."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from zhiheng.jobs import foreign
from zhiheng.refusal import Refused

from .arrivals import path_of

_SIDE = 320  # pixels of the longer side
_LIMITS = foreign.Limits(memory=1 << 30, cpu=4, wall=6, answer=1 << 20)


def of(digest: str) -> bytes | None:
    """The small picture (JPEG) of a kept one; None where it cannot be read as a picture."""
    place = Path(settings.DATA_DIR) / "cache" / "thumbnails" / digest[:2] / f"{digest[2:]}.jpg"
    try:
        return place.read_bytes()
    except OSError:
        pass
    try:
        made = foreign.read(small, str(path_of(digest)), limits=_LIMITS, raises=(ValueError,))
    except (Refused, ValueError):
        return None
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(made)
    Path(name).replace(place)
    return made


def small(path: str) -> bytes:
    """A picture, upright, no side longer than `_SIDE`. Raises ValueError for what is none, or too vast to unpack."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (_SIDE, _SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((_SIDE, _SIDE))
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=80)
    except (Image.DecompressionBombError, UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError("图片读不出") from error
    return out.getvalue()
