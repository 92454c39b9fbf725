"""A seeded list of invented patent applications in which near-duplicates are planted, with the truth about them.

Words are drawn from an invented trade vocabulary and put into sentence patterns, so that stock phrases occur as often as
in real abstracts. Real abstracts of one field share more vocabulary than these: precision on them will be lower.

    generate(100_000, seed=1) → Applications(ids, texts, truth, related)
    generate(100_000, seed=1, invented=True)      words and sentence patterns of no language at all
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

MATTER = "钢铜铝陶瓷橡塑纤维树脂玻璃石墨硅胶泡沫木竹布膜网砂油水气电磁光热声波粉浆液晶盐酸碱"
FORM = "轴筒板杆架座壳体罩盖槽孔环套管阀泵轮齿链带绳簧片针钩爪臂箱盒柜台床炉釜塔罐仓斗辊刀锯钻磨刷喷嘴头端口座舱翼梁柱"
MANNER = "上下左右内外前后主副正反高低单双快慢粗细微精重轻动静升降旋转摆伸缩压拉推顶夹紧松导限定滑滚浮沉吸排进出冷加湿干防耐抗"
USES = ["切割", "焊接", "喷涂", "打磨", "搅拌", "筛分", "输送", "干燥", "冷却", "加热", "过滤", "除尘", "检测", "校准", "夹持", "定位", "缓冲", "减震", "密封", "润滑", "清洗", "包装", "贴标", "折弯", "冲压", "脱模", "上料", "下料", "翻转", "提升", "监测", "识别", "计数", "称重", "混合", "蒸馏", "萃取", "发酵", "灌溉", "采摘"]  # fmt: skip
FIELDS = ["机械加工", "医疗器械", "农业设备", "建筑施工", "环境治理", "仓储物流", "食品加工", "纺织印染", "电力设备", "汽车零部件", "家用电器", "水产养殖", "矿山机械", "化工设备", "通信终端", "智能家居"]  # fmt: skip
PATTERNS = [
    "所述{0}的{1}固定连接有{2}，所述{2}与{3}转动连接",
    "所述{0}的一侧设置有{1}，{1}的输出端与{2}相连接",
    "{0}包括{1}、{2}和{3}，其中{1}安装在{2}的内部",
    "通过{0}带动{1}进行{u}，使{2}能够对{3}进行{v}",
    "所述{0}上开设有与{1}相匹配的{2}，{2}内滑动设置有{3}",
    "当{0}的温度达到{n}摄氏度时，{1}驱动{2}将{3}推送至{4}",
    "所述{0}的厚度为{n}毫米，{1}的直径为{m}毫米，二者之间填充有{2}",
    "利用{0}与{1}的配合，有效提高了{2}的{u}效率，避免了{3}在{v}时发生损坏",
    "所述{0}的数量为{n}组，均匀分布在{1}的外周，并与{2}电性连接",
    "采用{0}对{1}进行{u}，再经{2}完成{v}，从而降低了{3}的能耗",
]
OPENINGS = ["本发明公开了一种{u}{v}用{0}，涉及{f}技术领域", "本实用新型涉及{f}技术领域，具体为一种{0}{u}装置", "本申请提供一种基于{0}的{u}方法及系统，属于{f}领域"]  # fmt: skip
CLOSINGS = ["结构简单，使用方便，具有良好的推广价值", "解决了现有技术中{u}效果差的问题", "大大提高了工作效率，降低了生产成本", "设计合理，操作便捷，实用性强"]  # fmt: skip
KINDS = ("chars5", "chars10", "chars20", "shuffle", "swap", "mixed", "parameters", "variants")


@dataclass
class Applications:
    """ids[i] belongs to texts[i]. truth: pairs of ids planted as near-duplicates → kind of edit; related: pairs that
    share 40 % of their sentences and are no duplicates."""

    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    truth: dict[tuple[str, str], str] = field(default_factory=dict)
    related: set[tuple[str, str]] = field(default_factory=set)

    def add(self, text: str) -> str:
        number = len(self.ids)
        name = f"2023{1 + number % 2}{number:07d}.{number % 10}"
        self.ids.append(name)
        self.texts.append(text)
        return name


def generate(
    count: int,
    seed: int = 1,
    planted: float = 0.03,
    related: float = 0.03,
    characters: int = 347,
    kinds: tuple[str, ...] = KINDS,
    invented: bool = False,
) -> Applications:
    """`count` applications of about `characters` characters: the given shares are edited copies and related texts.

    invented: 40 patterns and 2,000 words of random characters, so that nothing known of Chinese or of patents helps.
    """
    rng = random.Random(seed)
    words, language = _invented(rng) if invented else (_vocabulary(rng), (OPENINGS, PATTERNS, CLOSINGS))
    made = Applications()
    copies, kin = int(count * planted), int(count * related)
    originals = [_sentences(rng, words, characters, language) for _ in range(count - copies - kin)]
    names = [made.add("。".join(one) + "。") for one in originals]
    sources = rng.sample(range(len(originals)), copies + kin)
    for number, source in enumerate(sources[:copies]):
        kind = kinds[number % len(kinds)]
        name = made.add(_EDITS[kind](rng, originals[source], words))
        made.truth[tuple(sorted((names[source], name)))] = kind
    for source in sources[copies:]:
        shared = set(rng.sample(range(len(originals[source])), round(0.4 * len(originals[source]))))
        fresh = _sentences(rng, words, characters, language)
        text = [one if i in shared else fresh[i % len(fresh)] for i, one in enumerate(originals[source])]
        made.related.add(tuple(sorted((names[source], made.add("。".join(text) + "。")))))
    order = list(range(len(made.ids)))
    rng.shuffle(order)
    made.ids, made.texts = [made.ids[i] for i in order], [made.texts[i] for i in order]
    return made


def _vocabulary(rng: random.Random) -> list[str]:
    found: set[str] = set()
    while len(found) < 12_000:
        found.add(rng.choice(MANNER) * (rng.random() < 0.6) + rng.choice(MATTER + MANNER) + rng.choice(FORM))
    return sorted(found)


def _fill(rng: random.Random, pattern: str, words: list[str]) -> str:
    return pattern.format(
        *(rng.choice(words) for _ in range(5)), u=rng.choice(USES), v=rng.choice(USES), f=rng.choice(FIELDS),
        n=rng.randrange(2, 400), m=rng.randrange(2, 90),
    )  # fmt: skip


def _invented(rng: random.Random) -> tuple[list[str], tuple[list[str], list[str], list[str]]]:
    """Words, and patterns of three or four of them between pieces that are the same wherever the pattern occurs."""
    characters = [chr(point) for point in rng.sample(range(0x4E00, 0x9FA5), 1_500)]

    def piece(least: int, most: int) -> str:
        return "".join(rng.choices(characters, k=rng.randint(least, most)))

    def pattern(size: int) -> str:
        slots = [f"{{{number}}}" + piece(2, 5) + "，" * (number == 1) for number in range(size)]
        return piece(1, 4) + "".join(slots).rstrip("，") + "{n}" * (rng.random() < 0.3)

    words = sorted({piece(2, 4) for _ in range(2_000)})
    return words, (
        [pattern(3) for _ in range(3)],
        [pattern(rng.choice((3, 4))) for _ in range(40)],
        [pattern(2) for _ in range(4)],
    )


def _sentences(
    rng: random.Random, words: list[str], characters: int, language: tuple[list[str], list[str], list[str]]
) -> list[str]:
    openings, patterns, closings = language
    made = [_fill(rng, rng.choice(openings), words)]
    size = 0
    while size < characters * rng.uniform(0.85, 1.15) - 60:
        made.append(_fill(rng, rng.choice(patterns), words))
        size += len(made[-1])
    return [*made, _fill(rng, rng.choice(closings), words)]


def _characters(share: float) -> Callable:
    def edit(rng: random.Random, sentences: list[str], words: list[str]) -> str:
        text = list("。".join(sentences) + "。")
        out = []
        for one in text:
            if rng.random() >= share:
                out.append(one)
                continue
            kind = rng.randrange(3)
            strange = rng.choice(rng.choice(words))
            if kind == 0:
                out.append(strange)
            elif kind == 1:
                out += [one, strange]
        return "".join(out)

    return edit


def _shuffle(rng, sentences, words):
    return "。".join(rng.sample(sentences, len(sentences))) + "。"


def _swap(rng, sentences, words):
    """A third of the terms replaced throughout, as a synonym dictionary would."""
    text = "。".join(sentences) + "。"
    present = sorted(
        {text[i : i + size] for size in (3, 2) for i in range(len(text) - size)} & set(words),
        key=lambda w: (-len(w), w),
    )
    for word in rng.sample(present, len(present) // 3):
        text = text.replace(word, rng.choice(words))
    return text


def _mixed(rng, sentences, words):
    shuffled = rng.sample(sentences, len(sentences))
    return _characters(0.08)(rng, _swap(rng, shuffled, words).strip("。").split("。"), words)


def _parameters(rng, sentences, words):
    text = "。".join(sentences) + "。"
    return "".join(str(rng.randrange(10)) if one.isdigit() else one for one in text).replace(
        "发明", "实用新型", 1
    )


_WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
_OLD = str.maketrans("发实装连转动内侧输进开设与滑温达时驱将送径为间满数组围电对经从气热轮",
                     "發實裝連轉動內側輸進開設與滑溫達時驅將送徑為間滿數組圍電對經從氣熱輪")  # fmt: skip


def _variants(rng, sentences, words):
    return ("。".join(sentences) + "。").translate(_WIDE).translate(_OLD).replace("，", "，  ")


_EDITS = {
    "chars5": _characters(0.05),
    "chars10": _characters(0.10),
    "chars20": _characters(0.20),
    "shuffle": _shuffle,
    "swap": _swap,
    "mixed": _mixed,
    "parameters": _parameters,
    "variants": _variants,
}
