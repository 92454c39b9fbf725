"""Bad book files: each fault is refused at load with the words its author will read. One small good book, one change a fault."""

import os
from datetime import date

import pytest

from zhiheng.law import BookError, LawError, load_book

PROCEDURE = """\
title: 小程序
instrument: 小法
transition: filed_from
confidence: verified
states:
  begun: {title: 开始, kind: active}
  held: {title: 停顿, kind: paused}
  done: {title: 结束, kind: end}
measures:
  seal: {title: 封存, many: false}
clocks:
  main: {title: 主期限, length: 10 日, article: 3, pauses: [test], late: warn}
steps:
  open:
    title: 登记
    begins: true
    to: begun
    by: [handler]
    article: 1
    asks: [came_on]
    starts: [{clock: main, on: came_on}]
  wait:
    title: 停
    from: begun
    to: held
    by: [handler]
    approve: [leader]
    article: 2
    needs: [sure]
    pauses: test
    opens: seal
  go_on:
    title: 续
    from: held
    to: begun
    by: [handler]
    article: 2
    resumes: test
    closes: seal
  finish:
    title: 完
    from: begun
    to: done
    by: [handler]
    article: 4
    may_ask: [note]
    stops: [main]
    none_open: [seal]
    records: {outcome: {word: finished}}
"""

FILES = {
    "instruments/small-law/2020-01-01.yaml": "title: 小法全称\nshort: 小法\nconfidence: verified\nworkdays: {numbers: [3], article: 9}\nrollover: 8\n",
    "calendars/cn/2024.yaml": (
        "year: 2024\nnotice: 通知\nannounced: 2023-10-25\nconfidence: verified\nholidays:\n"
        "  - {name: 元旦, from: 2024-01-01, to: 2024-01-01}\n  - {name: 春节, from: 2024-02-10, to: 2024-02-17}\nmakeup: [2024-02-04]\n"
    ),
    "pauses.yaml": "test: {title: 检测}\nrest: {title: 休息}\n",
    "roles.yaml": "handler: {title: 承办人}\nleader: {title: 负责人}\n",
    "guards.yaml": "sure: {asks: 确定, refuses: 不确定, article: 小法 5, way_out: 请确定}\n",
    "outcomes.yaml": "finished: {title: 办结}\n",
    "fields.yaml": "came_on: {title: 收到日, type: date}\nnote: {title: 说明, type: text}\n",
    "causes.yaml": "thing: {title: 某案由, rules: [R-ONE], no_seizure: 没有依据}\n",
    "penalties/R-ONE/2020-01-01.yaml": (
        "title: 某罚则\ninstrument: 小法\narticle: 6\nconfidence: verified\nfine: may\nbase: turnover\nuntil: 2021-12-31\nranges:\n"
        "  - {turnover: {at_least: 100}, max_times: 2}\n  - {turnover: {below: 100, or_none: true}, max: 500}\n"
    ),
    "penalties/R-ONE/2022-01-01.yaml": (
        "title: 某罚则\ninstrument: 小法\narticle: 6\nconfidence: verified\nfine: may\nranges:\n  - {max: 400}\n"
    ),
    "procedures/small/2020-01-01.yaml": PROCEDURE,
}
PROC, FINE, YEAR = (
    "procedures/small/2020-01-01.yaml",
    "penalties/R-ONE/2020-01-01.yaml",
    "calendars/cn/2024.yaml",
)


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_the_small_book_itself_is_good(tmp_path):
    book = load_book([write(tmp_path, FILES)])
    assert book.procedure("small", date(2024, 1, 1)).clock("main").length.number == 10


