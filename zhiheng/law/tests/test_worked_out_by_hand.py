"""Due days and ranges of fines worked out by hand from the statutes and the published holidays, not by this code: month ends, leap days,
weeks of holidays with made-up Sundays, the turn of the year, thresholds and one yuan beside them, the day on which a law changes."""

from datetime import date

import pytest

from zhiheng.law import LawError, current_book
from zhiheng.law.commands import main

# clock, begins, time left out, extended by, due
DUE = [
    ("penalty.ordinary/verify", "2025-09-26", "", "", "2025-10-23"),
    ("penalty.ordinary/verify", "2025-09-26", "", "extend_verification", "2025-11-13"),
    ("penalty.ordinary/case", "2025-10-03", "", "", "2026-01-04"),
    ("penalty.ordinary/case", "2025-02-28", "", "", "2025-05-29"),
    ("penalty.ordinary/case", "2025-10-03", "", "extend_case", "2026-02-02"),
    ("penalty.ordinary/case", "2025-10-03", "testing:2025-11-10..2025-11-25", "", "2026-01-16"),
    ("penalty.ordinary/preserve", "2026-02-12", "", "", "2026-02-28"),
    ("penalty.ordinary/seize", "2026-01-31", "", "", "2026-03-02"),
    ("penalty.ordinary/seize", "2024-01-30", "", "", "2024-02-29"),
    ("penalty.ordinary/seize", "2025-12-02", "", "extend_seizure", "2026-01-31"),
    ("penalty.ordinary/notice", "2025-12-29", "", "", "2026-01-06"),
    ("penalty.ordinary/review", "2026-04-30", "", "", "2026-05-18"),
    ("penalty.ordinary/hearing_notice", "2025-04-28", "", "", "2025-05-12"),
    ("penalty.ordinary/serve", "2026-09-18", "", "", "2026-09-29"),
    ("penalty.ordinary/pay", "2025-09-16", "", "", "2025-10-09"),
    ("penalty.ordinary/pay", "2026-04-20", "", "", "2026-05-06"),
    ("penalty.ordinary/public_notice", "2025-12-02", "", "", "2026-01-04"),
    ("penalty.ordinary/remedy", "2025-08-31", "", "", "2026-02-28"),
    ("penalty.ordinary/remedy", "2025-07-04", "", "", "2026-01-04"),
    ("penalty.ordinary/remedy", "2025-04-01", "", "", "2025-10-09"),
    ("penalty.ordinary/suit", "2025-12-17", "", "", "2026-01-04"),
    ("penalty.ordinary/demand", "2025-09-24", "", "", "2025-10-14"),
    ("penalty.ordinary/court", "2025-04-09", "", "", "2026-01-09"),
    ("penalty.ordinary/crime_decide", "2025-09-29", "", "", "2025-10-09"),
    ("penalty.ordinary/handover", "2026-02-13", "", "", "2026-02-24"),
    ("penalty.ordinary/inform", "2026-06-17", "", "", "2026-06-25"),
    ("penalty.ordinary/publish", "2025-12-31", "", "", "2026-01-29"),
    ("penalty.ordinary/retention", "2024-02-29", "", "", "2027-03-01"),
    ("penalty.ordinary/close", "2026-04-27", "", "", "2026-05-20"),
    ("penalty.ordinary/assist", "2025-12-25", "", "", "2026-01-16"),
    ("penalty.ordinary/hand_in", "2026-02-13", "", "", "2026-02-24"),
    ("penalty.ordinary/judgment", "2024-02-29", "", "", "2026-02-28"),
    ("penalty.ordinary/answer_review", "2025-01-24", "", "", "2025-02-13"),
    ("penalty.ordinary/answer_suit", "2025-04-20", "", "", "2025-05-06"),
    ("penalty.ordinary/opinion", "2025-08-04", "", "", "2025-10-09"),
    ("adjudication.patent/file", "2026-02-13", "", "", "2026-02-27"),
    ("adjudication.patent/answer", "2026-02-02", "", "", "2026-02-24"),
    ("adjudication.patent/close", "2025-11-30", "", "", "2026-02-28"),
    ("adjudication.patent/close", "2025-11-30", "", "extend_close", "2026-03-30"),
    ("adjudication.patent/sue", "2025-12-18", "", "", "2026-01-04"),
    ("penalty.ordinary/police", "2026-04-03", "", "", "2026-04-07"),
    ("penalty.ordinary/push", "2026-01-30", "", "", "2026-02-13"),
    ("penalty.ordinary/withdraw", "2025-12-31", "", "", "2026-01-06"),
    ("penalty.ordinary/seize", "2026-12-02", "", "", "2027-01-01"),
    ("penalty.ordinary/pay", "2026-12-17", "", "", "2027-01-04"),
    ("penalty.ordinary/crime_send", "2026-02-13", "", "", "2026-02-14"),
    ("penalty.ordinary/court", "2025-07-04", "", "", "2026-04-07"),
    ("penalty.ordinary/pay", "2025-03-07", "", "grant_deferral:2025-06-30", "2025-06-30"),
    ("penalty.simple/remedy", "2025-08-04", "", "", "2025-10-09"),
    ("penalty.simple/report", "2025-04-29", "", "", "2025-05-13"),
    ("adjudication/file", "2026-02-13", "", "", "2026-02-27"),
    ("adjudication/serve", "2026-02-13", "", "", "2026-02-27"),
    ("adjudication/court", "2025-04-11", "", "", "2025-07-28"),
    ("adjudication/publish", "2025-12-31", "", "", "2026-01-29"),
    ("adjudication/hearing_notice", "2025-04-30", "", "", "2025-05-08"),
    ("adjudication/close", "2025-11-30", "", "extend_close extend_close_again:2", "2026-06-01"),
    ("referral/decide", "2025-09-29", "", "", "2025-10-09"),
    ("referral/handover", "2026-02-13", "", "", "2026-02-24"),
    ("referral/send", "2026-02-13", "", "", "2026-02-14"),
    ("referral/police", "2026-04-03", "", "", "2026-04-07"),
    ("referral/reconsider", "2025-10-03", "", "", "2025-10-09"),
    ("mediation/notify", "2025-12-31", "", "", "2026-01-08"),
    ("mediation/notify", "2025-09-26", "", "", "2025-10-10"),
    ("mediation/reply", "2025-09-20", "", "", "2025-10-09"),
    ("mediation/reply", "2026-02-02", "", "", "2026-02-24"),
    ("mediation/file", "2026-04-30", "", "", "2026-05-11"),
    ("mediation/silent", "2025-04-15", "", "", "2025-05-12"),
    ("mediation/close", "2025-12-31", "", "", "2026-02-28"),
    ("mediation/close", "2025-08-29", "", "extend_mediation", "2025-12-01"),
    ("mediation/report", "2026-02-13", "", "", "2026-02-27"),
    ("agency/verify", "2026-02-13", "", "", "2026-03-12"),
    ("agency/file_attorney", "2025-09-05", "", "", "2025-10-09"),
]  # fmt: skip


