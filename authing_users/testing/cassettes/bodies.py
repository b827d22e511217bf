"""Decode bodies: content codings such as gzip, and encodings of text."""

import codecs
import gzip
import importlib
import re
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

# Cassettes come from anywhere. A small body must not fill the memory.
MAX_BYTES = 256 * 1024 * 1024
MAX_CODINGS = 5

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE
)


class Coding(NamedTuple):
    """A content coding."""

    decode: Callable[[bytes], bytes]
    encode: Callable[[bytes], bytes]


class UndecodableError(ValueError):
    """A body cannot be decoded as its headers say."""


def decode_content(
    data: bytes, content_encoding: str | None
) -> tuple[bytes, Callable[[bytes], bytes]]:
    """Undo the content codings of a body.

    Args:
        data: The body. It may have been decoded already.
        content_encoding: The header of that name. Codings that are recognised by their first bytes
            are decoded without it.

    Returns:
        The decoded body, and a function that encodes a body in the same way.

    Raises:
        UndecodableError: A coding of the header is unknown, or the package for it is missing.
    """
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    encoders: list[Callable[[bytes], bytes]] = []
    for name in reversed([name for name in names if name not in ("", "identity")]):
        if _is_text(data):
            break  # decoded before
        data = _decode(data, name, encoders)
    for _ in range(MAX_CODINGS):
        recognized = _recognized(data)
        if recognized is None:
            break
        try:
            data = _decode(data, recognized, encoders)
        except UndecodableError:
            break

    def encode(body: bytes) -> bytes:
        for encoder in reversed(encoders):
            body = encoder(body)
        return body

    return data, encode


def _decode(data: bytes, name: str, encoders: list[Callable[[bytes], bytes]]) -> bytes:
    coding = _coding(name)
    if coding is None:
        raise UndecodableError(
            f"Cannot decode the content coding {name!r}: install a package for it"
        )
    try:
        data = coding.decode(data)
    except Exception:
        raise UndecodableError(f"The content coding is not {name!r}") from None
    encoders.append(coding.encode)
    return data


def _recognized(data: bytes) -> str | None:
    if data[:3] == b"\x1f\x8b\x08":
        return "gzip"
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return "zstd"
    if len(data) > 2 and data[0] == 0x78 and data[1] in (0x01, 0x5E, 0x9C, 0xDA):
        return "deflate"
    return None


def _is_text(data: bytes) -> bool:
    try:
        return data.decode("utf-8").isprintable() or b"\n" in data or b"\t" in data
    except UnicodeDecodeError:
        return False


def _coding(name: str) -> Coding | None:
    if name in ("gzip", "x-gzip"):
        return Coding(_gunzip, _gzip)
    if name == "deflate":
        return Coding(_inflated_either_way, zlib.compress)
    if name == "br":
        brotli = _optional("brotli", "brotlicffi")
        return brotli and Coding(brotli.decompress, brotli.compress)
    if name == "zstd":
        zstd = _optional("compression.zstd", "zstandard", "backports.zstd")
        return zstd and Coding(zstd.decompress, zstd.compress)
    return None


def _optional(*names: str) -> Any:
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


def _gunzip(data: bytes) -> bytes:
    return _inflated(data, zlib.MAX_WBITS | 16)


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _inflated(data: bytes, window: int) -> bytes:
    # A body that was cut off is read as far as it goes.
    return zlib.decompressobj(window).decompress(data, MAX_BYTES)


def _inflated_either_way(data: bytes) -> bytes:
    try:
        return _inflated(data, zlib.MAX_WBITS)
    except zlib.error:
        return _inflated(data, -zlib.MAX_WBITS)


class Text(NamedTuple):
    """The text of a body.

    Attributes:
        text: The text. Binary content becomes one character for each byte.
        encode: Encodes a text like that of the body.
        is_binary: Whether no encoding fits.
    """

    text: str
    encode: Callable[[str], bytes]
    is_binary: bool = False


def decode_text(data: bytes, content_type: str | None) -> Text:
    """Decode the text of a body: as its byte order mark, its header, or its content says."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            text = _decoded(data[len(bom) :], encoding)
            if text is not None:
                return Text(text, _encoder(encoding, bom))
    declared = _CHARSET.search(content_type or "")
    meta = _META.search(data[:1024])
    candidates = [
        _without_bom(data),
        declared[1] if declared else None,
        "utf-8",
        meta[1].decode("ascii", "replace") if meta else None,
    ]
    for candidate in candidates:
        text = None if candidate is None else _decoded(data, candidate)
        if text is not None:
            return Text(text, _encoder(str(candidate)))
    return Text(data.decode("latin-1"), _encoder("latin-1"), is_binary=True)


def _encoder(encoding: str, bom: bytes = b"") -> Callable[[str], bytes]:
    return lambda text: bom + text.encode(encoding, "replace")


def _without_bom(data: bytes) -> str | None:
    """Return the encoding of text whose first characters are ASCII, in two or four bytes each."""
    zeros = "".join("0" if byte == 0 else "x" for byte in data[:4])
    return {
        "x000": "utf-32-le",
        "000x": "utf-32-be",
        "x0x0": "utf-16-le",
        "0x0x": "utf-16-be",
        "x0xx": "utf-16-le",
        "0xxx": "utf-16-be",
    }.get(zeros)


def _decoded(data: bytes, encoding: str) -> str | None:
    """Return the text of bytes, if the encoding is known and reproduces them."""
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except (LookupError, UnicodeError, TypeError, AttributeError):
        return None
