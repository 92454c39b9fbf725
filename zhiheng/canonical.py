"""One canonical form for what people write in many ways: document numbers, application numbers, codes, names, addresses.

Two texts that a reader would call the same give equal results here: invisible characters, full-width letters, kinds of
brackets, apostrophes that keep a spreadsheet from counting, spellings of a year, upper and lower case. Pure Python below
everything else; ledgers, search, lists and screening compare by these forms and keep what was printed beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_SPACES = dict.fromkeys(map(ord, "\t\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"), " ")
_SPACES |= dict.fromkeys(range(0x2000, 0x200B), " ")
_INVISIBLE = dict.fromkeys(
    [
        *range(0x01, 0x09), *range(0x0E, 0x1C), 0x7F, *range(0x80, 0x85), *range(0x86, 0xA0),  # controls but NUL
        0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010),
        *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x2800, 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0,
        *range(0xFFF9, 0xFFFD), *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0),
    ]
)  # fmt: skip
_SHOWN = _SPACES | _INVISIBLE
# Offered for readers of running text, which keep the place of every sign.
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_BRACKETS = str.maketrans(
    dict.fromkeys("[【(（﹝〖［「{<〈《〔", "(") | dict.fromkeys("]】)）﹞〗］」}>〉》〕", ")")
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂″『』", '"') | dict.fromkeys("‘’‚‛＇′`´", "'"))
_DASHES = str.maketrans(
    dict.fromkeys("‐‑‒–—―−－﹣", "-") | {"·": "·", "•": "·", "‧": "·", "・": "·", "∙": "·"}
)
# Signs that only look like others; NFKC does not join them.
_STROKES = str.maketrans({"○": "〇", "◯": "〇", "⚪": "〇"})
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TICK = "'‘’`´＇"
_HAN_DIGITS = {char: str(value) for value, chars in enumerate(("〇零○ＯOo0Оо", "一壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")) for char in chars}  # fmt: skip


# ---- characters


def visible(text: str) -> str:
    """The text as the eye sees it: no invisible characters, every kind of space a plain one; line breaks stay.

    NUL stays too: no store takes it, so whoever reads the text must say so and not drop it in silence.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_SHOWN)


def folded(text: str) -> str:
    """The text as typed on any keyboard: compatibility characters (full-width letters, ligatures) made one, spaces plain.

    For reading what a person wrote; brackets, quotation marks, case and inner spaces stay as they are.
    """
    return visible(unicodedata.normalize("NFKC", visible(text))).strip()


def nested_quotes(text: str) -> str:
    """Quotation marks within quotation marks as print has them, “…‘…’…”, each sign in its place (GB/T 15834 4.8.3.2): a name that brings
    marks of its own is put between others. Where they do not pair nobody can say what is within what, and the text stays as it is."""
    if text.count("“") < 2 or text.count("“") != text.count("”"):
        return text
    signs, depth = list(text), 0
    for place, sign in enumerate(signs):
        if sign == "“":
            signs[place] = "“‘"[depth % 2]
            depth += 1
        elif sign == "”":
            depth -= 1
            if depth < 0:
                return text
            signs[place] = "”’"[depth % 2]
    return "".join(signs)


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as the plain ones; nothing else is touched, so that offsets stay."""
    return text if text.isascii() else text.translate(FULL_WIDTH)


def raised(text: str, before: str) -> str:
    """A text set raised or lowered, as it reads behind `before`: 610 and the mark of a note, 1, are no 6101."""
    return text.translate(_RAISED) if before[-1:].isdecimal() and text[:1].isdecimal() else text


def closed_up(text: str) -> str:
    """`half_width` without any spaces: headings, amounts, days."""
    return re.sub(r"\s+", "", half_width(visible(text)))


def unwrapped(text: str) -> str:
    """Without what spreadsheets put around a text to keep it from being counted: '3000, ="2024-03-05"."""
    before, text = None, visible(text).strip()
    while text != before:
        before = text
        if len(text) > 3 and text.startswith('="') and text.endswith('"'):
            text = text[2:-1].strip()
        elif text and text[0] in _TICK and text[1:2] not in _TICK and text[-1] not in _TICK:
            text = text[1:].strip()
    return text


def one_line(text: str) -> str:
    """A name or address as one line: invisible characters and line breaks gone, runs of spaces as one."""
    return re.sub(r" {2,}", " ", re.sub(r"\s*[\r\n]+\s*", "", unwrapped(text))).strip()


def key(text: str) -> str:
    """What two spellings of one name, address or title have in common; for comparing and searching, not for showing.

    Without spaces and invisible characters; width, case, brackets, quotation marks, dashes and compatibility characters
    (Kangxi radicals, ligatures) made one.
    """
    try:
        # Nearly every text holds only signs that no neighbour changes.
        return "".join([_KEYS[char] for char in text])
    except KeyError:
        return _whole_key(text)


