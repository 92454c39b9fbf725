"""What the benches measure is filled by a rule of their own: a kind of record that it does not fit would go unmeasured."""

from __future__ import annotations

from django.db import connection

from bench import pages
from tests.casework import Worker


def test_every_kind_of_record_can_be_filled_from_cases(world):
    for _ in range(2):
        case = Worker(world.a).to_filed().case
    type(case).objects.update(decided_on=case.filed_on, party_name="重庆渝州商贸有限公司")
    kinds = [one["model"] for one in pages.lists()[1:]]
    assert kinds
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(pages.rows_like_cases(kind, 2))
            assert kind.objects.count() == 2, kind
    connection.check_constraints()
