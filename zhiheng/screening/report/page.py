"""The page an officer reads: one file, no script, nothing loaded from elsewhere."""

from __future__ import annotations

from html import escape

from ..engine.settings import TITLES

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
.about{font-weight:400}.only{background:var(--only)}.moved td:first-child{box-shadow:inset 3px 0 var(--blue)}
.tag{display:inline-block;max-width:100%;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:4px;padding:0 6px;margin:0 6px 4px 0;background:#f5f7f9}
details>summary{cursor:pointer;color:var(--blue);padding:4px 0}.scroll{overflow-x:auto}
.fall{display:grid;grid-template-columns:7em minmax(80px,330px) 4em 1fr;gap:4px 8px;align-items:center;margin:8px 0}
.fall svg{display:block;width:100%;height:16px}.fall rect{fill:#3b6ea8}.fall .sum rect{fill:var(--ink)}.fall b{text-align:right}
@media(max-width:700px){.fall{grid-template-columns:6em 1fr 4em}.fall .words{grid-column:1/-1;color:var(--soft)}.words:empty{display:none}}
a{color:var(--blue)}
@media print{body{background:#fff}details{display:block}}
"""
_SIGNALS_SHOWN = 200
_TAGS_SHOWN = 50
_REJECTED_SHOWN = 200


def page(result: dict, clusters: list[dict]) -> str:
    """The whole page. result: what `result.json` holds; clusters: those shown with their comparisons."""
    by_cluster = {one["cluster"]: one for one in result["signals"] if one["cluster"] is not None}
    others = [one for one in result["signals"] if one["cluster"] is None][:_SIGNALS_SHOWN]
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>专利申请相似筛查报告</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>专利申请相似筛查报告</h1>{_source(result)}",
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


def _source(result: dict) -> str:
    settings, source = result["settings"], result["source"]
    words = [
        f"名单 {source['file']}",
        *([f"参考文献库 {source['against']['file']}"] if "against" in source else []),
        f"设定“{TITLES.get(settings['name'], settings['name'])}”：文字重合达到 {settings['similar']:.0%} 的两件列为相近",
    ]
    return f'<p class="soft">{escape("　".join(words))}</p>'


def _facts(result: dict) -> str:
    items = [
        ("申请", result["documents"]), ("相近的对", result["pair_count"]), ("组", len(result["clusters"])),
        ("线索", result["signal_count"]), ("未比对的行", result["rejected_count"]),
    ]  # fmt: skip
    inside = "".join(f"<li>{name}<b>{value:,}</b></li>" for name, value in items)
    return f'<ul class="card facts">{inside}</ul>'


def _cluster(cluster: dict, signal: dict | None) -> str:
    parts = [
        f'<section class="card" id="c{cluster["number"] + 1}"><h3>第 {cluster["number"] + 1} 组 · {cluster["size"]:,} 件</h3><div>{_tags(cluster["members"], cluster["size"])}</div>'
    ]
    if signal:
        parts.append(_grounds(signal) + waterfall(signal))
    if len(cluster["chain"]) > 1:
        rows = "".join(
            f'<tr><td>{escape(a)}</td><td>{escape(b)}</td><td class="n">{s:.1%}</td></tr>'
            for a, b, s in cluster["chain"]
        )
        parts.append(
            f'<details><summary>怎样连成一组（由强到弱，每件至少与另一件相连）</summary><table><thead><tr><th>申请</th><th>申请</th><th class="n">文字重合</th></tr></thead><tbody>{rows}</tbody></table></details>'
        )
    for number, one in enumerate(cluster["comparisons"]):
        parts.append(_comparison(one, opened=number == 0 and cluster["number"] < 10))
    return "".join(parts) + "</section>"


def _comparison(one: dict, opened: bool) -> str:
    head = f"{escape(one['a'])} 与 {escape(one['b'])}：文字重合 {one['similarity']:.1%}"
    if one["passages"] is None:
        return f'<p>{head} <span class="soft">（没有取到原文，不能并列）</span></p>'
    rows = []
    for passage in one["passages"]:
        kind = ' class="moved" title="先后次序不同"' if passage.moved else ""
        alone = not passage.pieces_a or not passage.pieces_b
        rows.append(
            f"<tr{kind}><td>{_pieces(passage.pieces_a, alone)}</td><td>{_pieces(passage.pieces_b, alone)}</td></tr>"
        )
    return (
        f'<details{" open" if opened else ""}><summary>{head}</summary><div class="scroll"><table class="pair"><thead><tr><th>{escape(one["a"])}{_about(one["about_a"])}</th>'
        f"<th>{escape(one['b'])}{_about(one['about_b'])}</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _about(words: str) -> str:
    return f'<br><span class="about">{escape(words)}</span>' if words else ""


def _pieces(pieces, alone: bool) -> str:
    if alone:
        return "".join(f'<span class="only">{escape(text)}</span>' for text, _ in pieces)
    return "".join(
        f"<mark>{escape(text)}</mark>" if differs and text else escape(text) for text, differs in pieces
    )


def _signal(signal: dict) -> str:
    subject = f" · {escape(signal['subject'])}" if signal["subject"] else ""
    return (
        f'<section class="card"><h3>{escape(signal["title"])}{subject}</h3>{_grounds(signal)}{waterfall(signal)}'
        f"<details><summary>涉及的申请（{signal['document_count']:,} 件）</summary>{_tags(signal['documents'], signal['document_count'])}</details></section>"
    )


def _grounds(signal: dict) -> str:
    words = "；".join(f"{one['article']}（{one['about']}）" for one in signal["grounds"])
    differing = signal.get("differing_words") or []
    pairs = "，".join(f"{escape(a) or '（无）'} → {escape(b) or '（无）'}" for a, b in differing[:8])
    return f"<p>{escape(signal['note'])}：{escape(words)}</p>" + (
        f"<p>不同的词：{pairs}</p>" if pairs else ""
    )


def waterfall(signal: dict) -> str:
    """The score as a picture: one bar per named evidence, each beginning where the last ended, the words beside it."""
    total = max(1, signal["score"])
    rows = []
    for step in [*signal["evidence"], {"name": "合计", "from": 0, "points": signal["score"], "words": ""}]:
        start, long = 100 * step["from"] / total, max(0.5, 100 * step["points"] / total)
        kind = ' class="sum"' if step["name"] == "合计" else ""
        rows.append(
            f'<span>{escape(step["name"])}</span><svg viewBox="0 0 100 16" preserveAspectRatio="none"{kind}>'
            f'<rect x="{start:.1f}" width="{long:.1f}" height="16"/></svg><b>{step["points"]} 点</b><span class="words">{escape(step["words"])}</span>'
        )
    label = "，".join(f"{step['name']}{step['points']}点（{step['words']}）" for step in signal["evidence"])
    return f'<div class="fall" role="img" aria-label="线索点数：{escape(label)}，合计{signal["score"]}点">{"".join(rows)}</div>'


def _tags(names: list[str], count: int) -> str:
    """The first of them in sight, more behind a line to open."""
    made = [f'<span class="tag">{escape(one)}</span>' for one in names]
    if count <= _TAGS_SHOWN:
        return "".join(made)
    rest = f"，此处列出 {len(made)} 件，其余见 result.json" if count > len(made) else ""
    return (
        f"{''.join(made[:_TAGS_SHOWN])}<details><summary>共 {count:,} 件，以上是前 {_TAGS_SHOWN} 件{rest}</summary>"
        f"{''.join(made[_TAGS_SHOWN:])}</details>"
    )


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
    return f'<h2>设定</h2><details class="card"><summary>本次的全部参数（技术记录，用同样的参数和名单可以重做）</summary><table><tbody>{rows}</tbody></table></details>'
