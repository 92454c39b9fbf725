"""The page an officer reads: one file, no script, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape

_STYLE = """
:root{--ink:#1f2a37;--soft:#5b6776;--line:#dde3ea;--blue:#1f4e8c;--diff:#ffe3b3;--only:#ffd4d0;--moved:#dbe8f7}
*{box-sizing:border-box}
body{margin:0;background:#f5f7f9;color:var(--ink);font:14px/1.6 "PingFang SC","Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1280px;margin:0 auto;padding:24px 16px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:24px 0 8px}h3{font-size:15px;margin:0 0 8px}
.soft{color:var(--soft)}.card{background:#fff;border:1px solid var(--line);border-radius:4px;padding:16px;margin:0 0 16px}
.facts{display:flex;flex-wrap:wrap;gap:8px 32px;list-style:none}.facts b{font-size:18px;display:block}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid var(--line);padding:6px 8px;text-align:left;vertical-align:top}
th{font-weight:600;color:var(--soft)}td.n,th.n{text-align:right;white-space:nowrap}
.pair{table-layout:fixed}th,td,summary,h3{overflow-wrap:anywhere}mark{background:var(--diff);color:inherit;padding:0 1px}
.only{background:var(--only)}.moved td:first-child{box-shadow:inset 3px 0 var(--blue)}
.tag{display:inline-block;max-width:100%;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:4px;padding:0 6px;margin:0 6px 4px 0;background:#f5f7f9}
details>summary{cursor:pointer;color:var(--blue);padding:4px 0}.scroll{overflow-x:auto}svg{display:block}svg text{font:12px sans-serif;fill:var(--ink)}
a{color:var(--blue)}
@media print{body{background:#fff}details{display:block}}
"""
_SIGNALS_SHOWN = 200
_REJECTED_SHOWN = 200


def page(result: dict, clusters: list[dict]) -> str:
    """The whole page. result: what `result.json` holds; clusters: those shown with their comparisons."""
    by_cluster = {one["cluster"]: one for one in result["signals"] if one["cluster"] is not None}
    others = [one for one in result["signals"] if one["cluster"] is None][:_SIGNALS_SHOWN]
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>专利申请相似筛查报告</title><style>{_STYLE}</style></head><body><main>",
        f'<h1>专利申请相似筛查报告</h1><p class="soft">{escape(result["source"].get("file", ""))}</p>',
        f'<p class="card" role="note">{escape(result["statement"])}</p>',
        _facts(result),
        "<h2>内容相近的申请</h2>",
    ]
    if not clusters:
        parts.append('<p class="card">没有发现达到相似度的申请。可用从宽设定再查一次。</p>')
    elif len(result["clusters"]) > len(clusters):
        parts.append(
            f'<p class="soft">共 {len(result["clusters"])} 组，以下为最大的 {len(clusters)} 组；其余见 result.json。</p>'
        )
    parts += [_cluster(one, by_cluster.get(one["number"])) for one in clusters]
    parts.append("<h2>申请情况的线索</h2>")
    parts += [_signal(one) for one in others] or [
        '<p class="card">没有其他线索，或名单里没有申请人、申请日等列。</p>'
    ]
    parts += [_rejected(result), _settings(result["settings"]), "</main></body></html>"]
    return "".join(parts)


def _facts(result: dict) -> str:
    items = [
        ("申请", result["documents"]), ("相近的对", result["pair_count"]), ("组", len(result["clusters"])),
        ("线索", result["signal_count"]), ("未比对的行", result["rejected_count"]),
    ]  # fmt: skip
    inside = "".join(f"<li>{name}<b>{value:,}</b></li>" for name, value in items)
    return f'<ul class="card facts">{inside}</ul>'


def _cluster(cluster: dict, signal: dict | None) -> str:
    members = "".join(f'<span class="tag">{escape(one)}</span>' for one in cluster["members"])
    more = (
        f'<span class="soft">等 {cluster["size"]} 件</span>'
        if cluster["size"] > len(cluster["members"])
        else ""
    )
    parts = [
        f'<section class="card" id="c{cluster["number"] + 1}"><h3>第 {cluster["number"] + 1} 组 · {cluster["size"]} 件</h3><div>{members}{more}</div>'
    ]
    if signal:
        parts.append(_grounds(signal) + waterfall(signal))
    if len(cluster["chain"]) > 1:
        rows = "".join(
            f'<tr><td>{escape(a)}</td><td>{escape(b)}</td><td class="n">{s:.1%}</td></tr>'
            for a, b, s in cluster["chain"]
        )
        parts.append(
            f'<details><summary>怎样连成一组</summary><table><thead><tr><th>申请</th><th>申请</th><th class="n">文字重合</th></tr></thead><tbody>{rows}</tbody></table></details>'
        )
    for number, one in enumerate(cluster["comparisons"]):
        parts.append(_comparison(one, opened=number == 0 and cluster["number"] < 10))
    return "".join(parts) + "</section>"


def _comparison(one: dict, opened: bool) -> str:
    head = f"{escape(one['a'])} 与 {escape(one['b'])}：文字重合 {one['similarity']:.1%}"
    if one["passages"] is None:
        return f'<p>{head} <span class="soft">（原文不在本次名单里）</span></p>'
    rows = []
    for passage in one["passages"]:
        kind = ' class="moved" title="先后次序不同"' if passage.moved else ""
        alone = not passage.pieces_a or not passage.pieces_b
        rows.append(
            f"<tr{kind}><td>{_pieces(passage.pieces_a, alone)}</td><td>{_pieces(passage.pieces_b, alone)}</td></tr>"
        )
    return (
        f'<details{" open" if opened else ""}><summary>{head}</summary><div class="scroll"><table class="pair"><thead><tr><th>{escape(one["a"])}</th>'
        f"<th>{escape(one['b'])}</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _pieces(pieces, alone: bool) -> str:
    if alone:
        return "".join(f'<span class="only">{escape(text)}</span>' for text, _ in pieces)
    return "".join(
        f"<mark>{escape(text)}</mark>" if differs and text else escape(text) for text, differs in pieces
    )


def _signal(signal: dict) -> str:
    documents = "".join(f'<span class="tag">{escape(one)}</span>' for one in signal["documents"][:50])
    more = (
        f'<span class="soft">等 {signal["document_count"]} 件</span>' if signal["document_count"] > 50 else ""
    )
    subject = f" · {escape(signal['subject'])}" if signal["subject"] else ""
    return (
        f'<section class="card"><h3>{escape(signal["title"])}{subject}</h3>{_grounds(signal)}{waterfall(signal)}'
        f"<details><summary>涉及的申请（{signal['document_count']} 件）</summary>{documents}{more}</details></section>"
    )


def _grounds(signal: dict) -> str:
    words = "；".join(f"{one['article']}（{one['about']}）" for one in signal["grounds"])
    differing = signal.get("differing_words") or []
    pairs = "，".join(f"{escape(a) or '（无）'} → {escape(b) or '（无）'}" for a, b in differing[:8])
    return f"<p>{escape(signal['note'])}：{escape(words)}</p>" + (
        f"<p>不同的词：{pairs}</p>" if pairs else ""
    )


def waterfall(signal: dict) -> str:
    """The score as a picture: one bar per named evidence, each beginning where the last ended. The words stand beside."""
    steps = signal["evidence"]
    total = max(1, signal["score"])
    left, width, row = 130, 330, 24
    height = row * (len(steps) + 1) + 6
    shapes = []
    for number, step in enumerate(steps):
        y = number * row + 4
        x, long = left + width * step["from"] / total, max(1.0, width * step["points"] / total)
        shapes.append(
            f'<text x="{left - 8}" y="{y + 12}" text-anchor="end">{escape(step["name"])}</text><rect x="{x:.1f}" y="{y}" width="{long:.1f}" height="16" fill="#3b6ea8"/>'
            f'<text x="{left + width + 8}" y="{y + 12}">+{step["points"]}　{escape(step["words"][:48])}</text>'
        )
    y = len(steps) * row + 4
    shapes.append(
        f'<text x="{left - 8}" y="{y + 12}" text-anchor="end">合计</text><rect x="{left}" y="{y}" width="{width}" height="16" fill="#1f2a37"/>'
        f'<text x="{left + width + 8}" y="{y + 12}">{signal["score"]} 点</text>'
    )
    label = "，".join(f"{step['name']}{step['points']}点" for step in steps)
    return f'<div class="scroll"><svg viewBox="0 0 1120 {height}" width="1120" height="{height}" role="img" aria-label="线索点数：{escape(label)}，合计{signal["score"]}点">{"".join(shapes)}</svg></div>'


def _rejected(result: dict) -> str:
    if not result["rejected"]:
        return ""
    rows = "".join(
        f'<tr><td class="n">{one["row"]}</td><td>{escape(one["id"])}</td><td>{escape(one["reason"])}</td></tr>'
        for one in result["rejected"][:_REJECTED_SHOWN]
    )
    more = (
        f'<p class="soft">共 {result["rejected_count"]:,} 行，其余见 result.json。</p>'
        if result["rejected_count"] > _REJECTED_SHOWN
        else ""
    )
    return f'<h2>未比对的行</h2><div class="card scroll"><table><thead><tr><th class="n">行</th><th>申请号</th><th>原因</th></tr></thead><tbody>{rows}</tbody></table>{more}</div>'


def _settings(settings: dict) -> str:
    rows = "".join(
        f"<tr><td>{escape(str(key))}</td><td>{escape(str(value))}</td></tr>"
        for key, value in settings.items()
    )
    return f'<h2>设定</h2><details class="card"><summary>本次的全部参数（用同样的参数和名单可以重做）</summary><table><tbody>{rows}</tbody></table></details>'