@pytest.mark.parametrize(("clock", "begins", "left_out", "extended", "due"), DUE)
def test_the_due_day_is_the_one_a_lawyer_counts(capsys, clock, begins, left_out, extended, due):
    pauses = [word for pause in left_out.split() for word in ("--pause", pause)]
    steps = [word for step in extended.split() for word in ("--extend", step)]
    assert main(["deadline", clock, "--from", begins, *pauses, *steps, "--format", "json"]) == 0
    assert f'"due": "{due}"' in capsys.readouterr().out


# rule, act, decision, party, turnover, gains, severity → least and greatest fine in yuan, whether a fine must be imposed
FINES = [
    ("TM-INF", "2025-02-01", "2025-04-08", "organisation", 50000, None, "normal", 0, 250000, False),
    ("TM-INF", "2025-02-01", "2025-04-08", "organisation", 49999.99, None, "normal", 0, 250000, False),
    ("TM-INF", "2025-02-01", "2025-04-08", "person", 1000000, None, "normal", 0, 5000000, False),
    ("TM-FALSEREG", "2025-02-01", "2025-04-08", "organisation", 50000, None, "normal", 0, 10000, False),
    ("TM-FALSEREG", "2025-02-01", "2025-04-08", "organisation", 60000, None, "normal", 0, 12000, False),
    ("TM-FALSEREG", "2025-02-01", "2025-04-08", "organisation", 49999, None, "normal", 0, 10000, False),
    ("TM-MUSTREG", "2025-02-01", "2025-04-08", "organisation", 500000, None, "normal", 0, 100000, False),
    ("PAT-FAKE", "2025-02-01", "2025-04-08", "organisation", None, 50000, "normal", 0, 250000, False),
    ("PAT-FAKE", "2025-02-01", "2025-04-08", "organisation", None, 50001, "normal", 0, 250005, False),
    ("PAT-FAKE", "2021-05-31", "2021-07-20", "organisation", None, 100000, "normal", 0, 400000, False),
    ("PAT-FAKE", "2021-05-31", "2021-07-20", "organisation", None, 30000, "normal", 0, 120000, False),
    ("PAT-FAKE", "2021-05-31", "2021-07-20", "organisation", None, None, "normal", 0, 200000, False),
    ("SM-INF", "2025-02-01", "2025-04-08", "organisation", None, None, "normal", 0, 10000, True),
    ("SM-INF", "2025-02-01", "2025-04-08", "organisation", None, 2000, "normal", 0, 10000, True),
    ("SM-MISUSE", "2025-02-01", "2025-04-08", "organisation", None, None, "normal", 0, 50000, False),
    ("OLY-INF", "2025-02-01", "2025-04-08", "organisation", 50000, None, "normal", 0, 250000, False),
    ("EXPO-INF", "2025-02-01", "2025-04-08", "organisation", None, 20000, "normal", 0, 100000, False),
    ("TM-AGENT", "2025-02-01", "2025-04-08", "organisation", None, None, "normal", 10000, 100000, True),
    ("TM-AGENT", "2025-02-01", "2025-04-08", "person", None, None, "normal", 5000, 50000, True),
    ("TM-AGENT", "2026-12-31", "2027-01-04", "organisation", None, None, "normal", 10000, 100000, True),
    ("TM-AGENT", "2027-01-02", "2027-02-04", "organisation", None, None, "serious", 100000, 200000, True),
    ("TM-AGENT", "2026-12-31", "2027-01-04", "organisation", None, None, "serious", 10000, 100000, True),
    ("TM-BADFAITH", "2026-12-31", "2027-01-04", "organisation", None, 20000, "normal", 0, 30000, False),
    ("TM-BADFAITH", "2026-12-31", "2027-01-04", "organisation", None, 5000, "normal", 0, 15000, False),
    ("TM-BADFAITH", "2026-12-31", "2027-01-04", "organisation", None, None, "normal", 0, 10000, False),
    ("TM-BADFAITH", "2027-01-01", "2027-01-04", "organisation", None, None, "normal", 0, 100000, False),
    ("TM-MISLEAD", "2026-12-31", "2027-01-04", "organisation", 60000, None, "normal", 0, 0, False),
    ("TM-MISLEAD", "2027-01-01", "2027-01-04", "organisation", 60000, None, "normal", 0, 300000, False),
    ("AGENCY-ENTITY", "2025-02-01", "2025-04-08", "organisation", None, None, "normal", 0, 100000, False),
    ("AGENCY-PERSON", "2025-02-01", "2025-04-08", "person", None, None, "normal", 0, 50000, False),
    ("AGENCY-UNLIC", "2025-02-01", "2025-04-08", "organisation", None, 10000, "normal", 10000, 50000, True),
    ("TM-WELLKNOWN", "2025-02-01", "2025-04-08", "organisation", None, None, "normal", 100000, 100000, True),
    ("TM-LICENSEE", "2025-02-01", "2025-04-08", "organisation", None, None, "normal", 0, 100000, True),
    ("TM-FALSEREG", "2026-12-31", "2027-01-04", "organisation", 60000, None, "normal", 0, 12000, False),
    ("TM-INF", "2019-10-31", "2019-11-01", "organisation", 100000, None, "normal", 0, 500000, False),
    ("UC-CONFUSION", "2025-10-14", "2025-10-20", "organisation", 60000, None, "normal", 0, 300000, False),
    ("PAT-ABNORMAL", "2024-01-19", "2024-02-01", "organisation", None, None, "normal", 0, 0, False),
    ("PAT-ABNORMAL", "2024-01-20", "2024-02-01", "organisation", None, None, "normal", 0, 100000, False),
    ("TM-COLLECTIVE", "2027-01-02", "2027-02-01", "organisation", None, None, "normal", 0, 10000, True),
]  # fmt: skip


def _fen(yuan: float | None) -> int | None:
    return None if yuan is None else round(yuan * 100)


@pytest.mark.parametrize(
    ("rule", "acted", "decided", "party", "turnover", "gains", "severity", "least", "most", "must"), FINES
)
def test_the_range_is_the_one_the_article_gives(
    rule, acted, decided, party, turnover, gains, severity, least, most, must
):
    outcome = current_book().evaluate(
        rule,
        acted=date.fromisoformat(acted),
        decided=date.fromisoformat(decided),
        party=party,
        turnover=_fen(turnover),
        gains=_fen(gains),
        severity=severity,
    )
    applies = outcome.applicable
    assert (applies.min, applies.max, applies.mandatory) == (_fen(least), _fen(most), must)


def test_what_is_for_organisations_reaches_no_person():
    with pytest.raises(LawError, match="只适用于法人或者其他组织"):
        current_book().evaluate(
            "AGENCY-ENTITY", acted=date(2025, 2, 1), decided=date(2025, 4, 8), party="person"
        )
