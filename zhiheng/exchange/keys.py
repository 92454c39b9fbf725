"""The key of this installation, and how it is told to others."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from . import packages


def own() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(settings.EXCHANGE_KEY))


def own_public() -> str:
    return packages.public_key(own())
