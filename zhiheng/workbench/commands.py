"""`zhiheng serve`, the jobs it carries out, and the clocks derived again every day."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HOST, PORT = "127.0.0.1", 8000


def add_parsers(subparsers) -> None:
    serve = subparsers.add_parser("serve", help="启动网站，只监听本机")
    serve.add_argument("--host", default=HOST, help=f"监听地址，默认 {HOST}")
    serve.add_argument("--port", type=int, default=PORT, help=f"端口，默认 {PORT}")
    serve.add_argument(
        "--unix", type=Path, metavar="PATH", help="改为监听这个 Unix 套接字，供本机的反向代理使用"
    )
    serve.add_argument("--workers", type=int, help="进程数，默认见环境变量 ZHIHENG_WORKERS")
    serve.add_argument("--threads", type=int, help="每个进程的线程数，默认见环境变量 ZHIHENG_THREADS")
    serve.set_defaults(run=_serve, django=True)

    job = subparsers.add_parser("run_job", help="办理一项后台任务；由 zhiheng serve 调用")
    job.add_argument("pk", type=int)
    job.add_argument("attempt", type=int)
    job.set_defaults(run=_run_job, django=True)

    recalculate = subparsers.add_parser(
        "recalculate", help="重算全部未停止的期限：放假安排公布后，或每日定时运行"
    )
    recalculate.add_argument(
        "--reason", default="每日重算", help="写入留痕账的理由，例如“2027年放假安排公布”"
    )
    recalculate.set_defaults(run=_recalculate, django=True)


def _recalculate(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from zhiheng.matters import runs
    from zhiheng.refusal import Refused

    try:
        found = runs.recalculate(on=timezone.localdate(), reason=arguments.reason)
    except Refused as refused:
        print("\n".join(map(str, refused.reasons)) + "\n其余的已重算。", file=sys.stderr)
        return 1
    print(f"已核对 {found.runs} 个程序运行，{found.moved} 个的期限有变化。")
    return 0


def _run_job(arguments: argparse.Namespace) -> int:
    from zhiheng.jobs import worker
    from zhiheng.jobs.models import Job

    job = Job.objects.filter(pk=arguments.pk, attempt=arguments.attempt).first()
    if job is None:
        print(f"没有第 {arguments.pk} 项任务，或者它已由别的进程办理。", file=sys.stderr)
        return 2
    worker.carry_out(job=job)
    return 0


def prepared() -> bool:
    """Whether the database is ready; says why not."""
    from zhiheng.audit.beginning import prepare_database
    from zhiheng.matters.adoption import check_kept
    from zhiheng.refusal import Refused

    try:
        prepare_database()
    except Refused as refused:
        print(refused, file=sys.stderr)
        return False
    # Every bundle that a matter runs under is read before anybody works: better no site than a case nobody can open.
    if faults := check_kept():
        print("\n".join(faults), file=sys.stderr)
        return False
    return True


def _serve(arguments: argparse.Namespace) -> int:
    if not prepared():
        return 2
    return listen(arguments.host, arguments.port, arguments.unix, arguments.workers, arguments.threads)


def listen(
    host: str,
    port: int,
    unix: Path | None = None,
    workers: int | None = None,
    threads: int | None = None,
) -> int:
    """Serve until told to stop; the exit code. Processes and threads not given are those of the settings."""
    from django.conf import settings
    from django.db import connections
    from django.utils.module_loading import import_string

    from zhiheng.jobs import worker
    from zhiheng.serving import server
    from zhiheng.ui.uploads import limit_of

    try:
        bound = server.bind(host, port, unix)
    except server.CannotListen as error:
        print(error, file=sys.stderr)
        return 2
    where = unix or f"http://{host}:{port}/"
    return server.serve(
        import_string(settings.WSGI_APPLICATION),
        bound,
        workers=workers or settings.WORKERS,
        threads=threads or settings.THREADS,
        # An upload of the largest size has the other fields of its form beside it.
        largest_body=lambda path: limit_of(path) + 2**20,
        before_fork=connections.close_all,
        beside=worker.work,
        started=lambda: print(f"\n网站已启动：{where}　按 Ctrl-C 停止。", flush=True),
    )
