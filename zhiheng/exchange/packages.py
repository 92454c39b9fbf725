"""The package that two installations exchange: a manifest, the files it names with their digests, one signature over the manifest.

    ZHIHENG-PACKAGE-1
    {"key": …, "manifest": length, "signature": …}
    manifest (canonical JSON)
    the files, one behind the other, as long as the manifest says

The signature (Ed25519) is checked before anything else is read, and only for keys that the office knows: what a stranger sends is never
parsed. Every file is held against its digest (SM3), so that a refusal names the one that was changed. Nothing is compressed: a package
is never larger than what was sent. A receipt is what the other side signs about a package: its id and the digest of all its bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAGIC = b"ZHIHENG-PACKAGE-1\n"
RECEIPT = b"ZHIHENG-RECEIPT-1\n"
ENDING, RECEIPT_ENDING = ".zhp", ".zhr"
_HEADER_BYTES, _MANIFEST_BYTES, _RECEIPT_BYTES = 1_000, 1_000_000, 10_000
_MOST_FILES = 200
_HEX = re.compile(r"[0-9a-f]+")
LETTER, REPLY = "letter", "reply"


class Unfit(ValueError):
    """A package or receipt that is not taken; the words say what is wrong with it."""


class Unknown(Unfit):
    """Signed with a key that the office does not know."""


@dataclass(frozen=True)
class File:
    """One piece of evidence: its name, what kind of attachment it is, its bytes."""

    name: str
    label: str
    data: bytes

    @property
    def digest(self) -> str:
        return digest(self.data)


@dataclass(frozen=True)
class Content:
    """What a package says. `kind` is letter or reply; `answers` the id of the package that a reply answers; `letter_kind` as the sender
    registered it; days are ISO; `to` is the key of the installation it is for."""

    id: str
    kind: str
    sender: str
    to: str
    made_at: str
    subject: str
    letter_kind: str
    number: str
    sent_on: str
    reply_by: str = ""
    case_no: str = ""
    summary: str = ""
    reply: str = ""
    replied_on: str = ""
    answers: str = ""


@dataclass(frozen=True)
class Package:
    """A package that was found true: who signed it, what it says, its files."""

    key: str
    content: Content
    files: tuple[File, ...]


def digest(data: bytes) -> str:
    return hashlib.new("sm3", data).hexdigest()


def public_key(private: Ed25519PrivateKey) -> str:
    """As offices give it to each other: 64 hex digits."""
    return private.public_key().public_bytes_raw().hex()


def fingerprint(key: str) -> str:
    """A key in short, to be compared over the telephone."""
    short = hashlib.sha256(bytes.fromhex(key)).hexdigest()[:24]
    return " ".join(short[at : at + 4] for at in range(0, 24, 4))


def is_key(text: str) -> bool:
    return len(text) == 64 and bool(_HEX.fullmatch(text))


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def seal(private: Ed25519PrivateKey, content: Content, files: Sequence[File]) -> bytes:
    """The package, signed."""
    listed = [{"name": f.name, "label": f.label, "size": len(f.data), "digest": f.digest} for f in files]
    manifest = _canonical({**asdict(content), "files": listed})
    header = {
        "key": public_key(private),
        "manifest": len(manifest),
        "signature": private.sign(MAGIC + manifest).hex(),
    }
    return b"".join((MAGIC, _canonical(header), b"\n", manifest, *(f.data for f in files)))


def _signed(key: str, signature: str, said: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True


def open_package(data: bytes, *, own: str, knows: Callable[[str], bool]) -> Package:
    """The package in the bytes, every part of it found true. `own` is the key of this installation, `knows` whether a key is a partner's.

    Raises Unfit in words, Unknown for a key that nobody here knows.
    """
    key, manifest, rest = _proved(data, knows)
    content, listed = _read_manifest(manifest)
    if content.to != own:
        raise Unfit("协作包是发给别的单位的，不是发给本系统的")
    whole = sum(one["size"] for one in listed)
    if len(rest) != whole:
        raise Unfit(f"协作包不完整：清单所列文件共 {whole:,} 字节，实有 {len(rest):,} 字节")
    files, at = [], 0
    for one in listed:
        piece = rest[at : at + one["size"]]
        at += one["size"]
        if digest(piece) != one["digest"]:
            raise Unfit(f"文件“{one['name']}”的内容与清单所列摘要不符，已被改动")
        files.append(File(one["name"], one["label"], piece))
    return Package(key, content, tuple(files))


def _proved(data: bytes, knows: Callable[[str], bool]) -> tuple[str, bytes, bytes]:
    """Who signed, the signed manifest, and what stands behind it."""
    if not data.startswith(MAGIC):
        raise Unfit("不是知衡协作包，或者是本版本不认识的格式")
    head, parted, _ = data[len(MAGIC) : len(MAGIC) + _HEADER_BYTES].partition(b"\n")
    header = _json(head) if parted else None
    if not isinstance(header, dict) or not (
        isinstance(key := header.get("key"), str)
        and isinstance(signature := header.get("signature"), str)
        and isinstance(length := header.get("manifest"), int)
        and is_key(key)
        and 0 < length <= _MANIFEST_BYTES
    ):
        raise Unfit("协作包的开头读不出，文件不完整或者被改动")
    if not knows(key):
        raise Unknown(f"发送方不在已知的协作对象之中（公钥指纹 {fingerprint(key)}）")
    begins = len(MAGIC) + len(head) + 1
    manifest = data[begins : begins + length]
    if len(manifest) != length:
        raise Unfit("协作包不完整：清单没有传完")
    if not _signed(key, signature, MAGIC + manifest):
        raise Unfit("清单与发送方的签名不符，已被改动")
    return key, manifest, data[begins + length :]


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _read_manifest(manifest: bytes) -> tuple[Content, list[dict[str, Any]]]:
    """What a true partner signed; another version of theirs may still say it otherwise than we read it."""
    said = _json(manifest)
    listed = said.pop("files", None) if isinstance(said, dict) else None
    if not isinstance(listed, list) or len(listed) > _MOST_FILES or not all(map(_is_listed, listed)):
        raise Unfit("清单的文件部分读不出，请对方核对版本")
    try:
        content = Content(**said)
    except TypeError:
        raise Unfit("清单的栏目与本版本不同，请双方核对版本") from None
    if not all(isinstance(value, str) for value in asdict(content).values()):
        raise Unfit("清单的栏目与本版本不同，请双方核对版本")
    _refuse_faults(content)
    return content, listed


def _is_listed(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and one.keys() == {"name", "label", "size", "digest"}
        and all(isinstance(one[name], str) for name in ("name", "label", "digest"))
        and type(one["size"]) is int
        and one["size"] >= 0
    )


def _refuse_faults(content: Content) -> None:
    if content.kind not in (LETTER, REPLY):
        raise Unfit(f"不认识的协作包种类“{content.kind}”，请双方核对版本")
    if len(content.id) != 32 or not _HEX.fullmatch(content.id):
        raise Unfit("协作包的编号不合格式")
    for title, value, needed in (
        ("发函日期", content.sent_on, True),
        ("回复期限", content.reply_by, False),
        ("回复日期", content.replied_on, content.kind == REPLY),
    ):
        if needed or value:
            try:
                date.fromisoformat(value)
            except ValueError:
                raise Unfit(f"协作包的{title}“{value}”不是日期") from None
    if not content.subject.strip() or not content.number.strip():
        raise Unfit("协作包没有写明事项或者函件文号")
    if content.kind == REPLY and not (content.reply.strip() and content.answers):
        raise Unfit("回复没有写明内容，或者没有写明回复哪一件")


# ---------------------------------------------------------------------------------------------------- receipts


def receipt(
    private: Ed25519PrivateKey, *, package: str, sender: str, whole: str, name: str, at: datetime
) -> bytes:
    """What this installation signs about a package it received: its id, the digest of all its bytes, whose it was, when."""
    said = {
        "id": package,
        "to": sender,
        "digest": whole,
        "name": name,
        "at": at.isoformat(timespec="seconds"),
    }
    signature = private.sign(RECEIPT + _canonical(said)).hex()
    return _canonical({"receipt": said, "key": public_key(private), "signature": signature})


def read_receipt(data: bytes, *, own: str, key: str, package: str, whole: str) -> Mapping[str, str]:
    """What a receipt says, found true: `key` signed it, about the package of this id and this content, for `own`. Raises Unfit."""
    told = _json(data) if len(data) <= _RECEIPT_BYTES else None
    if not isinstance(told, dict) or not isinstance(said := told.get("receipt"), dict):
        raise Unfit("不是知衡协作包的回执")
    if told.get("key") != key or not _signed(key, str(told.get("signature", "")), RECEIPT + _canonical(said)):
        raise Unfit("回执不是该协作对象签的，或者被改动")
    if (said.get("to"), said.get("id")) != (own, package):
        raise Unfit("回执是另一件协作包的")
    if said.get("digest") != whole:
        raise Unfit("回执所说的内容与发出的不同，对方收到的可能被改动")
    try:
        datetime.fromisoformat(str(said.get("at")))
    except ValueError:
        raise Unfit("回执没有写明收到的时刻") from None
    return said


def package_of_receipt(data: bytes) -> str:
    """The id a receipt names, "" when it is no receipt; nothing of it is believed yet."""
    told = _json(data) if len(data) <= _RECEIPT_BYTES else None
    said = told.get("receipt") if isinstance(told, dict) else None
    return str(said.get("id", "")) if isinstance(said, dict) else ""
