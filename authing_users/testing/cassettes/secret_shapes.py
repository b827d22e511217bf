"""Patterns of secrets, and of the places where texts hold them."""

import base64
import binascii
import re

from ..._runtime.secret import MASK

# A space, also in a URL or a form.
_SPACE = r"(?:[ +]|%20)"
_NO_BASE64_BEFORE = r"(?<![A-Za-z0-9+/=,-])"
_BASE64_CHARACTER = r"(?:[A-Za-z0-9+/]|\\/)"
# Public keys and certificates start like this.
_NO_PUBLIC_KEY = r"(?!MI[IG])"

JWT = re.compile(r"(?<![A-Za-z0-9+/])eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,4}={0,2}")
# The length of a text that RSA encrypts with 1024, 2048, 3072 or 4096 bits.
CIPHERTEXT = re.compile(
    "|".join(
        rf"{_NO_BASE64_BEFORE}{_NO_PUBLIC_KEY}{_BASE64_CHARACTER}{{{length}}}{padding}"
        r"(?![A-Za-z0-9+/=])"
        for length, padding in ((171, "="), (342, "=="), (512, ""), (683, "="))
    )
)
_KEY_KIND = rf"{_SPACE}(?:[A-Z0-9]+{_SPACE})*PRIVATE{_SPACE}KEY(?:{_SPACE}BLOCK)?-----"
PRIVATE_KEY = re.compile(rf"-----BEGIN{_KEY_KIND}.*?(?:-----END{_KEY_KIND}|\Z)", re.DOTALL)
CREDENTIALS = re.compile(
    rf"\b(?P<scheme>bearer|basic)(?P<space>{_SPACE}+)(?P<value>[A-Za-z0-9._~+/%-]{{4,}}=*)",
    re.IGNORECASE,
)
BASE64 = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{24,}={0,2}(?![A-Za-z0-9+/=])")
COOKIES = re.compile(
    r"\b(?:set-)?cookie[\"']?\s{0,3}:\s{0,3}[\"']?(?P<value>[^\s=]+=[^\r\n\"'<>]+)", re.IGNORECASE
)

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s\"'<>\\]+")
URL_PARTS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*:)?(?://(?P<authority>[^/?#]*))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
RELATIVE_URL = re.compile(r"[/?][^\s\"'<>]*")
FORM = re.compile(r"[\w.%\[\]+~-]+=[^\s&=\"'<>{}]*={0,2}(?:&[\w.%\[\]+~-]+=[^\s&\"'<>{}]*)*")

# `name=value`, `name: value`, `"name": "value"` within a text, also where the quotes are escaped.
_QUOTE = r"\\*[\"']|&(?:quot|apos|#34|#39|#x22|#x27);"
FIELD_NAME = re.compile(
    r"(?<![$\w.\[\]-])(?P<name>[A-Za-z_][\w.\[\]-]{0,100}+)"
    rf"(?P<separator>(?:{_QUOTE})?\s{{0,3}}(?:=>?|:)\s{{0,3}})"
)
FIELD_VALUE = re.compile(
    rf"(?P<quote>{_QUOTE})(?P<quoted>.{{0,10000}}?)(?P=quote)"
    r"|(?P<bare>(?:(?:bearer|basic|token|digest)\s+)?[^\s\"'<>&;,{}()\[\]\\]+)(?!\()",
    re.IGNORECASE | re.DOTALL,
)
ELEMENT = re.compile(r"<(?P<name>[A-Za-z][\w.:-]*)(?:\s[^<>]*)?>(?P<value>[^<>]+)</(?P=name)\s*>")
INPUT = re.compile(r"<(?:input|meta|param)\b[^<>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"(?<![\w:-])([\w:-]++)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")

# A GraphQL document: there, `name: value` are types and variables.
DOCUMENT = re.compile(
    r"\s*(?:#[^\n]*\s*)*(?:(?:query|mutation|subscription|fragment)\b[^=:]{0,200}?[({@]"
    r"|\{\s*\w+\s*[({\s])"
)

# They stand for a secret that another tool has removed.
PLACEHOLDER = re.compile(
    r"\*+|x{3,}|redacted|filtered|masked|scrubbed|removed|<[\w -]+>|\[[A-Za-z_ -]+\]"
    r"|\$\{?\w+\}?|\{\{.*\}\}|true|false|null|none|undefined",
    re.IGNORECASE,
)
_DATE_OR_VERSION = re.compile(r"(?=\d*[:.TZ +/-])[\d:.TZ +/-]+")
_COOKIE_ATTRIBUTES = frozenset({"domain", "expires", "max-age", "path", "samesite"})


def is_placeholder(text: str) -> bool:
    """Return whether a value is empty, or stands for a secret that has been removed."""
    return not text or MASK in text or PLACEHOLDER.fullmatch(text) is not None


def is_generated(value: str) -> bool:
    """Return whether a value is more than a word. In a sentence, only such values are secrets."""
    return len(value) > 3 and (not value.isalpha() or re.search(r"[a-z][A-Z]", value) is not None)


def recognizable(secret: str) -> list[str]:
    """Return the parts of a secret that are masked wherever they occur.

    Texts that surround all secrets of a kind are left out, such as the first line of a key.
    """
    scheme, _, credentials = secret.partition(" ")
    if credentials and scheme.lower() in ("bearer", "token"):
        values = [credentials]
    elif credentials and scheme.lower() == "basic":
        values = [credentials, (decoded_base64(credentials) or "").partition(":")[2]]
    elif "\n" in secret or "\\n" in secret:
        lines = re.split(r"\n|\\n", secret)
        values = [line for line in lines if len(line) >= 20 and not line.startswith("-----")]
    elif "://" in secret:
        values = []
    elif ";" in secret and "=" in secret:
        pairs = [pair.strip().partition("=") for pair in secret.split(";")]
        values = [value for name, _, value in pairs if name.lower() not in _COOKIE_ATTRIBUTES]
    else:
        values = [secret]
    return [
        value
        for value in values
        if not is_placeholder(value) and not _DATE_OR_VERSION.fullmatch(value)
    ]


def decoded_base64(text: str) -> str | None:
    """Return the text that base64 stands for, if it is text."""
    text = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return decoded if all(c.isprintable() or c in "\r\n\t" for c in decoded) else None
