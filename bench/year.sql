-- What somebody who needs just these numbers would write: each table once, everything of it in one pass. A column is named by its figure.
-- cases: decided
SELECT cause, kind, power, COUNT(*), SUM(case_value_fen), SUM(forfeit_fen) FROM cases_decision
WHERE ended_on IS NULL AND decided_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY cause, kind, power;
-- activities
SELECT COUNT(CASE WHEN reach IS NOT NULL AND kind NOT IN ('media', 'screen') THEN 1 END) AS "pub.events",
  COUNT(CASE WHEN reach IS NOT NULL AND kind = 'press' THEN 1 END) AS "pub.events.press",
  SUM(screens) AS "pub.screens", SUM(reach) AS "pub.reach",
  COUNT(CASE WHEN reach IS NOT NULL AND kind NOT IN ('media', 'screen') AND "into" <> '' THEN 1 END) AS "pub.into",
  COUNT(CASE WHEN reach IS NOT NULL AND kind NOT IN ('media', 'screen') AND "into" = 'school' THEN 1 END) AS "pub.into.school",
  COUNT(CASE WHEN reach IS NOT NULL AND kind NOT IN ('media', 'screen') AND "into" = 'firm' THEN 1 END) AS "pub.into.firm"
FROM outreach_activity WHERE voided_on IS NULL AND held_on BETWEEN '2024-01-01' AND '2024-12-31';
-- bases
SELECT COUNT(CASE WHEN named_on >= '2024-01-01' THEN 1 END) AS "pub.base",
  COUNT(CASE WHEN withdrawn_on IS NULL OR withdrawn_on > '2024-12-31' THEN 1 END) AS "pub.base.standing"
FROM outreach_educationbase WHERE voided_on IS NULL AND named_on <= '2024-12-31';
-- channels
SELECT COUNT(CASE WHEN opened_on >= '2024-01-01' THEN 1 END) AS "pub.media",
  COUNT(CASE WHEN closed_on IS NULL OR closed_on > '2024-12-31' THEN 1 END) AS "pub.media.standing"
FROM outreach_channel WHERE voided_on IS NULL AND opened_on <= '2024-12-31';
-- works
SELECT COUNT(*) AS "pub.works", SUM(readings) AS "pub.works.reach"
FROM outreach_work WHERE voided_on IS NULL AND put_on BETWEEN '2024-01-01' AND '2024-12-31';
-- duties
SELECT COUNT(*) AS "pub.duties", COUNT(done_on) AS "pub.duties.done"
FROM outreach_duty WHERE voided_on IS NULL AND listed_on BETWEEN '2024-01-01' AND '2024-12-31';
-- study
SELECT COUNT(CASE WHEN kind IN ('group', 'staff') THEN attended END) AS "trn.study",
  SUM(CASE WHEN kind IN ('group', 'staff') THEN attended END) AS "trn.study.people",
  COUNT(CASE WHEN kind = 'training' THEN attended END) AS "trn.train",
  SUM(CASE WHEN kind = 'training' THEN attended END) AS "trn.train.people"
FROM study_studysession WHERE voided_on IS NULL AND held_on BETWEEN '2024-01-01' AND '2024-12-31';
-- plans
SELECT COUNT(DISTINCT CASE WHEN kind <> 'cooperation' THEN title END) AS "doc.scheme",
  COUNT(DISTINCT CASE WHEN kind = 'cooperation' THEN title END) AS "xr.papers"
FROM plans_plan WHERE voided_on IS NULL AND issued_on BETWEEN '2024-01-01' AND '2024-12-31';
-- tasks
SELECT COUNT(CASE WHEN p.kind = 'protection' THEN 1 END) AS "doc.tasks",
  COUNT(DISTINCT CASE WHEN p.kind = 'protection' THEN t.aspect_id END) AS "doc.aspects",
  COUNT(CASE WHEN p.kind = 'cooperation' THEN 1 END) AS "xr.tasks",
  COUNT(*) AS "plan.tasks", COUNT(t.done_on) AS "plan.tasks.done",
  COUNT(CASE WHEN t.problem <> '' THEN 1 END) AS "plan.tasks.kept",
  COUNT(CASE WHEN t.problem <> '' THEN t.done_on END) AS "plan.tasks.kept.done"
FROM plans_task t JOIN plans_aspect a ON a.id = t.aspect_id JOIN plans_plan p ON p.id = a.plan_id
WHERE t.voided_on IS NULL AND t.laid_on BETWEEN '2024-01-01' AND '2024-12-31';
-- shares
SELECT COUNT(*) AS "plan.shares",
  COUNT(CASE WHEN returned_on IS NOT NULL AND (due_on IS NULL OR returned_on <= due_on) THEN 1 END) AS "plan.shares.ontime"
