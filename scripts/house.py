"""Draw the house: packages as rooms on their floors, and who uses whom, from the import graph. Writes docs/images/house.svg.

    python scripts/house.py            draw
    python scripts/house.py --check    say whether the picture is what would be drawn

Floors are the layers of `[tool.importlinter]` in pyproject.toml, arrows what the modules really import: direct use of the
next floor that has any, since whatever is above may use whatever is below.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "zhiheng"
PICTURE = ROOT / "docs" / "images" / "house.svg"
WIDTH, FLOOR, ROOM, GAP, MARGIN = 1080, 84, 52, 14, 24
INK, QUIET, LINE, GROUND, SHEET, TINT = "#1c2530", "#55616f", "#8fa3b8", "#f4f6f8", "#ffffff", "#eaf1f9"


def floors() -> list[list[str]]:
    """Packages by floor, the top first."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in told if contract["type"] == "layers")
    return [[name.strip() for name in layer.split("|")] for layer in layers]


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "zhiheng" and len(parts) > 1 else ""


@cache
def imports() -> dict[str, set[str]]:
    """Package → the packages whose modules it imports, tests and migrations left out."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(ROOT).with_suffix("").parts
        if "tests" in inside or "migrations" in inside or len(inside) < 2:
            continue
        here = inside[1]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            found.setdefault(here, set()).update(
                room for name in names if (room := room_of(name)) and room != here
            )
    return found


def about(room: str) -> str:
    """The first words of what the package says of itself."""
    path = PACKAGE / room / "__init__.py"
    text = (
        ast.get_docstring(ast.parse((path if path.exists() else PACKAGE / f"{room}.py").read_text("utf-8")))
        or ""
    )
    first = " ".join(text.split()).split(". ")[0].rstrip(".")
    return first


def cut(text: str, width: float, size: float) -> list[str]:
    """Up to two lines of text that fit."""
    letters, lines, line = max(int(width / (size * 0.56)), 8), [], ""
    for word in text.split():
        if len(f"{line} {word}") + sum(sign > "\u2e80" for sign in f"{line} {word}") > letters and line:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    return (
        [*lines[:1], lines[1] if len(lines) == 2 else lines[1][: letters - 1].rstrip(" ,;") + "…"]
        if len(lines) > 1
        else lines
    )


def draw() -> str:
    """The picture as SVG, always the same for the same packages."""
    built = floors()
    known = {room for floor in built for room in floor}
    used = {room: sorted(others & known) for room, others in imports().items() if room in known}
    place: dict[str, tuple[float, float, float]] = {}
    out: list[str] = []
    for level, floor in enumerate(built):
        y = MARGIN + level * FLOOR
        width = (WIDTH - 2 * MARGIN - (len(floor) - 1) * GAP) / len(floor)
        for number, room in enumerate(floor):
            place[room] = (MARGIN + number * (width + GAP), y, width)
    height = MARGIN * 2 + (len(built) - 1) * FLOOR + ROOM
    level_of = {room: level for level, floor in enumerate(built) for room in floor}
    arrows = []
    for room in sorted(used):
        below = [other for other in used[room] if level_of[other] > level_of[room]]
        nearest = min((level_of[other] for other in below), default=None)
        for other in below:
            if level_of[other] == nearest:
                (x1, y1, w1), (x2, y2, w2) = place[room], place[other]
                left, right = max(x1, x2), min(x1 + w1, x2 + w2)
                start = end = (left + right) / 2
                if left >= right:
                    start = min(max(x2 + w2 / 2, x1 + 12), x1 + w1 - 12)
                    end = min(max(x1 + w1 / 2, x2 + 12), x2 + w2 - 12)
                arrows.append(
                    f'<path d="M{start:.0f} {y1 + ROOM}C{start:.0f} {y1 + ROOM + 20} {end:.0f} {y2 - 24} {end:.0f} {y2 - 4}" '
                    'marker-end="url(#tip)"/>'
                )
    for room, (x, y, width) in place.items():
        out.append(f'<rect x="{x:.0f}" y="{y}" width="{width:.0f}" height="{ROOM}" rx="4"/>')
        out.append(f'<text class="name" x="{x + 10:.0f}" y="{y + 18}">{escape(room)}</text>')
        for number, line in enumerate(cut(about(room), width - 20, 10.5)):
            out.append(
                f'<text class="about" x="{x + 10:.0f}" y="{y + 32 + 13 * number}">{escape(line)}</text>'
            )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            'aria-label="The packages of Zhiheng on their floors; an upper floor may use a lower one">',
            "<defs>",
            '<marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            f'<path d="M0 0L8 4L0 8z" fill="{LINE}"/></marker>',
            "</defs>",
            f"<style>rect{{fill:{SHEET};stroke:{LINE}}}.name{{font:600 14px sans-serif;fill:{INK}}}"
            f".about{{font:10.5px sans-serif;fill:{QUIET}}}.use path{{fill:none;stroke:{LINE};stroke-width:1.2}}</style>",
            f'<rect x="0" y="0" width="{WIDTH}" height="{height}" style="fill:{GROUND};stroke:none"/>',
            '<g class="use">',
            *arrows,
            "</g>",
            *out,
            "</svg>",
            "",
        ]
    )


def main(arguments: list[str]) -> int:
    drawn = draw()
    if "--check" in arguments:
        same = PICTURE.exists() and PICTURE.read_text("utf-8") == drawn
        if not same:
            print(
                f"{PICTURE.relative_to(ROOT)} is not what would be drawn now: run python scripts/house.py",
                file=sys.stderr,
            )
        return 0 if same else 1
    PICTURE.write_text(drawn, "utf-8")
    print(PICTURE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