def _whole_key(text: str) -> str:
    if text.isascii():
        return re.sub(r"\s+", "", unwrapped(text)).casefold()
    before, found = None, unwrapped(text)
    while found != before:  # taking away a sign may let two others combine
        before = found
        found = unicodedata.normalize("NFKC", found.translate(_QUOTES)).translate(_SHOWN).casefold()
        found = re.sub(r"\s+", "", found).translate(_BRACKETS).translate(_QUOTES).translate(_DASHES)
        found = found.translate(_STROKES)
    return found


class _Keys(dict[str, str]):
    """Sign → its key, for signs that combine with nothing and are no part of what spreadsheets put around a text."""

    def __missing__(self, char: str) -> str:
        if char in _ALONE or "\u4e00" <= char < "\u9fff" or (" " <= char <= "~" and char not in "'=\"`"):
            self[char] = _whole_key(char)
            return self[char]
        raise KeyError(char)


_ALONE = frozenset("，。、；：？！（）〔〕［］【】《》〈〉“”—…·０１２３４５６７８９　") | set(
    map(chr, range(0xFF21, 0xFF3B))
)
_KEYS = _Keys()


def code(text: str) -> str:
    """A code of letters and digits (credit code, identity number, certificate number): upper case, nothing between them."""
    folded = unwrapped(text).translate(FULL_WIDTH).translate(_DASHES)
    return re.sub(r"(?<=[0-9A-Za-z])[\s\-]+(?=[0-9A-Za-z])", "", folded).strip().upper()


# ---- document numbers

_OPEN, _CLOSE = "[【(（﹝〖［「{<〈《", "]】)）﹞〗］」}>〉》"
_YEAR_BRACKETS = str.maketrans(dict.fromkeys(_OPEN, "〔") | dict.fromkeys(_CLOSE, "〕"))
_NUMBER = re.compile(
    r"([^\d〔〕第]*?)〔?((?:19|20)\d\d)(?:年度?)?(?:〔|〕|年)?(?:字)?(?:第)?(?:[Nn][Oo]\.?)?"
    r"(\d{1,9})((?:-\d{1,4}|[A-Za-z]|之[一二三四五六七八九十]{1,3})?)号?((?:-\d{1,4}|之[一二三四五六七八九十]{1,3})?)"
)
_HAN_YEAR = re.compile(
    r"(?<![〇零○一二三四五六七八九])[二贰][〇零○OoОо0][〇零○OoОо0一二三四五][〇零○OoОо0一二三四五六七八九](?=[〕年])"
)
_LABEL = re.compile(
    r"^(?:(?:行政)?(?:处罚|执法)?(?:决定书?|文书)?(?:文号|编号|字号|案号|号码)[:：]|"
    r"(?:不予)?(?:当场)?(?:行政)?(?:处罚)?决定书(?:文号|编号|字号)?[:：]?)"
)
_LABEL_BEHIND = re.compile("(?<=号)(?:的)?(?:行政)?(?:处罚)?决定书$")
_BRACKETED = re.compile("^〔((?!(?:19|20)[0-9]{2}〕).*〔.*)〕$")  # （渝北市监处罚〔2024〕7号）
_YEAR_STANDS_OUT = re.compile("[〔〕]|(?:19|20)[0-9]{2}年?第[0-9]")
_WELL_FORMED = re.compile(r"(?![^〔]*(?:决定书|[:：'\"=]))[^\d〔〕第\s]+〔(?:19|20)[0-9]{2}〕[1-9][0-9]*号")
_PLACES = "一二三四五六七八九十"
_AROUND = "《》“”„\"'‘’"  # marks that a number is quoted in


def document_number(printed: str) -> tuple[str, bool]:
    """(canonical form, whether it has the form of a document number). Canonical: 渝涪陵市监处罚〔2024〕951号.

    Brackets, spaces, leading zeros, 第, a year in Han digits, a label around it (行政处罚决定书) and a part after it
    (951号之一, 951-1) are brought to one form. A text that is no such number comes back without its spaces.
    """
    plain = (
        re.sub(r"\s+", "", unwrapped(printed).translate(FULL_WIDTH))
        .strip(_AROUND)
        .translate(_YEAR_BRACKETS)
        .translate(_DASHES)
    )
    plain = _HAN_YEAR.sub(lambda m: "".join(_HAN_DIGITS[char] for char in m[0]), plain.rstrip("。.;；,，"))
    bare = _LABEL_BEHIND.sub("", _LABEL.sub("", plain))
    match = _NUMBER.fullmatch(_BRACKETED.sub(r"\1", bare))
    if not match or not match[1] or not _YEAR_STANDS_OUT.search(plain) or not int(match[3]):
        return plain, False
    part = (match[4] or match[5]).upper()
    if part.startswith("之"):
        part = f"-{_place(part[1:])}"
    return f"{match[1]}〔{match[2]}〕{int(match[3])}{re.sub(r'-0*(?=[0-9])', '-', part)}号", True


def _place(han: str) -> int:
    tens, _, ones = han.rpartition("十")
    if "十" not in han:
        return _PLACES.index(han[0]) + 1
    return 10 * (_PLACES.index(tens) + 1 if tens else 1) + (_PLACES.index(ones) + 1 if ones else 0)


