"""What is handed in: how large, of what kind, under what name; evidence is excluded once."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest

from zhiheng.documents import services
from zhiheng.refusal import Refused

ON = date(2024, 5, 6)


def keep(name: str, data: bytes) -> dict:
    return services.keep_upload(file_name=name, file=BytesIO(data))


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(settings):
    settings.UPLOAD_LIMIT_BYTES = 1000
    assert keep("说明.txt", b"x" * 1000)["size"] == 1000
    with pytest.raises(Refused, match="文件超过"):
        keep("说明.txt", b"x" * 1001)


@pytest.mark.parametrize("name", ["说明.txt", "录像.mp4", "照片.jpg"])
@pytest.mark.parametrize("begins", [b"MZ\x90\x00", b"\x7fELF\x02", b"#!/bin/sh\n"])
def test_a_program_is_refused_under_any_name(name, begins):
    with pytest.raises(Refused, match="不是它的名称所说的"):
        keep(name, begins + b"\0" * 100)


def test_a_long_name_keeps_its_end_and_no_name_is_a_path():
    kept = keep("很长的名称" * 60 + "（盖章件）.pdf", b"%PDF-1.7")["name"]
    assert len(kept) == 200 and kept.endswith("很长的名称（盖章件）.pdf")
    assert keep("..\\a/b\n.txt", b"x")["name"] == ".._a_b_.txt"


def test_evidence_is_excluded_once_and_keeps_the_first_reason(world):
    folder = services.open_folder(unit=world.a.unit, title="示例案")
    evidence = services.add_evidence(
        actor=world.a.handler, folder=folder, on=ON, name="销售票据", kind="documentary", source="当事人提供",
        proves="销售数量", collected_on=ON,
    )  # fmt: skip
    services.exclude_evidence(actor=world.a.reviewer, evidence=evidence, on=ON, reason="未经当事人确认")
    with pytest.raises(Refused, match="已被排除"):
        services.exclude_evidence(actor=world.a.reviewer, evidence=evidence, on=ON, reason="另一理由")
    evidence.refresh_from_db()
    assert evidence.excluded_reason == "未经当事人确认"
