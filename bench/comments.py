"""Ten thousand comments on one draft: grouping what says nearly the same, and the pages an officer and the public look at meanwhile.

    python -m bench.comments [--many 10000] [--times 12]

Six in ten are one of forty campaigns' texts, copied with small changes; the others are each somebody's own. On a throw-away SQLite.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
from datetime import date
from time import perf_counter, process_time

ON = date(2024, 9, 10)
PAGE_MS = 300


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--many", type=int, default=int(10_000 * float(os.environ.get("BENCH_SCALE", "1"))))
    asked.add_argument("--times", type=int, default=12)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {"ZHIHENG_DATA_DIR": place, "DJANGO_SETTINGS_MODULE": "zhiheng.settings"}
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.test import Client
        from django.utils import timezone

        timezone.localdate = lambda *args, **kwargs: ON
        call_command("migrate", verbosity=0)
        from tests.drafting import TextWorker
        from tests.world import build, sign_in

        settings.ALLOWED_HOSTS = ["testserver"]
        world = build()
        work = TextWorker(world.city)
        work.write()
        work.take("consult", date(2024, 9, 3))
        measure(work, sign_in(Client(), work.handler), Client(), given.many, given.times)


def measure(work, officer, public, many: int, times: int) -> None:
    from django.db import connection
    from django.urls import reverse

    from zhiheng.rulemaking import comments, drafting, explanation, grouping
    from zhiheng.rulemaking.models import CommentGroup

    fill(work, many)
    connection.cursor().execute("ANALYZE")
    given = {"actor": work.handler, "project": work.project, "on": ON}
    pk = [work.project.pk]
    took, _ = timed(
        lambda: work.comment("第四条的立案期限应当按工作日计算，并写明起算的日子。", provision="第四条")
    )
    tell(f"comments: one more among {many}, ms", took * 1000, PAGE_MS)
    took, made = timed(lambda: grouping.group_alike(**given))
    left = CommentGroup.objects.count()
    tell(f"comments: {many} grouped, s", took, 60, groups=left, joined=made.joined)
    article = drafting.read(drafting.latest(work.project)).articles()[3].id
    for name, client, address in (
        ("groups", officer, reverse("draft-comments", args=pk)),
        ("every comment", officer, reverse("draft-comment-list", args=pk)),
        ("a word looked for", officer, reverse("draft-comment-list", args=pk) + "?q=管辖"),
        ("several at once", officer, reverse("draft-comments-many", args=pk)),
        ("the draft's text", officer, reverse("draft-text", args=pk)),
        ("an article", officer, reverse("draft-provision", args=[*pk, article])),
        ("the public page", public, reverse("public-draft", args=pk)),
    ):
        page(name, client, address, times)
    waiting = list(CommentGroup.objects.values_list("pk", flat=True))
    took, shown = timed(
        lambda: sum(
            comments.moderate_all(**given, groups=waiting[n : n + 100], state="shown")
            for n in range(0, len(waiting), 100)
        )
    )
    tell("comments: all shown, a hundred groups at a time, s", took, 30, shown=shown)
    took, answered = timed(
        lambda: sum(
            comments.answer_all(**given, groups=waiting[n : n + 100], answer="part", why="修改时一并研究。")
            for n in range(0, len(waiting), 100)
        )
    )
    tell("comments: all answered, a hundred groups at a time, s", took, 30, answered=answered)
    page("the public page, all answered", public, reverse("public-draft", args=pk), times)
    page("its last page", public, f"{reverse('public-draft', args=pk)}?page={max(1, left // 50)}", times)
    took, data = timed(lambda: comments.table_docx(work.project, ON))
    tell("comments: table of answers in Word, s", took, 5, bytes=len(data))
    took, data = timed(lambda: explanation.docx(work.project, ON))
    tell("comments: explanation put together, s", took, 5, bytes=len(data))


def page(name: str, client, address: str, times: int) -> None:
    assert client.get(address).status_code == 200, address
    runs = []
    for _ in range(times):
        began, worked = perf_counter(), process_time()
        answer = client.get(address)
        b"".join(answer.streaming_content) if answer.streaming else answer.content
        runs.append((perf_counter() - began, process_time() - worked))
    walls, cpus = sorted(wall for wall, _ in runs), sorted(cpu for _, cpu in runs)
    at = int(len(runs) * 0.95)
    tell(
        f"comments: {name}, p95 ms",
        walls[at] * 1000,
        PAGE_MS,
        median=round(walls[len(runs) // 2] * 1000, 1),
        processor=round(cpus[at] * 1000, 1),
    )


def timed(work):
    began = perf_counter()
    made = work()
    return perf_counter() - began, made


def tell(name: str, value: float, goal: float, **beside: object) -> None:
    print(
        json.dumps(
            {"name": name, "value": round(value, 2), "goal": f"< {goal}", "ok": value < goal, **beside},
            ensure_ascii=False,
        ),
        flush=True,
    )


_SAYS = (
    "建议", "希望", "请", "应当", "最好", "可否", "我认为应当", "从企业的角度看，应当", "多年来的情况表明，应当", "基层反映，应当",
)  # fmt: skip
_DOES = (
    "明确", "延长", "缩短", "取消", "细化", "公开", "统一", "简化", "核对", "补充", "分开规定", "参照外省规定", "授权区县确定", "写入附则",
)  # fmt: skip
_WHAT = (
    "立案的期限", "材料的份数", "管辖的分工", "口头审理的程序", "回避的情形", "送达的方式", "证据的交换", "中止的条件", "调解的衔接", "公开的范围",
    "专家的意见", "鉴定的费用", "网上提交的办法", "执行的责任", "复议的告知", "施行的日期", "重大影响的标准", "代理人的资格", "外国人的身份证明", "保全的担保",
)  # fmt: skip
_WHY = (
    "否则企业无所适从", "便于当事人准备", "减少往返", "与上位法一致", "避免推诿", "保护中小企业", "节省时间", "防止滥用", "有利于执行", "体现公平",
)  # fmt: skip


def own(rng: random.Random) -> str:
    """What somebody says of their own accord: two things, each with its reason."""
    pieces = [
        f"{rng.choice(_SAYS)}{rng.choice(_DOES)}{rng.choice(_WHAT)}，{rng.choice(_WHY)}" for _ in range(rng.randint(2, 4))
    ]  # fmt: skip
    return "；".join(pieces) + "。"


def fill(work, many: int) -> None:
    """So many comments straight into the tables, each a group of its own, as they would be when none was grouped at once."""
    from zhiheng.rulemaking import comments
    from zhiheng.rulemaking.models import Comment, CommentGroup

    rng = random.Random(10_000)
    labels = ["", "第一条", "第二条", "第三条", "第四条", "第五条"]
    campaigns = [(rng.choice(labels), own(rng) + own(rng)) for _ in range(40)]
    said = []
    for n in range(many):
        if rng.random() < 0.6:
            label, words = rng.choice(campaigns)
            said.append((label, words + rng.choice(["", "谢谢", "！！", "请采纳", "啊", "（某企业）"])))
        else:
            said.append((rng.choice(labels), f"{own(rng)}{'甲乙丙丁戊己庚辛壬癸'[n % 10]}企业。"))
    groups = CommentGroup.objects.bulk_create(
        [
            CommentGroup(
                project=work.project, provision=label, gist=words[:400], likeness=comments.mark_of(words)
            )
            for label, words in said
        ],
        batch_size=500,
    )
    Comment.objects.bulk_create(
        [
            Comment(
                project=work.project, unit=work.project.unit, group=group, provision=label, words=words, on=ON,
                text_sha=work.project.comment_sha,
            )
            for group, (label, words) in zip(groups, said, strict=True)
        ],
        batch_size=500,
    )  # fmt: skip


if __name__ == "__main__":
    main()
