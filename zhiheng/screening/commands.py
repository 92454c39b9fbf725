"""`zhiheng screen`: which applications of a list belong together, and why."""

from __future__ import annotations

import argparse
import errno
import json
import resource
import sys
import time
from dataclasses import fields
from pathlib import Path


def add_parsers(subparsers) -> None:
    parser = subparsers.add_parser("screen", help="比对专利申请名单，找出内容相近的申请和其他线索")
    parser.add_argument("file", type=Path, help="名单：csv、xlsx、jsonl 或 parquet；至少有申请号和一列文字")
    parser.add_argument("--against", type=Path, metavar="PARQUET", help="同时与这份参考文献库比对")
    parser.add_argument("--index", type=Path, metavar="DIR", help="与以往名单的索引比对；没有时用本名单建立")
    parser.add_argument(
        "--drawings", type=Path, metavar="ZIP", help="附图：zip 或文件夹，以申请号命名；比对附图是否相近"
    )
    parser.add_argument("--add", action="store_true", help="比对后把本名单加进索引")
    parser.add_argument(
        "--engine", choices=("local", "cluster"), default="local", help="在本机或在集群上运行"
    )
    parser.add_argument(
        "--setting", choices=("strict", "default", "wide"), default="default", help="从严、一般、从宽"
    )
    parser.add_argument(
        "--similar", type=float, metavar="X", help="文字重合达到 X（0 到 1）即列为相近，不再按名单自身推算"
    )
    parser.add_argument(
        "--framed", type=float, metavar="X", help="句式重合达到 X（0 到 1）即列为相近，不再按名单自身推算"
    )
    parser.add_argument(
        "--limit", action="append", default=[], metavar="NAME=VALUE", help="改一条线索的门槛，可重复；--limit help 列出全部"
    )  # fmt: skip
    parser.add_argument("--columns", action="store_true", help="只说明认出和没有认出哪些列，不比对")
    parser.add_argument(
        "--rerun", type=Path, metavar="RESULT", help="按以前的 result.json 记录的参数和套话表重做"
    )
    parser.add_argument("--workers", type=_count, metavar="N", help="并行数，默认与处理器核数相同")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="结果文件夹")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="屏幕输出形式")
    parser.set_defaults(run=run)


def _count(word: str) -> int:
    if not word.isdigit() or not 1 <= int(word) <= 1024:
        raise argparse.ArgumentTypeError(f"并行数应为 1 到 1024 的整数，不能是 {word}")
    return int(word)


def run(arguments: argparse.Namespace) -> int:
    """0: done; 2: the list, the index or the output folder cannot be used."""
    started = time.perf_counter()
    from .engine.cluster import ClusterUnavailable
    from .engine.index import IndexUnusable
    from .engine.reading import Unreadable
    from .report.files import FolderTaken

    try:
        if arguments.limit == ["help"]:
            _print_limits()
            return 0
        if arguments.columns:
            return _print_columns(arguments.file)
        result = _screen(arguments, started)
    except (Unreadable, IndexUnusable, FolderTaken, ClusterUnavailable) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        where = f"（{error.filename}）" if error.filename else ""
        print(f"写入或读取失败：{_why(error)}{where}；没有留下未完成的结果", file=sys.stderr)
        return 2
    if arguments.format == "json":
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print(result, arguments.output)
    return 0


def _why(error: OSError) -> str:
    known = {
        errno.ENOSPC: "磁盘已满", errno.EDQUOT: "超出磁盘配额", errno.EFBIG: "文件超过系统允许的大小", errno.EROFS: "磁盘只读",
        errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EIO: "磁盘读写出错", errno.ENOENT: "没有这个文件夹",
    }  # fmt: skip
    if error.errno is None:  # numpy does not say why it could not write on
        return f"没有写完，可能是磁盘已满（{error}）"
    return known.get(error.errno) or error.strerror or str(error)


def _screen(arguments: argparse.Namespace, started: float) -> dict:
    from .engine.index import Index
    from .engine.run import add_to_index, file_digest, load, screen
    from .report.files import claim, summary, to_be_shown, write

    if arguments.output:
        claim(arguments.output)
    settings, limits, tables = _settings(arguments)
    with _Progress() as progress:
        index = None
        if arguments.index and Index.exists(arguments.index):
            index = Index.open(arguments.index, settings)
        documents = load(arguments.file, settings, progress, limits)
        if arguments.drawings:
            progress("读取附图", 0, 0)
            _add_drawings(documents, arguments.drawings)
        if arguments.format == "text":
            progress.close()
            print("\n".join(documents.notes), file=sys.stderr, flush=True)
        against = load(arguments.against, settings, progress) if arguments.against else None
        screening = screen(
            documents, settings, limits=limits, against=against, index=index, tables=tables, engine=arguments.engine,
            workers=arguments.workers, progress=progress,
        )  # fmt: skip
        if arguments.index and (index is None or arguments.add):
            progress("加入索引", 0, 0)
            add_to_index(documents, arguments.file, index or arguments.index, screening, arguments.workers)
        texts = screening.originals(to_be_shown(screening), arguments.file, arguments.against)
        source = {"file": arguments.file.name, "sha256": file_digest(arguments.file)}
        documents.notes.extend(_rerun_notes(arguments, source))
        if arguments.against:
            source["against"] = {"file": arguments.against.name, "sha256": file_digest(arguments.against)}
        if arguments.output:
            progress("写出结果", 0, 0)
            return write(
                screening,
                arguments.output,
                texts=texts,
                source=source,
                seconds=time.perf_counter() - started,
                peak_mb=_peak_mb(),
            )
        result = summary(screening, texts)
        if len(result["pairs"]) < result["pair_count"]:
            result["notes"].append("相近的对太多，没有逐对列出；请用 -o 指定文件夹，写入 pairs.parquet")
        result |= {
            "source": source,
            "seconds": round(time.perf_counter() - started, 3),
            "peak_mb": round(_peak_mb(), 1),
        }
        return result


