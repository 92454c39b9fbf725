"""Fingerprints of drawings: which of two applications show the same figure, redrawn, rescaled or turned into another format.

A drawing is cut to its ink and hashed by the low frequencies of its cosine transform (`imagehash.phash`, 256 bits, half of them set):
strangers differ in about half of the bits, copies of one drawing in a few. `fingerprints` reads foreign files and runs in the process for
them; the rest is arithmetic on its table.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from zhiheng import canonical

from .jit import njit, types, uint64

BITS = 256
_WORDS = BITS // 64
_SIDE = 16
_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif")
_MOST_PIXELS = 60_000_000
_MOST_BYTES = 64 << 20
_MOST_FRAMES = 50
_SHOWN = 480  # pixels of a picture that is shown
_MOST_FILES = 200_000
_INK = 32  # darker than white by this much
_LEAST_SIDE = 24  # a figure smaller than this is a stroke
_NUMBER = re.compile(r"(?<!\d)(?:\d{12}\.?[\dXx]|\d{8}\.?[\dXx]|\d{12}|\d{8})(?![\dXx])")


class Unreadable(Exception):
    """The file as a whole holds no drawings. The message says what is wrong and what to do."""


@dataclass
class Drawings:
    """rows: the document each drawing belongs to; names: what its file is called; prints: uint64, drawings × 4."""

    rows: np.ndarray
    names: list[str]
    prints: np.ndarray

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Likeness:
    """Two drawings of different documents: their numbers among the drawings, and in how many of the 256 bits they differ."""

    first: int
    second: int
    bits: int


def fingerprints(path: str) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """Of a zip of drawings or a folder: (application number, file name, fingerprint as hex) of each figure, and (file name, why) of each
    file that is not taken.

    The number of the application stands in the name of the file or of a folder it lies in. Raises Unreadable.
    """
    import warnings

    import imagehash
    from PIL import Image, UnidentifiedImageError

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    taken: list[tuple[str, str, str]] = []
    left: list[tuple[str, str]] = []
    for name, data in _files(Path(path)):
        number = number_in(name)
        if not name.lower().endswith(_ENDINGS):
            left.append((name, "不是图片；请用 png、jpg、tif、bmp 或 gif"))
        elif not number:
            left.append((name, "文件名和文件夹名里没有申请号"))
        elif data is None:
            left.append((name, "文件过大"))
        else:
            try:
                with Image.open(io.BytesIO(data)) as image:
                    found = 0
                    for frame in range(min(getattr(image, "n_frames", 1), _MOST_FRAMES)):
                        image.seek(frame)
                        figure = _cut(image)
                        if figure is not None:
                            taken.append((number, name, str(imagehash.phash(figure, hash_size=_SIDE))))
                            found += 1
                if not found:
                    left.append((name, "图上没有内容"))
            except (
                UnidentifiedImageError,
                OSError,
                ValueError,
                SyntaxError,
                EOFError,
                Image.DecompressionBombError,
                Image.DecompressionBombWarning,
            ):
                left.append((name, "图片损坏、过大或者不是它的名称所说的格式"))
    if not taken and not left:
        raise Unreadable(
            "里面没有文件；请把附图放在以申请号命名的文件夹里，或者用申请号作文件名的开头，压缩成一个 zip"
        )
    return taken, left


def pictures(path: str, names: Sequence[str]) -> dict[str, bytes]:
    """Small pictures (PNG) of these files of a zip, cut as they were compared; what cannot be drawn is left out."""
    import warnings

    from PIL import Image

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    wanted, made = set(names), {}
    for name, data in _files(Path(path)):
        if name not in wanted or data is None:
            continue
        try:
            with Image.open(io.BytesIO(data)) as image:
                figure = _cut(image)
        except (
            OSError,
            ValueError,
            SyntaxError,
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
        ):
            continue
        if figure is not None:
            figure.thumbnail((_SHOWN, _SHOWN))
            drawn = io.BytesIO()
            figure.save(drawn, "PNG", optimize=True)
            made[name] = drawn.getvalue()
    return made


def number_in(name: str) -> str:
    """The application number that a file's name or the nearest folder above it states; "" for none."""
    for part in reversed(PurePosixPath(name).parts):
        for match in _NUMBER.finditer(canonical.folded(part)):
            made = canonical.application_number(match[0])
            if re.fullmatch(r"\d{8}(?:\d{4})?\.[\dX]", made):
                return made
    return ""


