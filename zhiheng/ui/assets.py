"""Copy what the pages need from node_modules into the git-ignored `static/vendor/`: `python -m zhiheng.ui.assets`.

A few whole files, and one sprite of the icons named below, so that a page asks nobody but its own server.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE.parent.parent / "node_modules"
VENDOR = HERE / "static" / "vendor"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "echarts.min.js": "echarts/dist/echarts.common.min.js",
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


def build(modules: Path = MODULES, vendor: Path = VENDOR) -> list[Path]:
    """Fill `vendor` anew. Raises FileNotFoundError naming the file when `npm ci` has not been run."""
    missing = [path for path in FILES.values() if not (modules / path).exists()]
    if missing:
        raise FileNotFoundError(f"缺少 {'、'.join(missing)}；请先执行 npm ci（make setup 会自动执行）。")
    vendor.mkdir(parents=True, exist_ok=True)
    made = [vendor / name for name in FILES]
    for name, path in FILES.items():
        # A source map would only be asked for by developers' tools, and is not shipped.
        text = (modules / path).read_text()
        (vendor / name).write_text(re.sub(r"(/\*|//)# sourceMappingURL=.*", "", text))
    (vendor / "icons.svg").write_text(sprite(modules / "@tabler/icons/icons/outline", ICONS))
    return [*made, vendor / "icons.svg"]


if __name__ == "__main__":
    try:
        built = build()
    except FileNotFoundError as error:
        sys.exit(str(error))
    print("\n".join(f"{path.name}\t{path.stat().st_size:,}" for path in built))
