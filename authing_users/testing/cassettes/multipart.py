"""Rewrite the parts of a multipart body."""

import base64
import binascii
import quopri
import re
from collections.abc import Callable

_BOUNDARY = re.compile(
    r"multipart/[^;]+;.*?\bboundary=(?:\"([^\"]+)\"|([^\s;]+))", re.IGNORECASE | re.DOTALL
)
# Without a header, the first line shows the boundary.
_FIRST_LINE = re.compile(rb"--([^\s]{1,70})\r?\n(?=[A-Za-z-]+:)")
_NAME = re.compile(r"(?i)content-disposition:[^\r\n]*?[; ]name=\"?([^\";\r\n]+)")
_TYPE = re.compile(r"(?i)content-type:\s*([^\r\n]+)")
_TRANSFER = re.compile(r"(?i)content-transfer-encoding:\s*([\w-]+)")
_HEAD = re.compile(rb"(?:\r?\n)?(?:[^\r\n]+\r?\n)+\r?\n")


def starts_parts(text: str) -> bool:
    """Return whether a text starts with a boundary and the headers of a part."""
    return _FIRST_LINE.match(text[:200].encode("utf-8", "replace")) is not None


def rewrite_parts(
    body: bytes, content_type: str | None, replace: Callable[[str, bytes, str | None], bytes]
) -> bytes | None:
    """Return a multipart body with the content of parts replaced, or ``None`` for another body.

    Args:
        body: The body.
        content_type: The header of that name.
        replace: Is called with the name, the content and the content type of each part. Returns
            the new content. Parts in base64 and quoted-printable are decoded and encoded.
    """
    match = _BOUNDARY.search(content_type or "")
    first_line = _FIRST_LINE.match(body)
    if match is not None:
        boundary = (match[1] or match[2]).encode("utf-8", "replace")
    elif first_line is not None:
        boundary = first_line[1]
    else:
        return None
    parts = body.split(b"--" + boundary)
    for index, part in enumerate(parts[1:], 1):
        head = _HEAD.match(part)
        if head is None:
            continue
        headers = head[0].decode("utf-8", "replace")
        content = part[head.end() :]
        line_end = (
            b"\r\n" if content.endswith(b"\r\n") else b"\n" if content.endswith(b"\n") else b""
        )
        content = content.removesuffix(line_end)
        new = _replaced(content, headers, replace)
        parts[index] = head[0] + new + line_end
    return (b"--" + boundary).join(parts)


def _replaced(
    content: bytes, headers: str, replace: Callable[[str, bytes, str | None], bytes]
) -> bytes:
    name, kind, transfer = _NAME.search(headers), _TYPE.search(headers), _TRANSFER.search(headers)
    coding = transfer[1].lower() if transfer else ""
    decoded = content
    try:
        if coding == "base64":
            decoded = base64.b64decode(content)
        elif coding == "quoted-printable":
            decoded = quopri.decodestring(content)
    except binascii.Error:
        coding = ""
    new = replace(name[1] if name else "", decoded, kind[1] if kind else None)
    if new == decoded:
        return content
    if coding == "base64":
        return base64.encodebytes(new).rstrip(b"\n")
    if coding == "quoted-printable":
        return quopri.encodestring(new)
    return new