def _add_drawings(documents, path: Path) -> None:
    from .engine import drawings
    from .engine.reading import Unreadable

    try:
        table, left = drawings.fingerprints(str(path))
    except drawings.Unreadable as error:
        raise Unreadable(f"{path.name}：{error}") from error
    documents.with_drawings(table)
    if left:
        documents.notes.append(f"有{len(left)}个附图文件没有用，如 {left[0][0]}：{left[0][1]}")


def _settings(arguments: argparse.Namespace):
    """Settings, limits and table: the named setting's, or those recorded with an earlier result."""
    from .engine.reading import Unreadable
    from .engine.settings import SETTINGS, Settings
    from .engine.signals import Limits

    if not arguments.rerun:
        try:
            settings = SETTINGS[arguments.setting].with_thresholds(
                similar=arguments.similar, framed=arguments.framed
            )
        except ValueError as error:
            raise Unreadable(str(error)) from error
        return settings, _limits(arguments.limit), None
    given = (arguments.similar, arguments.framed) != (None, None) or arguments.limit
    if given or arguments.setting != "default":
        raise Unreadable(
            "--rerun 按记录的参数重做，不能同时改 --setting、--similar、--framed 或 --limit；请去掉其一"
        )
    import numpy as np

    from .engine.collection import Tables
    from .engine.normalise import normaliser_digest
    from .engine.signatures import Table
    from .engine.skeleton import lexicon

    try:
        recorded = json.loads(arguments.rerun.read_text("utf-8"))["settings"]
        with np.load(arguments.rerun.parent / "dropped_grams.npz") as file:
            read = (
                Table(file[key], recorded[name]["counted"], recorded[name]["share"])
                for key, name in (("grams", "table"), ("frames", "frames"))
            )
            tables = Tables(*read)
        made = (tables.letters.digest, tables.frames.digest, normaliser_digest(), lexicon().digest)
        stated = (
            recorded["table"]["digest"], recorded["frames"]["digest"], recorded["normaliser"], recorded["lexicon"],
        )  # fmt: skip
        if made != stated:
            raise ValueError("套话表、句式词表或文字归一规则与记录不同")
        return Settings.from_dict(recorded), Limits(**recorded["limits"]), tables
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"不能按 {arguments.rerun} 重做：{error}") from error


def _limits(words: list[str]):
    """The limits with those given as name=value changed."""
    from .engine.reading import Unreadable
    from .engine.signals import Limits

    given = dict(word.partition("=")[::2] for word in words)
    try:
        return Limits.from_dict(given)
    except ValueError as error:
        raise Unreadable(f"{error}；用 --limit help 看全部门槛") from error


def _print_limits() -> None:
    from .engine.signals import Limits

    for one in fields(Limits):
        print(f"{one.name}={one.default}  {one.metadata['title']}")


def _print_columns(path: Path) -> int:
    from .engine.reading import Rejections, read

    notes: list[str] = []
    next(iter(read(path, Rejections(), notes)), None)
    print("\n".join(notes))
    return 0


def _rerun_notes(arguments: argparse.Namespace, source: dict) -> list[str]:
    """What a repeated run must tell: that it ran over another file than the recorded one."""
    if not arguments.rerun:
        return []
    recorded = json.loads(arguments.rerun.read_text("utf-8")).get("source", {})
    if recorded.get("sha256") in (None, source["sha256"]):
        return []
    return [f"注意：本次名单与记录的不是同一份文件（记录为 {recorded.get('file', '')}），结果不能当作重做"]


def _peak_mb() -> float:
    """Most memory this process ever held, MB. (getrusage would count what the calling process held before.)"""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


class _Progress:
    """A bar on the error stream when a person watches, nothing otherwise."""

    def __init__(self) -> None:
        self._bar = self._task = self._stage = None

    def __enter__(self) -> _Progress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
            )
            self._bar.start()
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        """Leave what is drawn and begin anew with the next stage, so that words may be printed between."""
        if self._bar:
            self._bar.stop()

    def __call__(self, stage: str, finished: int, total: int) -> None:
        if not self._bar:
            return
        self._bar.start()
        if stage != self._stage:
            self._stage, self._task = stage, self._bar.add_task(stage, total=total or None)
        self._bar.update(self._task, completed=finished)


def _print(result: dict, folder: Path | None) -> None:
    print(
        f"申请 {result['documents']:,} 件，相近的对 {result['pair_count']:,}，{len(result['clusters']):,} 组，线索 {result['signal_count']:,} 条；"
    )
    print(
        f"未比对 {result['rejected_count']:,} 行；用时 {result['seconds']:.1f} 秒，内存 {result['peak_mb']:.0f} MB。"
    )
    for one in result["signals"][:10]:
        print(
            f"  {one['score']:>4}点  {one['title']}{'：' + one['subject'] if one['subject'] else ''}  {'、'.join(one['documents'][:3])}{' 等' if one['document_count'] > 3 else ''} {one['document_count']} 件"
        )
    if folder:
        print(f"结果在 {folder}（report.html 可直接打开）。")
    print(result["statement"])
