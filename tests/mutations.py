"""Faults planted on purpose: does a fast test notice each of them?

    python -m tests.mutations                 all of them; ends with 1 when one is let through
    python -m tests.mutations audit figures   only those in these packages
    python -m tests.mutations --own           only the tests of a mutant's own package are asked
    python -m tests.mutations --green         the suite is known to pass on this tree: nothing is run without a fault planted
    python -m tests.mutations --list          what would be planted

Each mutant changes one rule somebody depends on and is said in one sentence, which is the sentence a test should hold. It is
planted in a copy of the working tree; what runs are the tests named after its module, where those let it through the others of
its own package, and then of the packages that work with it, no browser, up to the first that fails. `near`, `first` and `then`
of the answer say which noticed.

When a mutant's line is rewritten, this says so: plant it again where the rule now stands, or take it out with the rule.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("zhiheng", "tests", "docs", "deploy", "scripts", "conftest.py", "pyproject.toml", "README.md")
# Packages whose tests are asked after the package's own, nearest first.
NEIGHBOURS = {
    "audit": ("accounts", "documents", "matters"),
    "accounts": ("matters", "registers"),
    "documents": ("matters", "cases"),
    "law": ("cases",),
    "figures": ("cases", "reports", "outreach"),
    "matters": ("cases", "workbench"),
    "registers": ("outreach", "study", "enforcement"),
    "cases": ("matters", "reports"),
    "rulemaking": ("reviews", "workbench"),
}


@dataclass(frozen=True)
class Mutant:
    """One planted fault: `old` stands once in the file and becomes `new`; `holds` is what is then no longer true."""

    file: str
    old: str
    new: str
    holds: str

    @property
    def package(self) -> str:
        return self.file.split("/")[0]

    def planted(self, text: str) -> str | None:
        """The text with the fault in it; None where its place is not there, or not the only one."""
        return text.replace(self.old, self.new) if text.count(self.old) == 1 else None


MUTANTS = (
    # ---- audit
    Mutant(
        "audit/services.py",
        '"subject": [entry.subject_kind, entry.subject_id, entry.subject_name],',
        '"subject": [entry.subject_kind, entry.subject_id],',
        "Whoever renames what an entry is about breaks its digest",
    ),
    Mutant(
        "audit/services.py",
        "subject_name=(name or str(subject))[:200],",
        "subject_name=(name or str(subject))[:100],",
        "An entry keeps two hundred characters of the name of what was done to",
    ),
    Mutant(
        "audit/services.py",
        "default=plain, sort_keys=True,",
        "default=plain, sort_keys=False,",
        "Equal contents have one spelling, in whatever order their keys came",
    ),
    Mutant(
        "audit/verification.py",
        "            if not met:\n",
        "            if False:\n",
        "A head printed on a paper that the ledger does not hold is told",
    ),
    Mutant(
        "audit/verification.py",
        "if known.last > self.entries:",
        "if known.last > self.entries + 1:",
        "One entry cut off the end is noticed by the heads kept outside",
    ),
    # ---- accounts
    Mutant(
        "accounts/signing_in.py",
        "count.failures < LIMITS[kind]",
        "count.failures <= LIMITS[kind]",
        "The fifth failure of a name at an address makes it wait",
    ),
    Mutant(
        "accounts/signing_in.py",
        'if kind in {"all", "name"} and known:',
        "if known:",
        "An address known as ours is let through the limits over all and of a name, not through its own",
    ),
    Mutant(
        "accounts/models.py",
        "return self.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)",
        "return self.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on)",
        "A role is held on its last day",
    ),
    Mutant(
        "accounts/models.py",
        "valid_from__lte=on, valid_to__gte=on)",
        "valid_from__lte=on, valid_to__gt=on)",
        "A certificate is valid on its last day",
    ),
    Mutant(
        "accounts/selectors.py",
        "reaches = unit_id == person.unit_id",
        "reaches = unit_id in person.unit_ids",
        "The office reads the records of a bureau and does not write into them",
    ),
    Mutant(
        "accounts/services.py",
        "if until < grant.since:",
        "if until <= grant.since:",
        "A role may end on the day it began",
    ),
    Mutant(
        "accounts/services.py",
        "person.must_change_password = person.pk != actor.pk",
        "person.must_change_password = True",
        "Who sets an own new password need not change it once more",
    ),
    Mutant(
        "accounts/services.py",
        "if Role.ADMIN not in roles_of(actor, on) and held.exists():",
        "if False:",
        "Only a system administrator ends the role of another",
    ),
    Mutant(
        "accounts/rights.py",
        "        Right.NAME_BASE,\n        Right.ADOPT_LAW,\n",
        "        Right.NAME_BASE,\n",
        "A bureau does not adopt versions of procedures",
    ),
    # ---- documents
    Mutant(
        "documents/services.py",
        "if path.is_file() and _holds(path, data):",
        "if path.is_file():",
        "A damaged file is replaced when its true bytes are handed in again",
    ),
    Mutant(
        "documents/services.py",
        "if len(data) > limit:",
        "if len(data) >= limit:",
        "A file of exactly the limit is taken",
    ),
    Mutant(
        "documents/arrivals.py",
        "if head.startswith(_EXECUTABLE) or not begins:",
        "if not begins:",
        "A program is refused under any name, also where any bytes would do",
    ),
    Mutant(
        "documents/services.py",
        "file_name)[-200:]",
        "file_name)[:200]",
        "A long file name keeps its end, which says what kind of file it is",
    ),
    Mutant(
        "documents/services.py",
        "    if evidence.excluded_reason:\n",
        "    if False:\n",
        "Evidence is excluded once, and keeps the first reason",
    ),
    # ---- figures
    Mutant(
        "figures/selectors.py",
        "date(year, 12, 31), on)",
        "date(year, 12, 30), on)",
        "The last day of a year belongs to it",
    ),
    Mutant(
        "figures/selectors.py",
        '"pk__lt": OuterRef("pk")',
        '"pk__gt": OuterRef("pk")',
        "Of two on the same day the one recorded first is the first",
    ),
    Mutant(
        "figures/selectors.py",
        "    if figure.silent and not count:\n",
        "    if False:\n",
        "A silent figure without a row says nothing, which is not nought",
    ),
    Mutant(
        "figures/selectors.py",
        "intact = anchored and content_digest(",
        "intact = content_digest(",
        "A snapshot whose digest the ledger does not hold is not intact",
    ),
    Mutant(
        "figures/registry.py",
        'Q(**{f"{self.void}__gt": scope.on})',
        'Q(**{f"{self.void}__gte": scope.on})',
        "A decision does not count on the very day it is revoked",
    ),
    Mutant(
        "figures/registry.py",
        'always | Q(**{f"{self.since}__lte": scope.on})',
        'always | Q(**{f"{self.since}__lt": scope.on})',
        "Changed amounts count from the day of the change on",
    ),
    Mutant(
        "figures/registry.py",
        'Q(**{f"{self.until}__gt": scope.end})',
        'Q(**{f"{self.until}__gte": scope.end})',
        "What ends on the last day of a period does not stand on it",
    ),
    Mutant(
        "figures/measures.py",
        "return len({add for add in adds if add is not None})",
        "return len(set(adds))",
        "A frozen count of different values does not count rows without one",
    ),
    # ---- matters
    Mutant(
        "matters/runs.py",
        "paused_since=open_pause if stopped_on is None else None,",
        "paused_since=open_pause,",
        "A clock that stopped does not stand still as well",
    ),
    Mutant(
        "matters/runs.py",
        "pending.exclude(step__in=possible)",
        "pending.none()",
        "A proposal for a place that the matter left lapses",
    ),
    Mutant(
        "matters/effects.py",
        "if len({p.pk for p in people}) < 2:",
        "if len(people) < 2:",
        "One officer named twice is not two officers",
    ),
    Mutant(
        "matters/services.py",
        "filter(seq__gt=seen, step=step.code, ref=ref)",
        "filter(seq__gte=seen, step=step.code, ref=ref)",
        "A step seen as taken when the page was opened may be taken again",
    ),
    Mutant(
        "matters/effects.py",
        "        if not family.is_taken(unit, number):\n",
        "        if True:\n",
        "A number that an imported case has is not given again",
    ),
    Mutant(
        "matters/services.py",
        "record, wanted, on)\n        refuse_faults(situation)",
        "record, wanted, on)",
        "What must hold between answers is asked again when the approver agrees",
    ),
    Mutant(
        "matters/answers.py",
        "type(start) is type(end) and end < start:",
        "type(start) is type(end) and end <= start:",
        "What begins and ends on the same day is in order",
    ),
    Mutant(
        "matters/answers.py",
        "len(value) > limit:",
        "len(value) >= limit:",
        "An answer of exactly the longest length is taken",
    ),
    Mutant(
        "matters/engine.py",
        "for event in reversed(self.told(line)):\n            if (not steps",
        "for event in self.told(line):\n            if (not steps",
        "What was said last of a field is what it says",
    ),
    Mutant(
        "matters/selectors.py",
        "~Q(proposal__proposed_by_id=person) & ~Exists(signed)",
        "~Exists(signed)",
        "Nobody's list of work asks them to approve what they proposed",
    ),
    # ---- registers
    Mutant(
        "registers/services.py",
        "    if held.unit_id != was_unit:\n",
        "    if False:\n",
        "A record is not corrected into a unit over whose records one has no right",
    ),
    Mutant(
        "registers/services.py",
        "        if standing:\n",
        "        if False:\n",
        "A record with standing records below it is not declared void",
    ),
    Mutant(
        "registers/services.py",
        "if (found.kind, found.record_id) != (register.label, held.pk):",
        "if found.kind != register.label:",
        "A file is set aside at the record it belongs to, and at no other",
    ),
    Mutant(
        "registers/services.py",
        '        and fields.sort_of(register.column(name)) != "bool"\n',
        "",
        "A box that is not ticked is an answer",
    ),
    Mutant(
        "registers/selectors.py",
        "    elif act.states and record.state not in act.states:\n",
        "    elif False:\n",
        "An act is done only in the states it is declared for",
    ),
    # ---- cases
    Mutant(
        "cases/guards.py",
        "if number >= 2 and not without:",
        "if number >= 2:",
        "Every officer of a case has a certificate, not only two of them",
    ),
    Mutant(
        "cases/acts.py",
        "mitigated=bool(sanction.lighter),",
        "mitigated=True,",
        "A fine below the range needs a ground of mitigation",
    ),
    Mutant(
        "cases/guards.py",
        """if run.taken("pass_hearing_review") or s.value("review_kind") == "legality" or""",
        """if run.taken("pass_hearing_review") or""",
        "What needs a legality review needs the collective discussion too",
    ),
    Mutant(
        "cases/money.py",
        "if one.owed > 0 and one.name not in settled",
        "if one.owed > 100 and one.name not in settled",
        "A case is paid when nothing is left, not when little is",
    ),
    Mutant(
        "cases/decisions.py",
        "if on < (begun := decision.since or decision.decided_on):",
        "if on <= (begun := decision.since or decision.decided_on):",
        "A decision may be revoked on its own day",
    ),
    Mutant(
        "cases/decisions.py",
        "last = (standing or made)[-1]",
        "last = made[-1]",
        "A case shows the decision in force, not one made later and revoked",
    ),
    Mutant(
        "cases/decisions.py",
        "decision.ended_on = None if how == DecisionChange.UNLAWFUL else on",
        "decision.ended_on = on",
        "What is held unlawful without being revoked stays in force",
    ),
    Mutant(
        "law/penalties.py",
        "late = set(range(first.toordinal() + 1, until.toordinal() + 1))",
        "late = set(range(first.toordinal(), until.toordinal() + 1))",
        "No surcharge runs on the last day for payment",
    ),
    Mutant(
        "cases/checks.py",
        "        if amount > fine:\n",
        "        if amount >= fine:\n",
        "A surcharge may be as high as the fine",
    ),
    # ---- texts that are made here
    Mutant(
        "rulemaking/alike.py",
        " or self.sense != other.sense",
        "",
        "Comments that ask for another number, or say no where others say yes, are another opinion",
    ),
    Mutant(
        "rulemaking/guards.py",
        """    if version is None or said.get("text_sha") != version.sha:""",
        """    if version is None:""",
        "A draft that was changed after its review must come back",
    ),
    Mutant(
        "rulemaking/drafting.py",
        """    if version is None or version.sha != seen:
        raise Refused.because(
            "您打开本页以后，草案已由他人修改，这次没有保存",
            way_out="请核对新的文本后再改；您写的文字还在下面",
        )
    old = read(version)""",
        "    old = read(version)",
        "What somebody else changed meanwhile is not written over",
    ),
    Mutant(
        "rulemaking/comments.py",
        "    if not project.takes_comments(on):",
        "    if False:",
        "Nobody comments after the closing day",
    ),
    Mutant(
        "matters/runs.py",
        "        _refuse_before_countersigned(proposal)",
        "        pass",
        "Nothing is approved before those who were asked to countersign have spoken",
    ),
)


def of_packages(tree: Path, packages: tuple[str, ...]) -> list[str]:
    return [
        f"zhiheng/{package}/tests" for package in packages if (tree / "zhiheng" / package / "tests").is_dir()
    ]


def nearest(mutant: Mutant, tree: Path) -> list[str]:
    """The test files of its package that are named after its module; where there are none, those that speak of it."""
    module = Path(mutant.file).stem
    files = sorted((tree / "zhiheng" / mutant.package / "tests").glob("test_*.py"))
    named = [one for one in files if one.stem.startswith(f"test_{module}_")]
    spoken = re.compile(rf"\b{module}\b")
    return [
        str(one.relative_to(tree))
        for one in named or [one for one in files if spoken.search(one.read_text("utf-8"))]
    ]


def noticed(mutant: Mutant, tree: Path, paths: list[str]) -> str:
    """The test of these that fails, "" when all of them pass."""
    if not paths:
        return ""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-m", "not browser and not slow"),
            *("-p", "no:cacheprovider", "--tb=no", "--no-header", "-W", "ignore", *paths),
        ],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "ZHIHENG_DATA_DIR": str(tree / "var")},
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode == 0:
        return ""
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if done.returncode != 1 or not failed:
        raise SystemExit(f"{mutant.file}: the tests did not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return failed[0].split(" - ")[0].partition(" ")[2]


def refuse_red(tree: Path, packages: set[str]) -> None:
    """What fails without any fault planted would count as noticing every one."""
    for package in sorted(packages):
        if red := noticed(Mutant(f"{package}/", "", "", ""), tree, of_packages(tree, (package,))):
            raise SystemExit(f"fails with no fault planted: {red}")


def main(arguments: list[str]) -> int:
    named = {argument for argument in arguments if not argument.startswith("--")}
    chosen = [mutant for mutant in MUTANTS if not named or mutant.package in named]
    missing = [m for m in chosen if m.planted((ROOT / "zhiheng" / m.file).read_text("utf-8")) is None]
    for mutant in missing:
        print(f"not there any more  {mutant.file}: {mutant.holds}", flush=True)
    if "--list" in arguments:
        for mutant in chosen:
            print(f"{mutant.file}: {mutant.holds}")
        return bool(missing)
    caught = 0
    with tempfile.TemporaryDirectory(prefix="zhiheng-mutants-") as scratch:
        tree = Path(scratch)
        for name in COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, tree / name)
        asked = {mutant.package for mutant in chosen}
        if "--own" not in arguments:
            asked |= {neighbour for package in asked for neighbour in NEIGHBOURS[package]}
        if "--green" not in arguments:
            refuse_red(tree, asked)
        for mutant in chosen:
            if mutant in missing:
                continue
            path = tree / "zhiheng" / mutant.file
            whole = path.read_text("utf-8")
            path.write_text(mutant.planted(whole) or whole, "utf-8")
            asked_in_turn = {
                "near": nearest(mutant, tree),
                "first": of_packages(tree, (mutant.package,)),
                "then": [] if "--own" in arguments else of_packages(tree, NEIGHBOURS[mutant.package]),
            }
            told = ((place, noticed(mutant, tree, paths)) for place, paths in asked_in_turn.items())
            place, by = next(((place, by) for place, by in told if by), ("", ""))
            path.write_text(whole, "utf-8")
            caught += bool(by)
            print(
                f"{f'caught {place}' if by else 'SURVIVED'}\t{mutant.file}: {mutant.holds}\t{by}", flush=True
            )
    print(f"{caught} of {len(chosen)} caught")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
