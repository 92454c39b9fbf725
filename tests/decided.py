"""Decisions of cases that a test writes straight into the table, as an import makes them."""

from __future__ import annotations

from collections.abc import Iterable

from zhiheng.cases.models import Case, Decision


def decided(cases: Iterable[Case]) -> list[Decision]:
    """One decision for each saved case that has a day of decision, with the case's number and amounts."""
    return Decision.objects.bulk_create(
        Decision(
            case=case,
            unit_id=case.unit_id,
            cause=case.cause,
            number=case.doc_no,
            number_printed=case.doc_no_printed,
            decided_on=case.decided_on,
            case_value_fen=case.case_value_fen,
            fine_fen=case.fine_fen,
            confiscated_gains_fen=case.confiscated_gains_fen,
            forfeit_fen=case.forfeit_fen,
        )
        for case in cases
        if case.decided_on
    )
