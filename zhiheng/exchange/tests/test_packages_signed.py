"""A package is taken as it was signed or not at all, and the refusal says what is wrong with it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zhiheng.exchange import packages
from zhiheng.exchange.packages import Content, File, Unfit, Unknown

HERE, THERE, STRANGER = (Ed25519PrivateKey.from_private_bytes(sign * 32) for sign in (b"h", b"t", b"x"))
OWN, PARTNER = packages.public_key(HERE), packages.public_key(THERE)


def content(**changed) -> Content:
    said = {"id": "a" * 32, "kind": "letter", "sender": "川局", "to": OWN, "made_at": "2024-06-03"}
    said |= {
        "subject": "线索",
        "letter_kind": "lead_out",
        "number": "川知函〔2024〕1号",
        "sent_on": "2024-06-01",
    }
    return Content(**said | changed)


def opened(data: bytes) -> packages.Package:
    return packages.open_package(data, own=OWN, knows={PARTNER}.__contains__)


FILES = (File("甲.txt", "证据材料", "甲的内容".encode()), File("乙.txt", "函件", b"B" * 300))
SEALED = packages.seal(THERE, content(), FILES)

files = st.lists(
    st.builds(
        File, st.text(min_size=1, max_size=20), st.sampled_from(["函件", "证据材料"]), st.binary(max_size=200)
    ),
    max_size=4,
)


@settings(max_examples=examples(40), deadline=None)
@given(files, st.text(min_size=1).filter(str.strip), st.text())
def test_what_was_sealed_is_what_is_opened(given_files, subject, summary):
    said = content(subject=subject, summary=summary)
    found = opened(packages.seal(THERE, said, given_files))
    assert (found.key, found.content, found.files) == (PARTNER, said, tuple(given_files))


@settings(max_examples=examples(300), deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_found_out(place, by):
    changed = bytearray(SEALED)
    changed[place] ^= by
    with pytest.raises(Unfit):
        opened(bytes(changed))


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.binary(min_size=1, max_size=30))
def test_a_package_cut_off_or_lengthened_is_found_out(at, more):
    for changed in (SEALED[:at], SEALED + more):
        with pytest.raises(Unfit):
            opened(changed)


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_anything_at_all_is_refused_in_words(data, begins_well):
    with pytest.raises(Unfit):
        opened(packages.MAGIC + data if begins_well else data)
    with pytest.raises(Unfit):
        packages.read_receipt(data, own=OWN, key=PARTNER, package="a" * 32, whole="")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04", "不是知衡协作包"),
        (packages.MAGIC + b"[" * 5000, "开头读不出"),
        (SEALED.replace("线索".encode(), "线素".encode()), "清单与发送方的签名不符"),
        (SEALED.replace("甲的内容".encode(), "甲旳内容".encode()), "文件“甲.txt”的内容与清单所列摘要不符"),
        (SEALED.replace(b"B" * 300, b"B" * 299 + b"C"), "文件“乙.txt”的内容与清单所列摘要不符"),
        (SEALED[:-1], "协作包不完整"),
        (packages.seal(THERE, content(to=PARTNER), FILES), "发给别的单位"),
        (packages.seal(THERE, content(kind="order"), FILES), "不认识的协作包种类“order”"),
        (packages.seal(THERE, content(sent_on="去年"), FILES), "发函日期“去年”不是日期"),
        (packages.seal(THERE, content(kind="reply", replied_on="2024-06-04"), FILES), "回复没有写明内容"),
        (packages.seal(THERE, content(subject=" "), FILES), "没有写明事项"),
        (packages.seal(THERE, content(id="../../etc"), FILES), "编号不合格式"),
    ],
)
def test_the_refusal_says_what_is_wrong(data, words):
    with pytest.raises(Unfit, match=words):
        opened(data)


def test_a_stranger_is_told_apart_from_a_partner_before_anything_is_read():
    with pytest.raises(Unknown, match="不在已知的协作对象之中"):
        opened(packages.seal(STRANGER, content(kind="nonsense"), FILES))


def test_a_stranger_cannot_sign_in_the_name_of_a_partner():
    forged = packages.seal(STRANGER, content(), FILES).replace(
        packages.public_key(STRANGER).encode(), PARTNER.encode()
    )
    with pytest.raises(Unfit, match="签名不符"):
        opened(forged)


def test_a_receipt_holds_for_its_package_alone():
    from datetime import UTC, datetime

    whole = packages.digest(SEALED)
    about = {
        "package": "a" * 32,
        "sender": OWN,
        "whole": whole,
        "name": "川局",
        "at": datetime(2024, 6, 3, tzinfo=UTC),
    }
    told = packages.receipt(THERE, **about)
    asked = {"own": OWN, "key": PARTNER, "package": "a" * 32, "whole": whole}
    assert packages.read_receipt(told, **asked)["name"] == "川局"
    assert packages.package_of_receipt(told) == "a" * 32 and not packages.package_of_receipt(SEALED)
    for changed, words in (
        ({"key": packages.public_key(STRANGER)}, "不是该协作对象签的"),
        ({"package": "b" * 32}, "另一件协作包"),
        ({"own": PARTNER}, "另一件协作包"),
        ({"whole": packages.digest(b"")}, "内容与发出的不同"),
    ):
        with pytest.raises(Unfit, match=words):
            packages.read_receipt(told, **asked | changed)
    with pytest.raises(Unfit, match="被改动"):
        packages.read_receipt(told.replace("川局".encode(), "渝局".encode()), **asked)
