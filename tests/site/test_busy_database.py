"""Somebody holds the only writer's lock for long: pages are read as ever, and what cannot be written is told in words."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys

from tests.site.running import environment, set_up

_ASK = """
import json, re, sys, django
django.setup()
from django.db import connection
from django.test import Client
from zhiheng.accounts.models import Person
connection.settings_dict["OPTIONS"]["timeout"] = 0.2
Person.objects.update(must_change_password=False)
connection.close()
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
client.force_login(Person.objects.get())
print("ready", flush=True)
sys.stdin.readline()
told = {}
for path in ("/", "/cases/", "/people/", "/reports/"):
    told[path] = client.get(path).status_code
answer = client.post("/people/new/", {"name": "新人", "username": "new", "unit": "500112", "password": "yi-ge-mima-1"})
told["written"] = [answer.status_code, answer.headers.get("Retry-After"), "数据库" in answer.content.decode()]
told["export"] = client.get("/people/?export=xlsx").status_code
print(json.dumps(told), flush=True)
sys.stdin.readline()
answer = client.post("/people/new/", {"name": "新人", "username": "new", "unit": "500112", "password": "yi-ge-mima-1"})
print(answer.status_code)
"""


def test_a_held_lock_is_a_503_in_words_and_pages_are_still_read(tmp_path):
    data = tmp_path / "data"
    set_up(data)
    asking = subprocess.Popen(
        [sys.executable, "-c", _ASK],
        env=environment(data, DJANGO_SETTINGS_MODULE="zhiheng.settings"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert asking.stdout.readline() == "ready\n"
        with sqlite3.connect(data / "zhiheng.sqlite3", isolation_level=None) as holder:
            holder.execute("BEGIN IMMEDIATE")
            asking.stdin.write("\n")
            asking.stdin.flush()
            told = json.loads(asking.stdout.readline())
            holder.execute("ROLLBACK")
        asking.stdin.write("\n")
        asking.stdin.flush()
        again = asking.stdout.readline()
    finally:
        asking.kill()
        asking.wait()
    assert {told[path] for path in ("/", "/cases/", "/people/", "/reports/")} == {200}
    assert told["written"] == [503, "10", True]
    assert told["export"] == 503  # what cannot be written down is not handed out
    assert again == "302\n"
