"""The papers of one case: all of them made anew, each shown before it is made, and its file bound and packed.

    python -m bench.case_papers

Prints JSON lines: how long the papers of a full case take together (scaled to 39), a preview (p95), binding the file into a PDF and
packing it; on a throw-away SQLite database.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from time import perf_counter

PAPERS, SECONDS, PREVIEW_MS = 39, 2.0, 300.0


def tell(name: str, value: float, goal: float, **beside: object) -> None:
    print(
        json.dumps(
            {"name": name, "value": round(value, 3), "goal": goal, "ok": value <= goal, **beside},
            ensure_ascii=False,
        )
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {"ZHIHENG_DATA_DIR": place, "DJANGO_SETTINGS_MODULE": "zhiheng.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        Path(place, "files").mkdir(exist_ok=True)
        measure()


def measure() -> None:
    from tests.casework import Worker
    from tests.world import build
    from zhiheng.documents import archives
    from zhiheng.documents.models import Archive
    from zhiheng.documents.rendering import forms as rendering
    from zhiheng.matters import preview
    from zhiheng.matters.delivery import folder_papers, papers_by_step
    from zhiheng.matters.engine import Standing
    from zhiheng.matters.papers import context_of

    world = build()
    work = Worker(world.a).to_archived()
    standing = Standing.of(work.case.matter.proceeding, work.on)
    steps = {row.seq: row for row in work.case.matter.proceeding.steps.select_related("taken_by")}
    made = list(papers_by_step(folder_papers(work.case), standing))
    for _ in range(2):  # the second time forms are compiled, as in a process that serves
        began = perf_counter()
        for seq, paper in made:
            form = standing.procedure.form(paper.form, paper.on, ())
            context = context_of(work.case, steps[seq], number=paper.number, standing=standing)
            rendering.render(form, context)
        took = (perf_counter() - began) / len(made) * PAPERS
    tell(f"{PAPERS} papers of a case, s", took, SECONDS, papers=len(made))

    open_case = Worker(world.a)
    open_case.to_noticed()
    open_case.wait(12).step("deliberate")
    shown = Standing.of(open_case.case.matter.proceeding, open_case.on)
    took = []
    for _ in range(20):
        for code in ("decide_penalty", "record_questioning"):
            step = shown.procedure.steps[code]
            began = perf_counter()
            preview.sheets(open_case.case, step, open_case.data(step), world.a.handler, shown)
            took.append((perf_counter() - began) * 1000)
    took.sort()
    tell(
        "preview of a step's papers, p95 ms",
        took[int(len(took) * 0.95)],
        PREVIEW_MS,
        median=round(took[len(took) // 2], 1),
    )

    filed = Archive.objects.select_related("folder", "responsible").get()
    began = perf_counter()
    bound = archives.bind(archive=filed)
    tell(
        "binding a file into a PDF and packing it, s",
        perf_counter() - began,
        5.0,
        pages=sum(bound.pages["volumes"]),
        bytes=bound.pdf_size,
    )


if __name__ == "__main__":
    main()