FROM plans_share WHERE voided_on IS NULL AND handed_on BETWEEN '2024-01-01' AND '2024-12-31';
-- problems
SELECT COUNT(*) AS "prb.n", COUNT(closed_on) AS "prb.closed"
FROM plans_problem WHERE voided_on IS NULL AND found_on BETWEEN '2024-01-01' AND '2024-12-31';
-- remedies
SELECT COUNT(*) AS "pln.n", COUNT(planned_on) AS "pln.planned"
FROM plans_remedy WHERE voided_on IS NULL AND set_on BETWEEN '2024-01-01' AND '2024-12-31';
-- actions
SELECT COUNT(DISTINCT name) AS "enf.actions", COUNT(DISTINCT CASE WHEN cross_region THEN name END) AS "xr.action"
FROM enforcement_specialaction WHERE voided_on IS NULL AND begins_on BETWEEN '2024-01-01' AND '2024-12-31';
-- inspections
SELECT SUM(officers_sent) AS "enf.people",
  COUNT(CASE WHEN subject_kind IN ('firm', 'market', 'platform') THEN 1 END) AS "enf.checked",
  COUNT(DISTINCT CASE WHEN subject_kind IN ('firm', 'market', 'platform') THEN subject END) AS "enf.checked.firms",
  COUNT(DISTINCT CASE WHEN subject_kind = 'agency' THEN subject END) AS "agt.check",
  COUNT(*) AS "enf.visits", COUNT(CASE WHEN draw_name <> '' THEN 1 END) AS "enf.visits.drawn",
  COUNT(CASE WHEN outcome = 'found' THEN 1 END) AS "enf.visits.found"
FROM enforcement_inspection WHERE voided_on IS NULL AND visited_on BETWEEN '2024-01-01' AND '2024-12-31';
-- faults
SELECT COUNT(*) AS "enf.faults", COUNT(CASE WHEN f.disposal = 'lead' THEN 1 END) AS "enf.leads",
  COUNT(DISTINCT CASE WHEN i.subject_kind = 'agency' AND f.disposal IN ('order', 'talk', 'lead') THEN i.subject END) AS "agt.penalty"
FROM enforcement_foundfault f JOIN enforcement_inspection i ON i.id = f.inspection_id
WHERE f.voided_on IS NULL AND f.found_on BETWEEN '2024-01-01' AND '2024-12-31';
-- typical cases, selected
SELECT COUNT(DISTINCT CASE WHEN level = 'national' THEN name END) AS "enf.typical",
  COUNT(DISTINCT CASE WHEN level = 'city' THEN name END) AS "enf.typical.city"
FROM enforcement_typicalcase WHERE voided_on IS NULL AND selected_on BETWEEN '2024-01-01' AND '2024-12-31';
-- typical cases, nominated
SELECT COUNT(*) AS "enf.nominated"
FROM enforcement_typicalcase WHERE voided_on IS NULL AND nominated_on BETWEEN '2024-01-01' AND '2024-12-31';
-- letters
SELECT COUNT(*) AS "xr.transfer", COUNT(CASE WHEN kind = 'lead_out' THEN 1 END) AS "xr.transfer.lead_out",
  COUNT(CASE WHEN kind = 'lead_in' THEN 1 END) AS "xr.transfer.lead_in",
  COUNT(CASE WHEN kind = 'assist_out' THEN 1 END) AS "xr.transfer.assist_out",
  COUNT(CASE WHEN kind = 'assist_in' THEN 1 END) AS "xr.transfer.assist_in"
FROM enforcement_letter WHERE voided_on IS NULL AND sent_on BETWEEN '2024-01-01' AND '2024-12-31';
-- open licences
SELECT COUNT(CASE WHEN declared_on >= '2024-01-01' THEN 1 END) AS "svc.open",
  COUNT(CASE WHEN withdrawn_on IS NULL OR withdrawn_on > '2024-12-31' THEN 1 END) AS "svc.open.standing"
FROM promotion_openlicence WHERE voided_on IS NULL AND declared_on <= '2024-12-31';
-- licences
SELECT COUNT(*) AS "svc.open.licences", SUM(fee_fen) AS "svc.open.fees"
FROM promotion_licence WHERE voided_on IS NULL AND concluded_on BETWEEN '2024-01-01' AND '2024-12-31';
-- overseas
SELECT COUNT(guided_on) AS "ovs.case", SUM(saved_fen) AS "ovs.saved"
FROM promotion_overseascase WHERE voided_on IS NULL AND asked_on BETWEEN '2024-01-01' AND '2024-12-31';
-- returns
SELECT indicator, SUM(number), SUM(amount_fen) FROM reports_receivedreturn
WHERE voided_on IS NULL AND last BETWEEN '2024-01-01' AND '2024-12-31' AND first >= '2024-01-01' GROUP BY indicator;
