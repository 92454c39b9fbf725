"""Legal texts: provisions read without loss, references resolved, decisions that make one version into another, and how long a text
of 300 articles takes. The real texts are not part of the repository: name their folder, else only the times are measured.

    python -m bench.texts --texts FOLDER [--edits 500] [--sample 6]
    BENCH_TEXTS=FOLDER python -m bench texts

Texts of one name (a date in brackets behind it tells them apart) are versions of each other. Decisions of others are read from
every text whose title is one. Synthetic edits change words, paragraphs, items, articles, their order and chapter names, one to
four at a time; an edit counts when the decision written for it gives the edited text exactly.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import time
from collections import defaultdict
from itertools import permutations
from pathlib import Path

from tests import synthetic_edits
from tests.planted_edits import leaves_open, plant, suits, told_by
from tests.synthetic_edits import edit, exact
from zhiheng.rulemaking.texts import (
    Text,
    apply_decision,
    compare,
    read_bytes,
    read_decision,
    read_file,
    references,
    to_docx,
    to_markdown,
    write_decision,
)
from zhiheng.rulemaking.texts.difference import table_docx


def say(name: str, value: float, goal: str | None = None, **more) -> None:
    ok = True
    if goal is not None:
        sign, _, bound = goal.partition(" ")
        ok = value >= float(bound) if sign == ">=" else value < float(bound)
    print(
        json.dumps({"name": name, "value": value, "goal": goal, "ok": ok, **more}, ensure_ascii=False),
        flush=True,
    )


def bare(words: str) -> str:
    """The characters of a Markdown file without its markup and spacing."""
    words = re.sub(r"<!--.*?-->", "", words, flags=re.S)
    words = re.sub(r"^\s*(?:#+|>)", "", words, flags=re.M)
    return re.sub("[\\s\u3000\u200b-\u200f\u2028-\u202e\ufeff\u2060\xad]", "", words)


def kept(source: str, text: Text) -> tuple[int, int]:
    """How many provisions of the export stand in the source as they are, one behind the other, and how many there are."""
    whole, found, total = bare(source), 0, 0
    at = whole.find(bare(text.title)) + len(bare(text.title + "".join(text.history)))
    for provision in text.walk():
        words = bare(provision.label + provision.text)
        total += 1
        place = whole.find(words, at)
        if place >= 0:
            found, at = found + 1, place + len(words)
    return found, total


# --- measures ----------------------------------------------------------------------------------------------------------


def measure(folder: Path, edits: int, sample: int) -> None:
    files = sorted(folder.rglob("*.md"))
    texts = {path: read_file(path) for path in files}
    sound = found = total = 0
    for path, text in texts.items():
        source = path.read_text("utf-8")
        sound += (
            bare(source) == bare(to_markdown(text)) and read_bytes(to_markdown(text).encode(), "x.md") == text
        )
        one, of = kept(source, text)
        found, total = found + one, total + of
    say(
        "texts: files exported as imported, read back the same",
        sound / len(texts),
        ">= 0.995",
        files=len(texts),
    )
    say("texts: provisions standing in the source word for word", found / total, ">= 0.995", provisions=total)
    every = [reference for text in texts.values() for reference in references(text)]
    say("texts: references resolved", sum(r.ok for r in every) / len(every), ">= 0.98", references=len(every))

    understood = orders = 0
    for text in texts.values():
        if text.amends:
            decision = read_decision(text)
            understood += len(decision.instructions)
            orders += len(decision.instructions) + len(decision.unread)
    if orders:
        say("texts: orders of real decisions understood", understood / orders, ">= 0.95", orders=orders)

    versions = defaultdict(list)
    for path, text in texts.items():
        versions[re.sub(r"[（(]\d{4}.*", "", path.stem)].append(text)
    pairs = [pair for group in versions.values() for pair in permutations(group, 2) if pair[0] != pair[1]]
    if pairs:
        results = [exact(*pair) for pair in pairs]
        say("texts: pairs of versions, decision exact", sum(ok for ok, _ in results) / len(pairs), ">= 1", pairs=len(pairs), by_article=sum(b == "fine" for _, b in results))  # fmt: skip

    rng = random.Random(2024)
    fit = [text for text in texts.values() if synthetic_edits.suits(text)]
    count = right = fine = 0
    for text in rng.sample(fit, min(sample, len(fit))):
        for _ in range(edits):
            new = edit(text, rng)
            if new == text:
                continue
            ok, broad = exact(text, new)
            count, right, fine = count + 1, right + ok, fine + (broad == "fine")
            if not ok:
                print(f"# {text.title}", flush=True)
    say("texts: synthetic edits, decision exact", right / count, ">= 1", edits=count, texts=min(sample, len(fit)), by_article=fine)  # fmt: skip
    found_exactly(texts, edits, sample)


def found_exactly(texts: dict[Path, Text], edits: int, sample: int) -> None:
    """How often a comparison tells exactly the edits planted, and how many signs it marks for each one that was changed."""
    rng = random.Random(2025)
    fit = [text for text in texts.values() if suits(text) and not text.amends]
    count = right = planted_signs = marked = 0
    for text in rng.sample(fit, min(sample, len(fit))):
        for _ in range(edits):
            planted = plant(text, rng)
            if leaves_open(text, planted):
                continue
            comparison = compare(text, planted.text)
            told = told_by(comparison)
            count, right = count + 1, right + (told == planted.told)
            if told != planted.told:
                print(
                    f"# {text.title}: {sorted(planted.told - told)} told as {sorted(told - planted.told)}",
                    flush=True,
                )
            for change in comparison.changes:
                if change.new and change.new[0].label in planted.signs:
                    planted_signs += planted.signs[change.new[0].label] - 4
                    marked += sum(len(was) + len(now) for tag, was, now in change.edits if tag == "~")
    say("texts: planted edits told exactly", right / count, ">= 0.98", edits=count, texts=min(sample, len(fit)))  # fmt: skip
    say("texts: signs marked for each sign planted", marked / max(1, planted_signs), "< 1.5")


def long_text(articles: int) -> Text:
    """A regulation of so many articles, every fourth with items, every fifth citing the one before."""
    rng = random.Random(7)
    words = [
        "茶馆",
        "街道办事处",
        "经营者",
        "市民",
        "应当",
        "可以",
        "不得",
        "及时",
        "报告",
        "检查",
        "清洁",
        "记录",
        "价格",
        "公示",
        "桌椅",
        "饮用水",
        "登记",
        "保存",
        "有关",
        "情况",
        "以及",
    ]
    lines = ["江州市茶馆管理条例"]
    for n in range(1, articles + 1):
        if n % 30 == 1:
            lines.append(f"第{n // 30 + 1}章 第{n // 30 + 1}部分")
        sentence = "".join(rng.choices(words, k=25))
        lines.append(f"第{n}条 {sentence}{f'，依照本条例第{n - 1}条办理' if n % 5 == 0 else ''}。")
        if n % 4 == 0:
            lines += [
                "下列情形除外：",
                *(f"（{'一二三'[k]}）{''.join(rng.choices(words, k=8))}；" for k in range(3)),
            ]
    from zhiheng.rulemaking.texts import parse

    return parse("\n".join(lines))


def clock(work) -> float:
    """The best of three runs, in seconds."""
    best = 1e9
    for _ in range(3):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def times() -> None:
    old = long_text(300)
    rng = random.Random(3)
    new = old
    for _ in range(30):
        new = edit(new, rng)
    data = to_markdown(old).encode()
    word = to_docx(old)
    say("texts: read 300 articles, s", clock(lambda: read_bytes(data, "x.md")), "< 0.3")
    say("texts: read 300 articles from Word, s", clock(lambda: read_bytes(word, "x.docx")), "< 0.3")
    say("texts: find their references, s", clock(lambda: references(old)), "< 0.3")
    say("texts: compare with a version of about 75 changes, s", clock(lambda: compare(old, new)), "< 0.3")
    comparison = compare(old, new)
    say("texts: table of changes in Word, s", clock(lambda: table_docx(comparison)), "< 0.3")
    say("texts: export to Word, s", clock(lambda: to_docx(old)), "< 0.3")
    decision = write_decision(old, new)
    say("texts: carry out the decision, s", clock(lambda: apply_decision(old, decision)))
    say("texts: write the decision, s", clock(lambda: write_decision(old, new)))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--texts", type=Path, default=os.environ.get("BENCH_TEXTS"), help="folder of real texts (Markdown)"
    )
    parser.add_argument("--edits", type=int, default=int(500 * float(os.environ.get("BENCH_SCALE", "1"))))
    parser.add_argument("--sample", type=int, default=6, help="texts that are edited, each so often")
    arguments = parser.parse_args()
    times()
    if arguments.texts and Path(arguments.texts).is_dir():
        measure(Path(arguments.texts), arguments.edits, arguments.sample)
    else:
        say("texts: real texts measured", 0, reason="no folder of real texts was named (BENCH_TEXTS)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
