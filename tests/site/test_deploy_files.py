"""The files of `deploy/` as they are written: read by the programs they are for, where those are at hand."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
import yaml
from django.db import DatabaseError, connection, transaction

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer"})


def needs(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if not found:
        pytest.skip(f"no {program} here")
    return found


def test_systemd_takes_every_unit(tmp_path):
    analyze = needs("systemd-analyze")
    program = tmp_path / "zhiheng"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for name in UNITS:
        text = (DEPLOY / name).read_text().replace("/opt/zhiheng/bin/zhiheng", str(program))
        (tmp_path / name).write_text(text)
    told = subprocess.run(
        [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_every_timer_has_its_service_and_is_told_of_where_units_are_installed():
    timers = [name for name in UNITS if name.endswith(".timer")]
    installed = (DEPLOY / "zhiheng.service").read_text()
    for name in timers:
        assert name.replace(".timer", ".service") in UNITS
        assert name in installed


def test_what_a_unit_is_told_to_write_to_lies_where_it_may_write():
    """`ProtectSystem=strict` makes everything read-only that is not named."""
    told = (DEPLOY / "zhiheng.env").read_text()
    written = re.findall(r"^#?ZHIHENG_(?:DATA_DIR|HEADS_FILE)=(.+)$", told, re.M)
    assert len(written) == 2
    for name in UNITS:
        unit = (DEPLOY / name).read_text()
        if "ProtectSystem=strict" not in unit:
            assert name.endswith(".timer")
            continue
        allowed = [f"/var/lib/{one}" for one in re.findall(r"^StateDirectory=(\S+)$", unit, re.M)]
        for listed in re.findall(r"^ReadWritePaths=(.+)$", unit, re.M):
            allowed += [path.lstrip("-") for path in listed.split()]
        goes_to = [*written, *re.findall(r"^ExecStart=\S+ backup (\S+)$", unit, re.M)]
        for path in goes_to:
            assert any(Path(path).is_relative_to(one) for one in allowed), f"{name} cannot write to {path}"


def test_commands_in_units_and_in_the_container_are_commands_there_are():
    from zhiheng.cli import _parser

    commands = next(action for action in _parser()._actions if action.dest == "command").choices
    texts = [(DEPLOY / name).read_text() for name in UNITS] + [(DEPLOY / "Containerfile").read_text()]
    named = re.findall(r"/bin/zhiheng (\w+)|CMD \[\"zhiheng\", \"(\w+)\"", "\n".join(texts))
    found = {one or other for one, other in named}
    assert found >= {"serve", "recalculate", "verify_audit", "backup"} and found <= set(commands)


def test_nginx_takes_the_site(tmp_path):
    nginx, openssl = needs("nginx"), needs("openssl")
    key, made = tmp_path / "key.pem", tmp_path / "fullchain.pem"
    asked = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {made}"
    subprocess.run([openssl, *asked.split()], check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text().replace("/etc/ssl/zhiheng", str(tmp_path))
    # Nothing is bound when a configuration is only tested.
    (tmp_path / "site.conf").write_text(site)
    temporary = "\n".join(
        f"{one}_temp_path {tmp_path}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "main.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {temporary}\n"
        f"include {tmp_path}/site.conf; }}"
    )
    told = subprocess.run(
        [nginx, "-t", "-c", str(tmp_path / "main.conf")], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0 and "successful" in told.stderr, told.stderr


def test_uploads_that_nginx_lets_through_are_those_the_site_takes():
    from django.conf import settings

    allowed = re.findall(r"client_max_body_size (\d+)m", (DEPLOY / "nginx.conf").read_text())
    assert [int(one) * 2**20 for one in allowed] == [
        limit + 2**20 for limit in (settings.UPLOAD_LIMIT_BYTES, settings.EVIDENCE_LIMIT_BYTES)
    ]


def test_settings_in_the_compose_file_are_settings_there_are_and_its_volumes_are_declared():
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    site = told["services"]["site"]
    known = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text(), re.M))
    assert set(site["environment"]) <= known
    assert (DEPLOY / site["build"]["context"] / site["build"]["dockerfile"]).is_file()
    used = [one.split(":")[0] for service in told["services"].values() for one in service["volumes"]]
    assert set(used) == set(told["volumes"])


def test_volumes_of_the_site_stand_in_its_image_for_its_user():
    """A volume takes over owner and mode of the directory it is laid over; one that is not there belongs to root."""
    site = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["site"]
    made = re.search(
        r"install -d -o zhiheng -g zhiheng -m 0700 (.+)$", (DEPLOY / "Containerfile").read_text(), re.M
    )[1].split()
    assert {one.split(":")[1] for one in site["volumes"]} == set(made)


def test_the_site_s_container_holds_no_power_and_its_image_keeps_its_probe():
    site = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["site"]
    assert site["cap_drop"] == ["ALL"] and site["security_opt"] == ["no-new-privileges:true"]
    text = (DEPLOY / "Containerfile").read_text()
    users = re.findall(r"^USER (\S+)", text, re.M)
    assert users and users[-1] != "root" and text.rindex("USER ") < text.index('CMD ["zhiheng')
    assert "HEALTHCHECK" in text and "podman build --format docker" in text
    # What is taken over from the first stage is what it made.
    for source in re.findall(r"^COPY --from=build (\S+) ", text, re.M):
        assert f"-w {source}" in text
    # Nothing is installed but what a lock names by its sum.
    assert all(
        "--require-hashes" in line or "--no-deps" in line
        for line in re.findall(r"pip (?:install|wheel) .*", text)
    )


def test_the_site_believes_the_address_a_proxy_on_the_machine_comes_from():
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    (bridge,) = told["networks"]["default"]["ipam"]["config"]
    assert ip_address(bridge["gateway"]) in ip_network(bridge["subnet"])
    believed = told["services"]["site"]["environment"]["ZHIHENG_PROXY"]
    assert believed == f"${{ZHIHENG_PROXY:-{bridge['gateway']}}}"


def test_nothing_of_a_working_copy_goes_into_the_image():
    left_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", ".venv", "node_modules", "var"} <= set(left_out)


def test_the_container_copies_only_what_there_is_and_runs_the_python_the_project_needs():
    text = (DEPLOY / "Containerfile").read_text()
    for source in re.findall(r"^COPY (?!--from)(\S+) ", text, re.M):
        assert (ROOT / source).exists()
    assert re.search(r"requires-python = \">=3\.11", (ROOT / "pyproject.toml").read_text())
    assert set(re.findall(r"python:(\d\.\d+)-", text)) == {"3.11"}
    # The probe is Python that compiles.
    compile(re.search(r'HEALTHCHECK.*"-c", "(.*)"\]', text)[1], "probe", "exec")
    assert sys.version_info >= (3, 11)


@pytest.mark.django_db(transaction=True)
def test_the_working_role_cannot_rewrite_what_is_only_added_to(world):
    if connection.vendor != "postgresql":
        pytest.skip("roles are PostgreSQL's")
    from tests.world import tell_of

    tell_of(world)
    with connection.cursor() as cursor:
        cursor.execute((DEPLOY / "postgresql.sql").read_text())
        try:
            cursor.execute("CREATE TABLE of_a_later_version (id bigserial)")
            cursor.execute("SET ROLE zhiheng_site")
            cursor.execute("INSERT INTO of_a_later_version DEFAULT VALUES")
            for table in (
                "audit_entry",
                "proceedings_steptaken",
                "proceedings_opinion",
                "figures_frozenrecords",
            ):
                cursor.execute(f"SELECT count(*) FROM {table}")
                for act in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id", f"TRUNCATE {table}"):
                    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                        cursor.execute(act)
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP TABLE of_a_later_version")
            cursor.execute("DROP OWNED BY zhiheng_site")
            cursor.execute("DROP ROLE zhiheng_site")