FAULTS = {
    "duplicate key": (PROC, "    to: done\n", "    to: done\n    to: held\n", ":44 steps.finish.to：键“to”重复。同一处只能写一次"),
    "unknown key": (PROC, "needs: [sure]", "neeeds: [sure]", "steps.wait.neeeds：不认识的键“neeeds”。是否应为“needs”"),
    "unknown top key": (PROC, "transition: filed_from", "transition: filed_from\nwings: 2", "wings：不认识的键“wings”"),
    "missing article": (PROC, "    article: 4\n", "", "steps.finish.article：缺少条文依据。请补写 article"),
    "missing title": (PROC, "    title: 完\n", "", "steps.finish.title：缺少“title”"),
    "missing confidence": (PROC, "confidence: verified\n", "", "confidence：缺少“confidence”"),
    "wrong confidence": (PROC, "confidence: verified", "confidence: sure", "“sure”不是可用的值。可用：verified、secondary、unconfirmed"),
    "unreadable article": (PROC, "article: 4", "article: 第四条", "steps.finish.article：“第四条”不是条文的写法"),
    "unknown instrument": (PROC, "article: 4", "article: 大法 4", "法规库没有“大法”。请在 instruments 中补充；现有：小法"),
    "unknown own instrument": (PROC, "instrument: 小法", "instrument: 大法", "instrument：法规库没有“大法”"),
    "bad length": (PROC, "length: 10 日", "length: 十日", "clocks.main.length：“十日”不是期限的写法"),
    "zero length": (PROC, "length: 10 日", "length: 0 日", "“0 日”不是期限的写法"),
    "bad late": (PROC, "late: warn", "late: never", "clocks.main.late：“never”不是可用的值。可用：warn、lift"),
    "nobody may take": (PROC, "    by: [handler]\n    article: 4", "    article: 4", "“完”没有办理人"),
    "unknown role": (PROC, "approve: [leader]", "approve: [king]", "没有审批角色“king”。可用：handler、leader"),
    "unknown state": (PROC, "    to: done", "    to: nowhere", "没有状态“nowhere”。可用：begun、held、done"),
    "unknown guard": (PROC, "needs: [sure]", "needs: [certain]", "steps.wait.needs：没有条件“certain”"),
    "unknown field": (PROC, "may_ask: [note]", "may_ask: [notes]", "steps.finish.may_ask：没有字段“notes”"),
    "endless length": (PROC, "length: 10 日", "length: 99999999999999 日", "clocks.main.length：“99999999999999 日”太长"),
    "perhaps rolls": (PROC, "late: warn", "late: warn, rolls: maybe", "clocks.main.rolls：“maybe”不是true 或 false"),
    "role that takes no step": ("roles.yaml", "leader: {title: 负责人}", "leader: {title: 负责人, works: false}", "steps.wait.approve：“负责人”（leader）不办理、不审批步骤。可用：handler"),
    "field that is no mapping": ("fields.yaml", "note: {title: 说明, type: text}", "note: 说明", "fields.yaml:2 note：这里应当是键值表"),
    "field by a tag": ("fields.yaml", "note: {", "more: !!python/object/apply:os.system [x]\nnote: {", "fields.yaml:2 more：这里应当是键值表"),
    "code with a space": ("fields.yaml", "note: {", "'a b': {title: 某, type: text}\nnote: {", "fields.yaml:2 a b：“a b”不能作代码"),
    "code that is a path": ("fields.yaml", "note: {", "../x: {title: 某, type: text}\nnote: {", "“../x”不能作代码"),
    "code that is a number": ("fields.yaml", "note: {", "123: {title: 某, type: text}\nnote: {", "“123”不能作代码"),
    "decision ended by no paper": (PROC, "may_ask: [note]", "may_ask: [note]\n    undoes: note", "steps.finish.undoes：“完”撤销、变更决定，依据的文书须由 changed_by 填写，写的是“note”"),
    "decision ended nobody says how": (PROC, "may_ask: [note]", "may_ask: [note]\n    undoes: note", "steps.finish.undoes：“完”撤销、变更决定，没有问原决定怎样了。请在 asks 中列入 change_kind"),
    "unknown clock": (PROC, "stops: [main]", "stops: [other]", "steps.finish.stops：没有时钟“other”。可用：main"),
    "unknown form": (PROC, "stops: [main]", "stops: [main]\n    issues: [SAMR-99]", "steps.finish.issues：没有文书“SAMR-99”"),
    "unknown measure": (PROC, "opens: seal", "opens: seel", "steps.wait.opens：没有并行措施“seel”"),
    "unknown pause reason": (PROC, "pauses: [test]", "pauses: [sleep]", "clocks.main.pauses：没有扣除事由“sleep”"),
    "clock that nothing stops": (PROC, "    stops: [main]\n", "", "clocks.main：“登记”启动的时钟“主期限”没有步骤能停止"),
    "clock that nothing starts": (PROC, "    starts: [{clock: main, on: came_on}]\n", "", "时钟“主期限”没有步骤启动"),
    "measure that nothing closes": (PROC, "    closes: seal\n", "", "measures.seal：“停”开始的“封存”在"),
    "pause without resume": (PROC, "    resumes: test\n", "", "steps.wait.pauses：“停”中止的期限没有步骤恢复"),
    "pause no clock lists": (PROC, "pauses: test\n", "pauses: rest\n", "没有时钟列出扣除事由“rest”"),
    "resume without pause": (PROC, "resumes: test", "resumes: rest", "“续”恢复的期限没有步骤中止"),
    "unreachable state": (PROC, "  done: {", "  lost: {title: 迷失, kind: active}\n  done: {", "states.lost：状态“迷失”无法到达"),
    "dead end": (PROC, "from: held\n", "from: begun\n", "states.held：状态“停顿”走不到终结"),
    "end that goes on": (PROC, "held: {title: 停顿, kind: paused}", "held: {title: 停顿, kind: end}", "终结状态“停顿”还有通往别处的步骤"),
    "no first step": (PROC, "    begins: true\n", "    from: begun\n", "没有首个步骤"),
    "from and begins": (PROC, "    begins: true\n", "    begins: true\n    from: begun\n", "“登记”须写明从哪个状态办理"),
    "start field not asked": (PROC, "    asks: [came_on]\n", "", "“登记”用到字段“came_on”但没有要求填写"),
    "start field not a date": (PROC, "asks: [came_on]\n    starts: [{clock: main, on: came_on}]", "asks: [note]\n    starts: [{clock: main, on: note}]", "字段“note”的类型是text，这里要用date"),
    "field asked twice": (PROC, "may_ask: [note]", "may_ask: [note]\n    asks: [note]", "同一字段既是必填又是选填"),
    "name twice in a list": (PROC, "stops: [main]", "stops: [main, main]", "steps.finish.stops：列表中有重复的名称"),
    "text instead of mapping": (PROC, "  done: {title: 结束, kind: end}", "  done: 结束", "states.done：这里应当是键值表"),
    "broken yaml": (PROC, "measures:\n", "measures: [\n", "YAML 写法有误"),
    "bad date": (YEAR, "announced: 2023-10-25", "announced: 2023-02-30", "calendars/cn/2024.yaml:3 announced：“2023-02-30”不是有效的值"),
    "holiday backwards": (YEAR, "to: 2024-02-17", "to: 2024-02-01", "结束日2024-02-01早于开始日2024-02-10"),
    "holiday of another year": (YEAR, "to: 2024-02-17", "to: 2025-02-17", "不在2024年内"),
    "holidays overlapping": (YEAR, "from: 2024-02-10", "from: 2024-01-01", "与上一个假期元旦重叠"),
    "make-up day on a weekday": (YEAR, "makeup: [2024-02-04]", "makeup: [2024-02-05]", "makeup.0：2024-02-05不是周末，不能是调休上班日"),
    "make-up day in a holiday": (YEAR, "makeup: [2024-02-04]", "makeup: [2024-02-10]", "2024-02-10既是放假日又是上班日"),
    "year and name differ": (YEAR, "year: 2024", "year: 2023", "年份2023与文件名2024不符"),
    "versions overlap": (FINE, "until: 2021-12-31", "until: 2022-02-01", "penalties/R-ONE/2020-01-01.yaml:7 until：失效日2022-02-01与下一版本的施行日2022-01-01重叠"),
    "versions leave a gap": (FINE, "until: 2021-12-31", "until: 2021-06-30", "之间有空档"),
    "range without a top": (FINE, "max: 500}", "min: 500}", "每一档须有且只有一个上限"),
    "range with two tops": (FINE, "max: 500}", "max: 500, fixed: 3}", "每一档须有且只有一个上限"),
    "multiple without a base": (FINE, "base: turnover\n", "", "没有写明基数"),
    "least above greatest": (FINE, "max: 500}", "max: 500, min: 600}", "下限600大于上限500"),
    "text for a number": (FINE, "max: 500}", "max: 五百}", "“五百”不是整数"),
    "unknown operator": (FINE, "at_least: 100", "at_last: 100", "不认识的键“at_last”。是否应为“at_least”"),
    "unknown fine": (FINE, "fine: may", "fine: perhaps", "fine：“perhaps”不是可用的值。可用：may、must、none"),
    "cause with unknown rule": ("causes.yaml", "[R-ONE]", "[R-TWO]", "causes.yaml:1 thing.rules：没有罚则“R-TWO”"),
    "cause silent on seizure": ("causes.yaml", ", no_seizure: 没有依据", "", "既没有查封扣押依据"),
    "choice without choices": ("fields.yaml", "type: text", "type: choice", "note.choices：选择类字段没有选项"),
    "unknown field type": ("fields.yaml", "type: text", "type: txt", "“txt”不是可用的值"),
    "wording of an unknown field": (PROC, "may_ask: [note]", "may_ask: [note]\n    wording: {notes: 说明}", "steps.finish.wording：没有字段“notes”"),
    "wording of another shape": (PROC, "may_ask: [note]", "may_ask: [note]\n    wording: {note: 3}", "steps.finish.wording.note：应当是“字段: 名称”"),
    "wording with an unknown key": (PROC, "may_ask: [note]", "may_ask: [note]\n    wording: {note: {title: 说明, hlp: 简要}}", "steps.finish.wording.note.hlp：不认识的键“hlp”"),
    "guard without way out": ("guards.yaml", ", way_out: 请确定", "", "sure.way_out：缺少“way_out”"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "good", "bad", "words"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_refused_in_words(tmp_path, file, good, bad, words):
    assert good in FILES[file], "the change must change something"
    write(tmp_path, FILES | {file: FILES[file].replace(good, bad, 1)})
    with pytest.raises(BookError) as refused:
        load_book([tmp_path])
    assert words in str(refused.value)
    assert all(fault.file and fault.mend for fault in refused.value.faults)


def test_a_step_words_a_field_its_own_way_and_keeps_the_rest(tmp_path):
    worded = PROCEDURE.replace(
        "may_ask: [note]", "may_ask: [note]\n    wording: {note: {title: 办结说明, article: 7}}"
    )
    fields = FILES["fields.yaml"].replace("title: 说明,", "title: 说明, help: 简要, article: 小法 2,")
    book = load_book([write(tmp_path, FILES | {PROC: worded, "fields.yaml": fields})])
    procedure = book.procedure("small", date(2024, 1, 1))
    field = procedure.field_of("finish", "note")
    assert (field.title, field.help, [str(c) for c in field.article]) == ("办结说明", "简要", ["小法7"])
    assert procedure.fields["note"].title == "说明"


@pytest.mark.parametrize(("default", "refused"), [("", False), (", default: today", True)])
def test_a_day_the_door_keeps_is_no_later_steps_own_day(tmp_path, default, refused):
    """The door's day would be written over by the day on which something else came in."""
    files = FILES | {
        PROC: PROCEDURE.replace("may_ask: [note]", "may_ask: [note, came_on]"),
        "fields.yaml": FILES["fields.yaml"].replace("type: date", f"type: date{default}"),
        "participants.yaml": "{}\n",
        "sources.yaml": "found: {title: 发现}\n",
        "kinds/things.yaml": (
            "title: 某事项\nfamily: case\norder: 1\ndoors:\n  open: {title: 登记, procedure: small}\ncauses: [thing]\n"
            "sources: [found]\nnumbers: {}\nparties: {}\nkeeps: {came_on: lead_on}\nfacts: [lead_on]\n"
        ),
    }
    write(tmp_path, files)
    if not refused:
        load_book([tmp_path])
        return
    with pytest.raises(BookError, match="“完”也问“came_on”，会改写“lead_on”里入口所填的日期"):
        load_book([tmp_path])


def test_every_fault_of_every_file_is_named_at_once(tmp_path):
    changed = {
        PROC: PROCEDURE.replace("late: warn", "late: never"),
        YEAR: FILES[YEAR].replace("year: 2024", "year: 2023"),
    }
    with pytest.raises(BookError) as refused:
        load_book([write(tmp_path, FILES | changed)])
    assert {fault.file for fault in refused.value.faults} >= {PROC, YEAR}
    assert str(refused.value).startswith("法规库有")


@pytest.mark.parametrize("broken", ["article: [\n", "title: 某\narticle:\n", "\ttitle: 某\n"])
def test_what_follows_from_a_faulty_procedure_is_not_told_beside_it(tmp_path, broken):
    """A kind names the procedure; that it is not there is no fault of the kind."""
    kind = (
        "title: 某事项\nfamily: case\norder: 1\ndoors:\n  open: {title: 登记, procedure: small}\ncauses: [thing]\n"
        "sources: [found]\nnumbers: {}\nparties: {}\n"
    )
    with pytest.raises(BookError) as refused:
        load_book([write(tmp_path, FILES | {PROC: broken, "kinds/things.yaml": kind})])
    assert {fault.file for fault in refused.value.faults} == {PROC}


@pytest.mark.parametrize("stem", ["2020-13-01", "neu", "20200101"])
def test_a_file_not_named_by_its_effective_date_is_refused(tmp_path, stem):
    with pytest.raises(BookError, match=f"文件名“{stem}”不是施行日期"):
        load_book([write(tmp_path, FILES | {f"procedures/small/{stem}.yaml": PROCEDURE})])


def test_a_missing_calendar_year_between_two_others_is_refused(tmp_path):
    other = FILES[YEAR].replace("2024", "2026").replace("makeup: [2026-02-04]", "makeup: []")
    with pytest.raises(BookError, match="日历缺少2025年"):
        load_book([write(tmp_path, FILES | {"calendars/cn/2026.yaml": other})])


def test_a_file_in_another_encoding_is_refused(tmp_path):
    write(tmp_path, FILES)
    (tmp_path / PROC).write_bytes(PROCEDURE.encode("gb18030"))
    with pytest.raises(BookError, match="不是 UTF-8 编码"):
        load_book([tmp_path])


@pytest.mark.parametrize("maps", [False, True])
def test_anchors_that_grow_beyond_any_law_are_refused_before_they_fill_the_memory(tmp_path, maps):
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x]\n"]
    for n in range(1, 30):
        nine = ", ".join(f"{f'k{k}: ' if maps else ''}*a{n - 1}" for k in range(9))
        layers.append(f"a{n}: &a{n} {'{' if maps else '['}{nine}{'}' if maps else ']'}\n")
    with pytest.raises(BookError, match=r"fields\.yaml （全文）：锚点（& \*）展开后超过\d+个值"):
        load_book([write(tmp_path, FILES | {"fields.yaml": FILES["fields.yaml"] + "".join(layers)})])


def test_a_directory_or_an_endless_link_in_place_of_a_file_is_named(tmp_path):
    write(tmp_path, FILES)
    (tmp_path / "kinds").mkdir(exist_ok=True)
    (tmp_path / "kinds" / "dir.yaml").mkdir()
    (tmp_path / "kinds" / "loop.yaml").symlink_to(tmp_path / "kinds" / "loop.yaml")
    with pytest.raises(BookError) as refused:
        load_book([tmp_path])
    assert "kinds/dir.yaml （全文）：是目录，不是文件" in str(refused.value)
    assert "kinds/loop.yaml （全文）：打不开" in str(refused.value)


@pytest.mark.parametrize(
    ("place", "mend"),
    [
        ("procedurs/small/2024-01-01.yaml", "是否应为“procedures”"),
        ("field.yaml", "是否应为“fields.yaml”"),
        ("fields.yml", "是否应为“fields.yaml”"),
        ("procedures/2024-01-01.yaml", "可用："),
        ("kinds/more/other.yaml", "可用："),
    ],
)
def test_a_file_where_nobody_looks_for_it_is_named(tmp_path, place, mend):
    with pytest.raises(BookError) as refused:
        load_book([write(tmp_path / "a", FILES), write(tmp_path / "b", {place: "title: 某\n"})])
    assert f"{place} （全文）：法规库不读这个位置的文件。{mend}" in str(refused.value)


def test_examples_and_hidden_files_stand_beside_the_book(tmp_path):
    aside = {"examples/more.yaml": "title: 某\nexamples: []\n", ".git/x.yaml": "x: 1\n", "README.md": "x"}
    load_book([write(tmp_path / "a", FILES), write(tmp_path / "b", aside)])


def test_a_missing_directory_is_named(tmp_path):
    with pytest.raises(BookError, match="目录不存在"):
        load_book([write(tmp_path / "book", FILES), tmp_path / "nowhere"])


def test_the_same_version_twice_is_refused(tmp_path):
    first, second = write(tmp_path / "a", FILES), write(tmp_path / "b", {PROC: PROCEDURE})
    with pytest.raises(BookError, match="是同一版本"):
        load_book([first, second])


def test_the_tightest_local_version_wins_and_names_itself(tmp_path):
    local = {
        "procedures/small/2021-01-01.yaml": PROCEDURE.replace("title: 小程序", "title: 市程序\nscope: '50'"),
        "procedures/small/2022-01-01.yaml": PROCEDURE.replace(
            "title: 小程序", "title: 区程序\nscope: '500112'"
        ),
    }
    book = load_book([write(tmp_path / "a", FILES), write(tmp_path / "b", local)])
    found = lambda on, *scope: book.procedure("small", on, scope)  # noqa: E731
    assert found(date(2024, 1, 1)).title == "小程序"
    assert found(date(2024, 1, 1), "500112", "50").title == "区程序"
    assert found(date(2024, 1, 1), "500112", "50").scope == "500112"
    assert found(date(2021, 6, 1), "500112", "50").title == "市程序"
    assert found(date(2020, 6, 1), "500112", "50").title == "小程序"


def test_a_repealed_version_ends_the_rule_in_words(tmp_path):
    ended = {
        "procedures/small/2023-01-01.yaml": PROCEDURE.replace("transition:", "repealed: true\ntransition:")
    }
    book = load_book([write(tmp_path, FILES | ended)])
    assert book.procedure("small", date(2022, 12, 31)).title == "小程序"
    with pytest.raises(LawError, match="程序“small”在2023-01-01已经废止"):
        book.procedure("small", date(2023, 1, 1))


def test_a_local_file_may_add_a_calendar_year_and_take_the_provisional_mark_away(tmp_path, monkeypatch):
    notice = (
        "year: 2027\nnotice: 某通知\nannounced: 2026-11-30\nconfidence: verified\nholidays:\n"
        "  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}\nmakeup: []\n"
    )
    write(tmp_path, {"calendars/cn/2027.yaml": notice})
    assert load_book().calendar.is_provisional(date(2027, 1, 4))
    monkeypatch.setenv("ZHIHENG_BOOK_DIR", os.fspath(tmp_path))
    book = load_book()
    assert not book.calendar.is_provisional(date(2027, 1, 4))
    assert not book.calendar.is_workday(date(2027, 1, 1))


def test_what_is_not_verified_is_listed_but_never_blocks():
    doubts = "\n".join(load_book().doubts())
    assert "罚则 PAT-FAKE（2009-10-01）未核实" in doubts
    assert "重新告知" in doubts
