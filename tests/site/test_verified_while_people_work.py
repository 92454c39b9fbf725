"""`verify_audit` on a site in use: what is done meanwhile is neither a fault nor kept waiting."""

from __future__ import annotations

import json
import subprocess
import sys
from threading import Thread

import pytest
from django.db import connection, connections

from tests.site.running import environment, set_up
from tests.world import tell_of

PASSWORD = "chengshi-zhiheng-1"


def faults_while_somebody_is_added() -> list[str]:
    """What is found when, with the ledger read and the records not, another connection adds a person."""
    from zhiheng.accounts import services
    from zhiheng.accounts.models import Person
    from zhiheng.accounts.rights import Role
    from zhiheng.audit import verification

    def add() -> None:
        admin = Person.objects.filter(grants__role=Role.ADMIN).select_related("unit").first()
        since = admin.grants.filter(role=Role.ADMIN).first().since
        services.add_person(
            actor=admin, on=since, unit=admin.unit, username="xinren", name="新人", password=PASSWORD
        )
        connections.close_all()

    class Meanwhile(verification.Replay):
        def close(self):
            somebody = Thread(target=add)
            somebody.start()
            somebody.join()
            return iter(())

    verification._replays.insert(0, Meanwhile)
    try:
        found = list(verification.verify().faults)
        assert Person.objects.filter(username="xinren").exists()
        return found
    finally:
        verification._replays.remove(Meanwhile)


@pytest.mark.django_db(transaction=True)
def test_what_is_done_while_the_ledger_is_verified_is_no_fault(tmp_path, request):
    if connection.vendor == "postgresql":
        tell_of(request.getfixturevalue("world"))
        assert faults_while_somebody_is_added() == []
        return
    # SQLite in memory has one connection for all; a site has a file.
    data = tmp_path / "data"
    set_up(data)
    script = (
        "import json, django; django.setup(); from tests.site import test_verified_while_people_work as here; "
        "print(json.dumps(here.faults_while_somebody_is_added()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(data) | {"DJANGO_SETTINGS_MODULE": "zhiheng.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