def is_document_number(text: str) -> bool:
    """Whether the text is a document number in its plain canonical form already."""
    return _WELL_FORMED.fullmatch(text) is not None


def number_key(canonical: str) -> str:
    """What stays of a document number when one bureau's two spellings (市监处罚字, 市监处罚) are taken as one."""
    return canonical.replace("字〔", "〔", 1)


# ---- patent applications

_APPLICATION = re.compile(r"(?:CN|ZL|CNZL)?((?:19|20)\d{2}[1-9]\d{7}|\d{2}[1-9]\d{5})(?:\.?([\dX]))?")


def application_number(printed: str) -> str:
    """The number of a Chinese patent application: 202410000001.X, however it is written (ZL, CN, without point or check).

    A missing check digit is supplied; one that is there is never corrected. Any other text comes back without spaces and in
    upper case, so that equal texts stay equal.
    """
    plain = re.sub(r"[\s:：\-]+", "", unwrapped(printed).translate(FULL_WIDTH).translate(_DASHES)).upper()
    plain = re.sub(r"^(?:申请号|专利号)", "", plain).replace("。", ".")
    match = _APPLICATION.fullmatch(plain)
    if not match:
        return plain
    return f"{match[1]}.{match[2] or check_digit(match[1])}"


def check_digit(digits: str) -> str:
    """Check digit of an application number of 8 or 12 digits (专利申请号标准 ZC 0006-2003: weights 2 to 9, modulo 11)."""
    rest = sum(int(digit) * (place % 8 + 2) for place, digit in enumerate(digits)) % 11
    return "X" if rest == 10 else str(rest)


# ---- codes of persons and organisations


class _CheckSigns:
    """Whether the last of 18 signs belongs to the 17 before it: their values by weight, modulo 31 or 11.

    A column of codes is checked at once, place by place: the signs of a place are bytes, a table turns each into its weighted
    value, and two such rows of bytes are added as two whole numbers, as long as no byte of the sum can reach 256.
    """

    def __init__(self, signs: str, weights: list[int], modulus: int, last: str, *, first: str, ends: str):
        places = [first, *[signs] * 16, ends]
        self._values = [
            bytes(
                signs.find(chr(sign)) * weight % modulus if chr(sign) in signs else 0 for sign in range(256)
            )
            for weight in weights
        ]
        self._strange = [bytes(chr(sign) not in known for sign in range(256)) for known in places]
        self._modulo = bytes(total % modulus for total in range(256))
        self._last = bytes(ord(last[total % modulus]) for total in range(256))
        self._at_once = 255 // (modulus - 1) - 1  # so many values fit into a byte beside what is carried

    def right(self, codes: Sequence[str]) -> list[bool]:
        """For each of these texts of 18 ASCII characters."""
        joined, count = "".join(codes).encode("ascii"), len(codes)
        total = strange = 0
        for place, values in enumerate(self._values):
            signs = joined[place::18]
            total += int.from_bytes(signs.translate(values), "little")
            strange += int.from_bytes(signs.translate(self._strange[place]), "little")
            if place % self._at_once == 0:
                carried = total.to_bytes(count, "little").translate(self._modulo)
                total = int.from_bytes(carried, "little")
        last = joined[17::18]
        strange += int.from_bytes(last.translate(self._strange[17]), "little")
        wanted = total.to_bytes(count, "little").translate(self._last)
        odd = strange.to_bytes(count, "little")
        return [sign == due and not bad for sign, due, bad in zip(last, wanted, odd, strict=True)]


_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODES = _CheckSigns(
    _CODE_SIGNS,
    [3**place % 31 for place in range(17)],
    31,
    "".join(_CODE_SIGNS[-total % 31] for total in range(31)),
    first=_CODE_SIGNS,
    ends=_CODE_SIGNS,
)
_IDENTITY_NUMBERS = _CheckSigns(
    "0123456789",
    [2 ** (17 - place) % 11 for place in range(17)],
    11,
    "10X98765432",
    first="123456789",
    ends="0123456789X",
)


def is_credit_code(text: str) -> bool:
    """Whether `code(text)` is a unified social credit code whose check sign is right (GB 32100-2015)."""
    return _is(_CREDIT_CODES, text)


def is_identity_number(text: str) -> bool:
    """Whether `code(text)` is an identity number of 18 signs whose check sign is right (GB 11643-1999)."""
    return _is(_IDENTITY_NUMBERS, text)


def _is(kind: _CheckSigns, text: str) -> bool:
    plain = code(text)
    return len(plain) == 18 and plain.isascii() and kind.right([plain])[0]


def check_signs_right(codes: Sequence[str]) -> list[bool]:
    """For each of these texts of 18 ASCII characters, whether it is a credit code or an identity number with the right check sign."""
    organisations, persons = _CREDIT_CODES.right(codes), _IDENTITY_NUMBERS.right(codes)
    return [one or other for one, other in zip(organisations, persons, strict=True)]