def _files(path: Path) -> Iterator[tuple[str, bytes | None]]:
    """Names and contents; None for what is too large."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file():
                large = file.stat().st_size > _MOST_BYTES
                yield file.relative_to(path).as_posix(), None if large else file.read_bytes()
        return
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [one for one in archive.infolist() if not one.is_dir()]
            if len(infos) > _MOST_FILES:
                raise Unreadable(f"里面有{len(infos):,}个文件，一次最多{_MOST_FILES:,}个；请分成几个压缩文件")
            for one in sorted(infos, key=lambda one: one.filename):
                if one.flag_bits & 1:
                    raise Unreadable("压缩文件有密码，不能读；请去掉密码")
                large = one.file_size > _MOST_BYTES
                yield _named(one), None if large else archive.read(one)
    except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
        raise Unreadable(f"不是完整的 zip 压缩文件（{error}）；请重新压缩") from error


def _named(one: zipfile.ZipInfo) -> str:
    """The name as it was typed: without the flag for UTF-8, Windows in China writes GBK."""
    if one.flag_bits & 0x800:
        return one.filename
    try:
        return one.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return one.filename


def _cut(image):
    """The figure on white, in grey, cut to its ink; None where there is none."""
    from PIL import Image, ImageChops

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    grey = image.convert("L")
    ink = ImageChops.invert(grey).point(lambda value: 255 if value >= _INK else 0)
    box = ink.getbbox()
    if box is None or min(box[2] - box[0], box[3] - box[1]) < _LEAST_SIDE:
        return None
    return grey.crop(box)


def gathered(table: Iterable[tuple[str, str, str]], numbers: Mapping[str, int]) -> Drawings:
    """The drawings of the documents of a list, each figure of a document once. numbers: application number → document."""
    rows, names, prints, seen = [], [], [], set()
    for number, name, hexed in table:
        document = numbers.get(number)
        if document is None or (document, hexed) in seen:
            continue
        seen.add((document, hexed))
        rows.append(document)
        names.append(name)
        prints.append([int(hexed[at : at + 16], 16) for at in range(0, BITS // 4, 16)])
    order = sorted(range(len(rows)), key=lambda one: (rows[one], names[one], prints[one]))
    return Drawings(
        np.array([rows[one] for one in order], np.int64),
        [names[one] for one in order],
        np.array([prints[one] for one in order], np.uint64).reshape(-1, _WORDS),
    )


def alike(drawings: Drawings, most: int) -> list[Likeness]:
    """Drawings of different documents that differ in at most so many bits; of each two documents the two most alike."""
    if len(drawings) < 2:
        return []
    found = np.empty((1024, 3), np.int64)
    count = _near(drawings.prints, drawings.rows, most, found)
    if count > len(found):
        found = np.empty((count, 3), np.int64)
        _near(drawings.prints, drawings.rows, most, found)
    best: dict[tuple[int, int], Likeness] = {}
    for first, second, bits in found[:count].tolist():
        pair = (int(drawings.rows[first]), int(drawings.rows[second]))
        if pair not in best or bits < best[pair].bits:
            best[pair] = Likeness(first, second, bits)
    return [best[pair] for pair in sorted(best)]


@njit(
    types.int64(types.uint64[:, ::1], types.int64[::1], types.int64, types.int64[:, ::1]),
    cache=True,
    nogil=True,
)
def _near(prints, rows, most, found):
    """Every pair is looked at, most for one word only; what finds no room is counted."""
    count = 0
    for first in range(len(prints)):
        for second in range(first + 1, len(prints)):
            if rows[first] == rows[second]:
                continue
            bits = 0
            for word in range(prints.shape[1]):
                left = prints[first, word] ^ prints[second, word]
                while left:
                    left &= left - uint64(1)
                    bits += 1
                if bits > most:
                    break
            if bits <= most:
                if count < len(found):
                    found[count, 0], found[count, 1], found[count, 2] = first, second, bits
                count += 1
    return count
