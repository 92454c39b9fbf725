"""A kind of matter that is nowhere but here: somebody asks for an expert's name, and gets it by a paper. Data only."""

KIND = "expert"
FILES = {
    "causes.yaml": "expert_asked: {title: 专家推荐, rules: [], no_rules: 不是违法行为, no_seizure: 不涉及强制措施}\n",
    "outcomes.yaml": "recommended: {title: 已推荐, decides: true}\ndeclined: {title: 不予推荐}\n",
    "fields.yaml": (
        "asked_for:    {title: 所需专业, type: text}\n"
        'experts:      {title: 推荐的专家, type: list, columns: {name: 姓名, field: 专业, "fee?": {title: 费用, type: money}}}\n'
        "asker_name:   {title: 申请单位, type: text}\n"
        "asker_phone:  {title: 申请单位电话, type: text}\n"
        "decline_why:  {title: 不予推荐的理由, type: longtext}\n"
    ),
    "participants.yaml": "asker: {title: 申请单位}\n",
    f"kinds/{KIND}.yaml": """
title: 专家推荐
family: case
doors: {ask_expert: {title: 登记专家推荐申请, procedure: expert.recommend}}
causes: [expert_asked]
sources: [request, other]
numbers: {荐申: 申请编号}
parties: {asker: {}}
keeps: {title: title, cause: cause, source: source, received_on: lead_on, asker_name: asker.name, asker_phone: asker.phone}
facts: [lead_no, asker, asker.phone, officers, asked_for, lead_on, decided_on+outcome, doc_no]
columns: [title, unit, state, decided_on]
file: [{outcome: recommended, papers: [EXP-1]}]
figures:
  - id: local.experts
    title: 专家推荐件数
    unit: 件
    where: {cause: [expert_asked]}
    counts: 作出推荐的件数，按推荐函日期计入
""",
    "procedures/expert.recommend/2024-01-01.yaml": """
title: 专家推荐程序
instrument: 行政处罚法
transition: all_open
confidence: unconfirmed
line: [asked, recommended, filed]
states:
  asked:       {title: 收到申请, kind: active}
  recommended: {title: 已推荐, kind: active}
  filed:       {title: 归档, kind: end}
  declined:    {title: 不予推荐, kind: end}
clocks:
  answer: {title: 答复, length: 5 工作日, article: 85, late: warn}
steps:
  ask_expert:
    title: 登记专家推荐申请
    begins: true
    to: asked
    by: [handler]
    article: 85
    asks: [received_on, title, cause, source, asker_name, asked_for]
    may_ask: [asker_phone]
    starts: [{clock: answer, on: received_on}]
    records: {lead_no: {number: 荐申}}
  recommend:
    title: 推荐专家
    from: asked
    to: recommended
    by: [handler]
    approve: [leader]
    article: 85
    asks: [experts]
    inherits: [asked_for]
    wording: {experts: 拟推荐的专家}
    issues: [EXP-1]
    decides: recommended
    stops: [answer]
    records: {outcome: {word: recommended}, decided_on: day, doc_no: {paper: EXP-1}, doc_no_printed: {paper: EXP-1}}
  decline:
    title: 不予推荐
    from: asked
    to: declined
    by: [handler]
    article: 85
    asks: [decline_why]
    stops: [answer]
    records: {outcome: {word: declined}, closed_on: day}
  file_away:
    title: 归档
    from: recommended
    to: filed
    by: [handler]
    article: 85
    needs: [file_complete]
    asks: [volume_no]
    records: {closed_on: day, archived_on: day}
""",
    "forms/EXP-1/2024-01-01.yaml": """
title: 专家推荐函
kind: external
number: {code: 荐}
served_to: unit
legal_basis: [本局内部规程]
confidence: unconfirmed
layout:
  - head: {addressee: "{asker.name}"}
  - text: "你单位申请推荐{asked_for}专业的专家，现推荐如下："
  - table:
      of: experts
      columns:
        姓名: "{name}"
        专业: "{field}"
        费用（元）: {value: "[{fee|yuan}]", align: right}
  - text: "联系人：{handlers|names}"
  - seal
""",
}
