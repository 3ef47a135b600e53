"""The rehearsal's thought signatures: opaque to the product, and checked when they come back.

A signature covers the text of the part that carries it, so a client that loses it onto another
part, or joins the signed part with its neighbour, is refused as the endpoint would refuse it.
Signatures that the rehearsal did not make are let pass: a conversation may have begun with a key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

_MARK = b"rehearsal-signature\x01"
_LENGTH = 900
"""Real ones take kilobytes; long enough here to be felt in storage and in the request."""


def sign(text: str) -> str:
    proof = hashlib.shake_256(text.encode(errors="surrogatepass")).digest(_LENGTH)
    return base64.b64encode(_MARK + proof).decode()


def is_spoilt(signature: object, text: object) -> bool:
    """Whether this is a signature of ours on a part that it does not belong to."""
    if not isinstance(signature, str):
        return True
    standard = signature.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return True
    if not raw.startswith(_MARK):
        return False
    return standard != sign(text if isinstance(text, str) else "").rstrip("=")
