"""JSON Web Tokens that no library would write."""

import base64
import hashlib
import hmac
import json


def forged_token(header: dict[str, object], claims: object, key: bytes | None = None) -> str:
    """Return a token with any header.

    Args:
        header: The header.
        claims: The claims.
        key: Signs the token with HMAC, whatever the header says. ``None`` for no signature.
    """
    content = f"{_encoded(json.dumps(header))}.{_encoded(json.dumps(claims))}"
    signature = b"" if key is None else hmac.digest(key, content.encode(), hashlib.sha256)
    return f"{content}.{_encoded(signature)}"


def _encoded(part: str | bytes) -> str:
    content = part.encode() if isinstance(part, str) else part
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
