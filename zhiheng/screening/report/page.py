"""The page an officer reads: one file, nothing loaded from elsewhere.

It is whole without its script, which only searches and filters what stands there; the page names the script's digest as
the only one that may run.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape

from ..engine.dossiers import KINDS
from ..engine.settings import TITLES

_STYLE = """
:root{--ink:#1f2a37;--soft:#5b6776;--line:#dde3ea;--blue:#1f4e8c;--diff:#ffe3b3;--only:#ffd4d0;--pale:#eef3f9;--for:#2f6b3a}
*{box-sizing:border-box}
body{margin:0;background:#f5f7f9;color:var(--ink);font:14px/1.6 "PingFang SC","Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1280px;margin:0 auto;padding:24px 16px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 8px;scroll-margin-top:64px}h3{font-size:15px;margin:0}h4{font-size:14px;margin:16px 0 4px}
.soft{color:var(--soft)}.card{background:#fff;border:1px solid var(--line);border-radius:4px;padding:16px;margin:0 0 12px;scroll-margin-top:64px}
.facts{display:flex;flex-wrap:wrap;gap:8px 32px;list-style:none}.facts b{font-size:18px;display:block}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid var(--line);padding:6px 8px;text-align:left;vertical-align:top}
th{font-weight:600;color:var(--soft);white-space:nowrap}td.n,th.n{text-align:right;white-space:nowrap}tbody tr:hover{background:var(--pale)}
.pair{table-layout:fixed}.pair th{white-space:normal}th,td,summary,h3,dd{overflow-wrap:anywhere}mark{background:var(--diff);color:inherit;padding:0 1px}
.about{font-weight:400}.only{background:var(--only)}.moved td:first-child{box-shadow:inset 3px 0 var(--blue)}
.tag{display:inline-block;max-width:100%;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:4px;padding:0 6px;margin:0 6px 4px 0;background:#f5f7f9}
.kind{display:inline-block;border-radius:4px;padding:0 8px;margin:0 4px 0 0;background:var(--pale);color:var(--blue)}
details>summary{cursor:pointer;color:var(--blue);padding:4px 0}.scroll{overflow-x:auto}
details.dossier{padding:0}.dossier>summary{padding:12px 16px;color:inherit;display:grid;grid-template-columns:5.5em 1fr auto;gap:4px 16px;align-items:baseline}
.dossier>summary::-webkit-details-marker{display:none}.dossier>summary::before{content:none}.dossier[open]>summary{border-bottom:1px solid var(--line);background:var(--pale)}
.dossier>summary:hover{background:var(--pale)}.dossier .inside{padding:4px 16px 16px}.dossier h3{color:var(--blue)}
.who{display:block;color:var(--soft)}.size{text-align:right;white-space:nowrap}
dl.who-filed{display:grid;grid-template-columns:6em 1fr;gap:2px 12px;margin:8px 0}dl.who-filed dt{color:var(--soft)}dl.who-filed dd{margin:0}
.for{border-left:3px solid var(--for);padding:2px 12px;margin:8px 0}.for b{color:var(--for)}.for ul{margin:0;padding-left:18px}
.signal{border-top:1px solid var(--line);margin-top:12px;padding-top:8px}
.fall{display:grid;grid-template-columns:8em minmax(80px,300px) 4em 1fr;gap:4px 8px;align-items:center;margin:8px 0}
.fall svg{display:block;width:100%;height:14px}.fall rect{fill:#3b6ea8}.fall .sum rect{fill:var(--ink)}.fall b{text-align:right}
nav{position:sticky;top:0;z-index:2;background:#fff;border-bottom:1px solid var(--line)}
nav div{max-width:1280px;margin:0 auto;padding:8px 16px;display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center}
nav input,nav select{font:inherit;padding:4px 8px;border:1px solid #9aa6b4;border-radius:4px;min-width:0}nav input{flex:1 1 12em;max-width:24em}
.contents td:first-child{white-space:nowrap}.slots td{min-width:7em}.slots .same{color:var(--soft)}.none{color:var(--soft)}
[hidden]{display:none!important}a{color:var(--blue)}
@media(max-width:700px){main{padding:16px 8px}.card{padding:12px}.fall{grid-template-columns:7em 1fr 4em}.fall .words{grid-column:1/-1;color:var(--soft)}.words:empty{display:none}
.dossier>summary{grid-template-columns:1fr auto;padding:12px}.dossier>summary .main{grid-column:1/-1}dl.who-filed{grid-template-columns:1fr}.contents th:nth-child(4),.contents td:nth-child(4),.contents th:nth-child(6),.contents td:nth-child(6){display:none}.contents .kind{margin-bottom:2px}nav a{display:none}}
@media print{nav{display:none}body{background:#fff}details{display:block}}
"""
_SCRIPT = """
const words = document.getElementById("search"), kind = document.getElementById("kind"), told = document.getElementById("told");
const rows = [...document.querySelectorAll("[data-find]")];
function sift() {
  const wanted = words.value.trim().toLowerCase(), of = kind.value;
  let left = 0;
  for (const row of rows) {
    const kinds = row.dataset.kinds;
    const there = (!wanted || row.dataset.find.includes(wanted)) && (!of || kinds === undefined || kinds.split(" ").includes(of));
    row.hidden = !there;
    if (there && row.classList.contains("dossier")) left += 1;
  }
  told.textContent = wanted || of ? "符合的 " + left + " 组" : "";
}
words.addEventListener("input", sift);
kind.addEventListener("change", sift);
document.querySelectorAll("nav .off").forEach(one => one.hidden = false);
function opened() {
  const there = location.hash && document.getElementById(location.hash.slice(1));
  if (there && there.tagName === "DETAILS") { there.open = true; there.scrollIntoView(); }
}
addEventListener("hashchange", opened);
opened();
"""
_OPEN = 2  # dossiers open when the page is
_CONTENTS = 300
_TAGS_SHOWN = 30
_SIGNALS_SHOWN = 6  # of a dossier, the rest behind a line to open
_REJECTED_SHOWN = 200
_VIEW_ROWS = 1_000


def page(result: dict, details: list[dict]) -> str:
    """The whole page. result: what `result.json` holds; details: of its first dossiers, what is laid side by side."""
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    dossiers = result["dossiers"]
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'\">",
        f"<title>专利申请相似筛查报告</title><style>{_STYLE}</style></head><body>",
        _navigation(),
        f"<main><h1>专利申请相似筛查报告</h1>{_source(result)}",
        f'<p class="card" role="note">{escape(result["statement"])}</p>',
        _facts(result),
        _columns(result),
        '<h2 id="contents">目录</h2>',
        _contents(dossiers, result["dossier_count"]),
        '<h2 id="dossiers">逐组案卷</h2>',
    ]
    if not dossiers:
        parts.append(
            '<p class="card">没有发现达到相似度的申请，也没有其他线索，或名单里没有申请人、申请日等列。可用从宽设定再查一次。</p>'
        )
    for number, one in enumerate(dossiers):
        detail = details[number] if number < len(details) else None
        parts.append(_dossier(one, detail, result["signals"], opened=number < _OPEN))
    parts += [_views(result["views"]), _rejected(result), _strangers(result), _settings(result["settings"])]
    parts.append(f"</main><script>{_SCRIPT}</script></body></html>")
    return "".join(parts)


def _navigation() -> str:
    options = "".join(f'<option value="{kind}">{kind}</option>' for kind in KINDS)
    return (
        '<nav aria-label="查找"><div><a href="#contents">目录</a><a href="#dossiers">案卷</a><a href="#by-applicant">按申请人</a><a href="#by-agency">按代理机构</a>'
        '<a href="#by-application">按申请</a><input class="off" hidden id="search" type="search" placeholder="查找申请号、申请人、发明人、代理机构" aria-label="查找">'
        f'<select class="off" hidden id="kind" aria-label="证据种类"><option value="">全部种类</option>{options}</select><span id="told" class="soft" role="status"></span></div></nav>'
    )


def _source(result: dict) -> str:
    settings, source = result["settings"], result["source"]
    words = [
        f"名单 {source['file']}",
        *([f"参考文献库 {source['against']['file']}"] if "against" in source else []),
        f"设定“{TITLES.get(settings['name'], settings['name'])}”：文字重合达到 {settings['similar']:.0%} 的两件列为相近",
        f"句式骨架相同达到 {settings['framed']:.0%} 的列为同一句式"
        if settings["framed"] <= 1
        else "本名单各件句式普遍雷同，不用句式骨架",
    ]
    return f'<p class="soft">{escape("　".join(words))}</p>'


def _facts(result: dict) -> str:
    items = [
        ("申请", result["documents"]), ("案卷（互相关联的组）", result["dossier_count"]), ("文字相近的对", result["pair_count"]),
        ("句式相同的对", result["skeleton_pair_count"]), ("线索", result["signal_count"]), ("未比对的行", result["rejected_count"]),
    ]  # fmt: skip
    inside = "".join(f"<li>{name}<b>{value:,}</b></li>" for name, value in items)
    return f'<ul class="card facts">{inside}</ul>'


def _columns(result: dict) -> str:
    notes = "".join(f"<li>{escape(note)}</li>" for note in result["notes"])
    return (
        f'<details class="card"><summary>读到了哪些列，哪些没有用上</summary><ul>{notes}</ul></details>'
        if notes
        else ""
    )


def _kinds(kinds: list[str]) -> str:
    return "".join(f'<span class="kind">{kind}</span>' for kind in kinds)


def _named(rows: list, most: int = 3, count: int | None = None) -> str:
    """Names with their number of filings, the rest as a number."""
    shown = "、".join(f"{escape(name)}（{number}件）" for name, number in rows[:most])
    rest = (count if count is not None else len(rows)) - min(most, len(rows))
    return shown + (f" 等，另{rest}个" if rest > 0 else "")


def _find(dossier: dict) -> str:
    words = [*dossier["documents"], *dossier["titles"], *dossier["others"]]
    for key in ("applicants", "agencies", "inventors", "addresses", "phones"):
        words += [name for name, _ in dossier[key]]
    return escape(" ".join(words).lower())


def _contents(dossiers: list[dict], count: int) -> str:
    if not dossiers:
        return '<p class="card">没有案卷。</p>'
    rows = []
    for one in dossiers[:_CONTENTS]:
        days = f"{one['days'][0]} 至 {one['days'][1]}" if one["days"] else ""
        rows.append(
            f'<tr data-find="{_find(one)}" data-kinds="{" ".join(one["kinds"])}"><td><a href="#d{one["number"]}">第 {one["number"]} 组</a></td><td class="n">{one["document_count"]:,}</td>'
            f'<td>{_kinds(one["kinds"])}</td><td>{days}</td><td>{_named(one["applicants"], 2, one["applicant_count"])}</td><td class="n">{one["score"]}</td></tr>'
        )
    more = (
        f'<p class="soft">共 {count:,} 组，以上是证据种类最多的 {_CONTENTS} 组，其余见下文和 result.json。</p>'
        if count > _CONTENTS
        else ""
    )
    return (
        '<div class="card scroll"><p class="soft">按独立的证据种类多少排列，种类相同的按点数。点数只用来排先后。</p><table class="contents"><thead><tr><th>组</th><th class="n">件数</th><th>证据种类</th>'
        f'<th>申请日</th><th>谁在申请</th><th class="n">点数</th></tr></thead><tbody>{"".join(rows)}</tbody></table>{more}</div>'
    )


def _dossier(one: dict, detail: dict | None, signals: list[dict], opened: bool) -> str:
    head = (
        f'<summary><h3>第 {one["number"]} 组 · {one["document_count"]:,} 件</h3><span class="main">{_kinds(one["kinds"])}'
        f'<span class="who">{_named(one["applicants"], 3, one["applicant_count"]) or "名单没有申请人"}</span></span>'
        f'<span class="size">{len(one["kinds"])} 类证据 · {one["score"]} 点</span></summary>'
    )
    inside = [_who(one), _speaks(one["speaks_for"]), _tags(one["documents"], one["document_count"])]
    if one["others"]:
        inside.append(f"<h4>另涉以往名单或文献库中的</h4>{_tags(one['others'], len(one['others']))}")
    made = [_signal(signals[number]) for number in one["signals"][:40]]
    inside += made[:_SIGNALS_SHOWN]
    if more := one["signals"][_SIGNALS_SHOWN:]:
        words = f"另有 {len(more)} 条线索" + (
            "，此处列出 40 条以内，其余见 result.json" if len(one["signals"]) > 40 else ""
        )
        inside.append(f"<details><summary>{words}</summary>{''.join(made[_SIGNALS_SHOWN:])}</details>")
    if detail:
        inside += [_slots(table) for table in detail["tables"]]
        if len(detail["chain"]) > 1:
            inside.append(_chain(detail["chain"]))
        for number, comparison in enumerate(detail["comparisons"]):
            inside.append(_comparison(comparison, opened=opened and number == 0))
    return (
        f'<details class="card dossier" id="d{one["number"]}" data-find="{_find(one)}" data-kinds="{" ".join(one["kinds"])}"{" open" if opened else ""}>'
        f'{head}<div class="inside">{"".join(inside)}</div></details>'
    )


def _who(one: dict) -> str:
    rows = [
        ("申请人", _named(one["applicants"], 8, one["applicant_count"])), ("发明人", _named(one["inventors"], 6)),
        ("代理机构", _named(one["agencies"], 4)), ("地址", _named(one["addresses"], 4)), ("电话", _named(one["phones"], 4)),
        ("申请日", f"{one['days'][0]} 至 {one['days'][1]}" if one["days"] else ""),
        ("可对照", escape("；".join(f"{ground['article']}（{ground['about']}）" for ground in one["grounds"]) + f"。{one['note']}")),
    ]  # fmt: skip
    return f'<dl class="who-filed">{"".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in rows if words)}</dl>'


def _speaks(words: list[str]) -> str:
    if not words:
        return ""
    return f'<div class="for"><b>对申请人有利的事实</b><ul>{"".join(f"<li>{escape(one)}</li>" for one in words)}</ul></div>'


def _slots(table: dict) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table["documents"])
    rows = []
    for slot in table["slots"]:
        cells = "".join(
            '<td class="none">（句式不同）</td>' if cell is None
            else f"<td>{f'<mark>{escape(cell)}</mark>' if slot.differs else escape(cell)}</td>"
            for cell in slot.cells
        )  # fmt: skip
        kind = "" if slot.differs else ' class="same"'
        rows.append(f"<tr{kind}><td>…{escape(slot.before)}<b>＿＿</b>{escape(slot.after)}…</td>{cells}</tr>")
    if not rows:
        return ""
    return (
        f'<h4>同一句式，各处填了什么</h4><div class="scroll"><table class="slots"><thead><tr><th>句式中的位置</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _chain(chain: list[list]) -> str:
    rows = "".join(
        f'<tr><td>{escape(a)}</td><td>{escape(b)}</td><td class="n">{s:.1%}</td></tr>' for a, b, s in chain
    )
    return f'<details><summary>文字怎样连成一组（由强到弱，每件至少与另一件相连）</summary><table><thead><tr><th>申请</th><th>申请</th><th class="n">文字重合</th></tr></thead><tbody>{rows}</tbody></table></details>'


def _comparison(one: dict, opened: bool) -> str:
    figures = [
        f"文字重合 {one['similarity']:.1%}" if one["similarity"] is not None else "",
        f"句式相同 {one['framed']:.1%}" if one["framed"] else "",
        *(f"{name} {value:.1%}" for name, value in one.get("sections", [])),
    ]
    head = f"{escape(one['a'])} 与 {escape(one['b'])}：{'，'.join(filter(None, figures))}"
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
    articles = escape("、".join(one["article"] for one in signal["grounds"]))
    differing = signal.get("differing_words") or []
    pairs = "，".join(f"{escape(a) or '（无）'} → {escape(b) or '（无）'}" for a, b in differing[:8])
    count = f'<span class="soft">{signal["document_count"]:,} 件，可对照{articles}</span>'
    return (
        f'<div class="signal"><h4>{escape(signal["title"])}{subject} {count}</h4>{waterfall(signal)}'
        + (f"<p>不同的词：{pairs}</p>" if pairs else "")
        + "</div>"
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


def _links(numbers: list[int]) -> str:
    shown = "、".join(f'<a href="#d{number}">第{number}组</a>' for number in numbers[:12])
    return shown + (f" 等{len(numbers)}组" if len(numbers) > 12 else "")


def _views(views: dict) -> str:
    parts = []
    for key, title, first in (("applicants", "按申请人", "申请人"), ("agencies", "按代理机构", "代理机构")):
        rows = "".join(
            f'<tr data-find="{escape(name.lower())}"><td>{escape(name)}</td><td class="n">{count:,}</td><td class="n">{inside:,}</td><td>{_links(numbers)}</td></tr>'
            for name, count, inside, numbers in views[key][:_VIEW_ROWS]
        )
        parts.append(_view(f"by-{key[:-1].replace('agencie', 'agency')}", title, f'<th>{first}</th><th class="n">名单内件数</th><th class="n">涉及件数</th><th>所在的组</th>', rows, views[f"{key[:-1]}_count"]))  # fmt: skip
    rows = "".join(
        f'<tr data-find="{escape(f"{name} {title} {applicant}".lower())}"><td>{escape(name)}</td><td>{escape(title)}</td><td>{escape(applicant)}</td><td>{_links(numbers)}</td></tr>'
        for name, title, applicant, numbers in views["applications"][:_VIEW_ROWS]
    )
    parts.append(_view("by-application", "按申请", "<th>申请号</th><th>名称</th><th>申请人</th><th>所在的组</th>", rows, views["application_count"]))  # fmt: skip
    return "".join(parts)


def _view(name: str, title: str, head: str, rows: str, count: int) -> str:
    if not rows:
        return ""
    more = (
        f'<p class="soft">共 {count:,} 行，以上是前 {_VIEW_ROWS:,} 行，其余见 result.json。</p>'
        if count > _VIEW_ROWS
        else ""
    )
    return (
        f'<h2 id="{name}">{title}</h2><details class="card"><summary>共 {count:,} 行</summary><div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}</div></details>"
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


def _strangers(result: dict) -> str:
    names = {"similar": "文字重合", "framed": "句式骨架相同"}
    rows = []
    for key, one in result["strangers"].items():
        half, tenth, hundredth, thousandth = one["quantiles"]
        threshold = f"{one['threshold']:.0%}" if one["threshold"] <= 1 else "不采用"
        rows.append(
            f'<tr><td>{names[key]}</td><td class="n">{one["pairs"]:,}</td><td class="n">{half:.1%}</td><td class="n">{tenth:.1%}</td><td class="n">{hundredth:.1%}</td>'
            f'<td class="n">{thousandth:.1%}</td><td class="n">{one["least"]:.0%}</td><td class="n">{one["demanded"]:.0%}</td><td class="n">{threshold}</td></tr>'
        )
    return (
        '<h2>门槛从何而来</h2><div class="card"><p class="soft">从名单里随机取互不相干的申请两两比对，看它们本来有多相近；门槛取设定的下限与名单所要求的较高者（用 --similar 指定的除外）。'
        '互不相干的申请彼此越相近，门槛越高。</p><div class="scroll"><table><thead><tr><th>比对</th><th class="n">对数</th><th class="n">中位</th><th class="n">九成低于</th><th class="n">99%低于</th>'
        f'<th class="n">99.9%低于</th><th class="n">设定下限</th><th class="n">名单要求</th><th class="n">本次门槛</th></tr></thead><tbody>{"".join(rows)}</tbody></table></div></div>'
    )


def _settings(settings: dict) -> str:
    rows = "".join(
        f"<tr><td>{escape(str(key))}</td><td>{escape(str(value))}</td></tr>"
        for key, value in settings.items()
    )
    return f'<h2>设定</h2><details class="card"><summary>本次的全部参数（技术记录，用同样的参数和名单可以重做）</summary><table><tbody>{rows}</tbody></table></details>'
