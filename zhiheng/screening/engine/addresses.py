"""An address read into its parts, so that two spellings of one place are one and 11号2室 is never 1号12室."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from zhiheng import canonical, numbers

_PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 "
    "陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
)
_PROVINCE = re.compile(
    rf"(?:中国|中华人民共和国)?({_PROVINCES.replace(' ', '|')})(?:壮族自治区|回族自治区|维吾尔自治区|特别行政区|自治区|省|市)?"
)
_CITY = re.compile(r"([一-鿿]{2,10}?)(?:市|自治州|地区|盟)(?!场)")
_DISTRICT = re.compile(r"([一-鿿]{1,10}?)(?:自治县|自治旗|新区|区|县|旗|市)(?!间|域|场)")
_TOWN = re.compile(r"[一-鿿]{1,10}?(?:街道|乡|镇)(?:办事处)?")
_HAN = "〇零一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰"
_VALUE = rf"(?:[A-Za-z]?\d+(?:[-—~]\d+)*[A-EG-Za-eg-z]?|[A-Za-z]|[{_HAN}]+)"
_UNITS = {
    "号": "number", "号院": "number", "弄": "lane", "附": "annex", "栋": "building", "幢": "building", "座": "building",
    "号楼": "building", "单元": "unit", "梯": "unit", "楼": "floor", "层": "floor", "f": "floor", "室": "room", "房": "room",
    "户": "room", "铺": "room",
}  # fmt: skip
_PART = re.compile(
    rf"(?P<annex>附)?(?P<value>{_VALUE})(?P<unit>号院|号楼|单元|号|弄|栋|幢|座|梯|楼|层|室|房|户|铺|[Ff](?![A-Za-z]))?"
)


@dataclass(frozen=True)
class Address:
    """Parts of an address, "" where it names none. places: (kind, value) in their order: number 12, building 3, room 501."""

    province: str
    city: str
    district: str
    road: str
    places: tuple[tuple[str, str], ...]

    @property
    def exact(self) -> bool:
        """Down to a floor or a room; a street number alone may be a tower or a park of many firms."""
        return any(kind in ("floor", "room") for kind, _ in self.places)

    @property
    def key(self) -> str:
        """Equal for two spellings of one place; "" when no street number or building is named."""
        if not self.places or not self.road:
            return ""
        kinds = {kind for kind, _ in self.places}
        told = [f"{kind}:{value}" for kind, value in self.places if not (kind == "floor" and "room" in kinds)]
        return "|".join([self.district or self.city or self.province, self.road, *told])


@lru_cache(maxsize=200_000)
def address_of(cell: str) -> Address:
    """Read an address as lists write it. What cannot be read stays in `road`, so that nothing is joined by guessing."""
    text = canonical.key(cell)
    text = re.sub(r"(?<!\d)\d{6}(?!\d)", "", text)
    text = re.sub(r"[\s,，.。;；:：、()（）\[\]]", "", text)
    province = city = district = ""
    if found := _PROVINCE.match(text):
        province, text = found[1], text[found.end() :]
    if found := _CITY.match(text):
        city, text = found[1], text[found.end() :]
    if (found := _DISTRICT.match(text)) and len(found[0]) < len(text):
        district, text = found[1], text[found.end() :]
    if found := _TOWN.match(text):
        text = text[found.end() :]
    first = next((part for part in _PART.finditer(text) if part["unit"] or _plain(part["value"])), None)
    if first is None:
        return Address(province, city, district, text, ())
    road, rest = text[: first.start()], text[first.start() :]
    places: list[tuple[str, str]] = []
    named = ""
    last = 0
    for part in _PART.finditer(rest):
        between = rest[last : part.start()]
        named += between
        last = part.end()
        kind = _UNITS.get((part["unit"] or "").lower(), "")
        if part["annex"]:
            kind = "annex"
        elif not kind:
            if not _plain(part["value"]):
                named += part[0]
                continue
            kind = "room"
        elif kind == "number" and any(
            known in ("building", "unit", "floor", "number") for known, _ in places
        ):
            kind = "room" if any(known == "number" for known, _ in places) else "number"
        places.append((kind, _folded(part["value"])))
    return Address(
        province, city, district, re.sub("中国", "", road), tuple(places) + _named(named + rest[last:])
    )


def _named(text: str) -> tuple[tuple[str, str], ...]:
    return (("name", text),) if text else ()


def _plain(value: str) -> bool:
    return value[:1].isdigit() or value[-1:].isdigit()


def _folded(value: str) -> str:
    if value[0] in _HAN:
        read = numbers.read(value)
        if read is not None and read.value is not None:
            return str(int(read.value))
    return re.sub("[—~]", "-", value).lower()
