"""Invented abstracts for tests: as many as wanted, the same for the same seed."""

from __future__ import annotations

import random

from zhiheng.screening.engine.normalise import normalise
from zhiheng.screening.engine.skeleton import lexicon

PARTS = [
    chr(0x4E00 + 37 * i % 4999) + chr(0x4E00 + 101 * i % 4987) + "轴筒板架座阀泵轮"[i % 8]
    for i in range(3000)
]
SENTENCES = [
    "所述{}固定安装在{}的顶部并与{}转动连接",
    "通过{}带动{}往复运动，使{}始终保持水平",
    "当{}受压时，{}沿着导轨滑动并推动{}复位",
    "{}的外周均匀分布有{}，二者之间填充有{}",
    "将{}浸入{}中加热后再送往{}冷却成型",
    "{}的输出端与{}相连接，{}套设在其外部",
    "利用{}对{}进行打磨，避免了{}发生损坏",
    "操作人员按下{}后，{}自动打开，{}随即排空",
    "{}内设有两组{}，每组的末端均焊接有{}",
    "经{}过滤的废水流入{}，由{}定期抽出",
]


def abstract(rng: random.Random, sentences: int = 9) -> str:
    return "".join(rng.choice(SENTENCES).format(*rng.sample(PARTS, 3)) + "。" for _ in range(sentences))


def abstracts(count: int, seed: int = 1, sentences: int = 9) -> list[str]:
    rng = random.Random(seed)
    return [abstract(rng, sentences) for _ in range(count)]


def edited(text: str, share: float, seed: int = 1) -> str:
    """The text with this share of its characters replaced."""
    rng = random.Random(seed)
    return "".join(rng.choice("甲乙丙丁戊己庚辛壬癸") if rng.random() < share else one for one in text)


_FRAME = """
所述 的 与 和 在 上 由 通过 用于 包括 设置有 固定连接 位于 从而 使得 根据 其中 该
为 将 经 进行 至 并 可 第一 第二 之间 以及 采用 得到 内部 一端 实现 提高 具有

"""
FRAME = _FRAME.split()
TERMS = [f"{PARTS[i][0]}{PARTS[7 * i % 2999][1]}{PARTS[i][2]}" for i in range(2400)]
_FRAMED = set(normalise(["".join(lexicon().words)])[0].tolist())
TERMS = [
    term for term, codes in zip(TERMS, normalise(TERMS), strict=True) if not _FRAMED & set(codes.tolist())
]


def template(rng: random.Random, sentences: int = 6) -> str:
    """A drafting frame of its own: words of the frame in an order nobody else has, {} where terms go."""
    made = []
    for _ in range(sentences):
        words = ["{}"]
        for _ in range(rng.randint(4, 7)):
            words += [*rng.choices(FRAME, k=rng.choice((1, 1, 2))), "{}"]
        made.append("".join(words))
    return "。".join(made) + "。"


def filled(frame: str, seed: int) -> str:
    """The frame with terms of this seed in its places."""
    rng = random.Random(seed)
    return frame.format(*rng.choices(TERMS, k=frame.count("{}")))
