"""Mask secrets in recorded requests and responses: by value, by shape and by name."""

import json
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, unquote_plus

from ..._runtime.secret import MASK, SECRET_WATCH, WatchedSecrets
from . import secret_shapes as shapes
from .bodies import UndecodableError, decode_content, decode_text
from .json_leaves import Leaf, is_json, looks_like_json, rewrite
from .known_values import KnownValues
from .multipart import rewrite_parts, starts_parts
from .secret_names import SecretNames, normalized
from .secret_shapes import decoded_base64, is_generated, is_placeholder, recognizable

if TYPE_CHECKING:
    from .pseudonyms import Pseudonyms

# JSON in strings, URLs in parameters and so on are read to this depth.
MAX_DEPTH = 20
# Reading again finds what the first reading has learnt.
MAX_READINGS = 4

_NAME = re.compile(r"[A-Za-z_]{1,40}")
# A password may contain one of them. They identify a user, and are not secret.
_IDENTITY = frozenset(
    {"username", "email", "phone", "nickname", "name", "givenname", "familyname", "externalid"}
    | {"id", "preferredusername"}
)


class FoundSecret(NamedTuple):
    """A secret that a scrubber has found.

    Attributes:
        kind: How it was recognised, such as ``"JWT"``.
        path: Where it stands, such as ``data.user.token``.
        value: The secret.
    """

    kind: str
    path: str
    value: str


class CassetteScrubber:
    """Masks the secrets of requests and responses.

    Secrets are recognised by their value (those that the clients of this process use, and those
    that were found by name before), by their shape (such as tokens and private keys), and by the
    name of their field, header or parameter. Scrubbing scrubbed content changes nothing. Several
    threads can use a scrubber.

    To find secrets wherever they stand, scrub the headers of a message first: values that are
    found by name are masked in what is scrubbed later.

    Args:
        names: More names of fields, headers and parameters whose values are secret. Case, hyphens
            and underscores are ignored.
        pseudonyms: Replaces personal data, too.
        found: Is called for each secret. By default, secrets are only masked.
    """

    def __init__(
        self,
        names: Iterable[str] = (),
        *,
        pseudonyms: "Pseudonyms | None" = None,
        found: Callable[[FoundSecret], None] | None = None,
    ) -> None:
        self._names = SecretNames(names)
        self._values = KnownValues()
        self._pseudonyms = pseudonyms
        self._found = found
        self._watched: dict[WatchedSecrets, int] = {}
        self._path: list[str | Leaf] = []
        self._depth = 0
        self._lock = RLock()

    def learn(self, value: str) -> None:
        """Mask a value wherever it occurs, unless it is too short for that."""
        with self._lock:
            for part in recognizable(str.__str__(value)):
                self._values.add(part)

    def url(self, url: str) -> str:
        """Return a URL without the secrets in its user name, path, query and fragment."""
        url = self._read(url, self._url)
        return url if self._pseudonyms is None else self._pseudonyms.url(url)

    def headers(self, headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return headers with secrets masked. No header is removed."""
        scrubbed = {name: list(values) for name, values in headers.items()}
        for name in [*scrubbed, *scrubbed]:  # once more with what the first reading has learnt
            with self._lock, self.at(name):
                scrubbed[name] = [self._read(value, self._header(name)) for value in scrubbed[name]]
        if self._pseudonyms is not None:
            return self._pseudonyms.headers(scrubbed)
        return scrubbed

    def body(
        self, body: bytes, content_type: str | None, content_encoding: str | None = None
    ) -> bytes:
        """Return a body without secrets, in the coding, the encoding and the form of the original.

        Args:
            body: The body.
            content_type: The header of that name.
            content_encoding: The header of that name. Codings that start with a signature, such as
                gzip, are recognised without it.
        """
        with self._lock:
            try:
                content, encode = decode_content(body, content_encoding)
            except UndecodableError as error:
                self._report("unreadable body", str(error))
                content, encode = body, bytes
            scrubbed = self._content(content, content_type)
        return body if scrubbed == content else encode(scrubbed)

    def json(self, value: Any) -> Any:
        """Return JSON content that has been decoded without its secrets."""
        if isinstance(value, str):
            return self.text(value)
        text = json.dumps(value)
        scrubbed = self.text(text)
        return value if scrubbed == text else json.loads(scrubbed)

    def text(self, text: str) -> str:
        """Return a text without secrets. It may be JSON, a form, a document, HTML or prose."""
        is_object = looks_like_json(text)
        text = self._read(text, self._json if is_object else self._text)
        if self._pseudonyms is not None:
            pseudonyms = self._pseudonyms
            return pseudonyms.json_text(text) if is_object else pseudonyms.text(text)
        return text

    def leaf(self, leaf: Leaf) -> str | int | float:
        """Return the name or value of a field in JSON without secrets."""
        value = leaf.value
        if leaf.is_key and _NAME.fullmatch(str(value)):
            return value
        self._path.append(leaf)
        try:
            if leaf.is_key:
                return self._text(str(value))
            if self._names.is_secret_leaf(leaf):
                return self._named(value, f"value of {leaf.name!r}")
            if isinstance(value, str):
                return self._text(value, parts=normalized(leaf.name) not in _IDENTITY)
            return value
        finally:
            self._path.pop()

    @property
    def known(self) -> int:
        """Return a number that changes if a secret is learnt."""
        return self._version()

    # Reading

    def _version(self) -> int:
        """Return a number that changes if a secret is learnt, also one that a client reports."""
        for watched in SECRET_WATCH.watchers:
            if self._watched.get(watched) != watched.version:
                self._watched[watched] = watched.version
                for secret in watched:
                    self.learn(secret.reveal())
        return self._values.version

    def _read(self, content: str, scrub: Callable[[str], str]) -> str:
        with self._lock:
            for _ in range(MAX_READINGS):
                version = self._version()
                content = scrub(content)
                if self._version() == version:
                    break
            return content

    @contextmanager
    def at(self, path: str) -> Generator[None]:
        """Put a path before those of the secrets that are found in the block."""
        self._path.append(path)
        try:
            yield
        finally:
            self._path.pop()

    def _report(self, kind: str, value: str) -> None:
        if self._found is not None:
            paths = [part.path if isinstance(part, Leaf) else part for part in self._path]
            self._found(FoundSecret(kind, " ".join(filter(None, paths)), value))

    def _mask(self, kind: str, value: str) -> str:
        self._report(kind, value)
        return MASK

    def _named(self, value: str | int | float, kind: str) -> str | int | float:
        """Mask a value that is secret by its name, and learn it."""
        text = str(value)
        if is_placeholder(text):
            return value
        if is_json(text):
            rewrite(text, self._learn_leaf)
        else:
            self.learn(text)
        return self._mask(kind, text)

    def _learn_leaf(self, leaf: Leaf) -> object:
        if isinstance(leaf.value, str) and not leaf.is_key and not _NAME.fullmatch(leaf.value):
            self.learn(leaf.value)
        return leaf.value

    # Parts of a message

    def _header(self, name: str) -> Callable[[str], str]:
        if name not in self._names:
            return self._text
        return lambda value: str(self._named(value, f"header {name!r}"))

    def _content(self, content: bytes, content_type: str | None) -> bytes:
        parts = rewrite_parts(content, content_type, self._part)
        if parts is not None:
            return parts
        decoded = decode_text(content, content_type)
        if decoded.is_binary:
            scrubbed = self._read(decoded.text, self._plain_text)
        else:
            scrubbed = self.text(decoded.text)
        if scrubbed != decoded.text:
            content = decoded.encode(scrubbed)
        if not decoded.is_binary:
            return content
        return self._values.mask_bytes(content, lambda value: self._report("known secret", value))

    def _part(self, name: str, content: bytes, content_type: str | None) -> bytes:
        with self.at(name):
            if name not in self._names:
                return self._content(content, content_type)
            decoded = decode_text(content, content_type)
            return decoded.encode(str(self._named(decoded.text, f"value of {name!r}")))

    def _json(self, text: str) -> str:
        text = rewrite(text, self.leaf)
        # Text may follow the JSON, or stand between its parts.
        return text if is_json(text) else self._plain_text(text)

    def _text(self, text: str, *, parts: bool = True) -> str:
        if self._depth >= MAX_DEPTH or len(text) < 4:
            return text
        self._depth += 1
        try:
            if looks_like_json(text):
                return self._json(text)
            if "\0" in text or starts_parts(text):
                return self._body_text(text, parts=parts)
            return self._plain_text(text, parts=parts)
        finally:
            self._depth -= 1

    def _body_text(self, text: str, *, parts: bool) -> str:
        """Scrub a text that is a body in UTF-16, or has several parts."""
        body = text.encode("utf-8", "surrogatepass")
        rewritten = rewrite_parts(body, None, self._part)
        if rewritten is not None:
            return rewritten.decode("utf-8", "surrogatepass")
        decoded = decode_text(body, None)
        if decoded.text == text:
            return self._plain_text(text, parts=parts)
        return decoded.encode(self._text(decoded.text)).decode("utf-8", "surrogatepass")

    def _plain_text(self, text: str, *, parts: bool = True) -> str:
        is_document = shapes.DOCUMENT.match(text) is not None
        if "PRIVATE" in text:
            text = shapes.PRIVATE_KEY.sub(self._shape("private key"), text)
        if "eyJ" in text:
            text = shapes.JWT.sub(self._shape("JWT"), text)
        if len(text) >= 12:
            text = shapes.CREDENTIALS.sub(self._credentials, text)
            text = shapes.CIPHERTEXT.sub(self._shape("encrypted password"), text)
            text = shapes.BASE64.sub(self._base64, text)
        if "://" in text:
            text = shapes.URL.sub(lambda url: self._url(url[0]), text)
        if "=" in text and shapes.RELATIVE_URL.fullmatch(text):
            text = self._url(text)
        elif "=" in text and shapes.FORM.fullmatch(text):
            text = self._form(text)
        if "=" in text or ":" in text:
            text = shapes.COOKIES.sub(self._cookies, text)
            text = self._fields(text, is_document=is_document)
        if "<" in text:
            text = shapes.ELEMENT.sub(self._element, text)
            text = shapes.INPUT.sub(self._input, text)
        return self._values.mask(
            text,
            parts=parts and not is_document,
            words=not is_document,
            found=lambda value: self._report("known secret", value),
        )

    # Shapes

    def _shape(self, kind: str) -> Callable[[re.Match[str]], str]:
        def mask(match: re.Match[str]) -> str:
            self.learn(match[0])
            return self._mask(kind, match[0])

        return mask

    def _credentials(self, match: re.Match[str]) -> str:
        scheme, value = match["scheme"].lower(), match["value"]
        if scheme == "basic":
            is_secret = ":" in (decoded_base64(value) or "")
        else:  # "Bearer authentication" is an ordinary phrase
            is_secret = len(value) >= 8 and is_generated(value)
        if not is_secret:
            return match[0]
        self.learn(f"{scheme} {value}")
        return _with(match, "value", self._mask(f"{scheme} credentials", value))

    def _base64(self, match: re.Match[str]) -> str:
        decoded = decoded_base64(match[0])
        if decoded is None:
            return match[0]
        found, self._found = self._found, None
        try:
            is_secret = self._text(decoded) != decoded
        finally:
            self._found = found
        return self._mask("secret in base64", match[0]) if is_secret else match[0]

    def _cookies(self, match: re.Match[str]) -> str:
        return _with(match, "value", str(self._named(match["value"], "cookie")))

    def _fields(self, text: str, *, is_document: bool) -> str:
        """Mask values that stand behind a name within a text."""
        pieces: list[str] = []
        end = 0
        for name in shapes.FIELD_NAME.finditer(text):
            if name.start() < end or _last_name(name["name"]) not in self._names:
                continue
            value = shapes.FIELD_VALUE.match(text, name.end())
            if value is None:
                continue
            group = "bare" if value["quoted"] is None else "quoted"
            is_word = name["separator"] != "=" and not is_generated(value[group])
            if group == "bare" and (is_document or is_word):
                continue
            masked = self._named(value[group], f"value of {name['name']!r}")
            pieces += [text[end : value.start(group)], str(masked)]
            end = value.end(group)
        return "".join([*pieces, text[end:]]) if pieces else text

    def _element(self, match: re.Match[str]) -> str:
        name = match["name"].rpartition(":")[2]
        if name not in self._names or not match["value"].strip():
            return match[0]
        return _with(match, "value", str(self._named(match["value"], f"element {name!r}")))

    def _input(self, match: re.Match[str]) -> str:
        attributes = {
            key.lower(): first or second
            for key, first, second in shapes.ATTRIBUTE.findall(match[0])
        }
        name = attributes.get("name", "")
        value = attributes.get("value") or attributes.get("content") or ""
        if name not in self._names or not value:
            return match[0]
        return match[0].replace(value, str(self._named(value, f"value of {name!r}")))

    # URLs

    def _url(self, url: str) -> str:
        match = shapes.URL_PARTS.fullmatch(url)
        if match is None:
            return url
        scrubbed = match["scheme"] or ""
        if match["authority"] is not None:
            scrubbed += f"//{self._authority(match['authority'])}"
        scrubbed += self._url_path(match["path"])
        if match["query"] is not None:
            scrubbed += f"?{self._form(match['query'])}"
        if match["fragment"] is not None:
            scrubbed += f"#{self._form(match['fragment'])}"
        return scrubbed

    def _authority(self, authority: str) -> str:
        credentials, at, host = authority.rpartition("@")
        if not at or is_placeholder(credentials):
            return authority
        self.learn(unquote(credentials.partition(":")[2]))
        return f"{self._mask('credentials of a URL', credentials)}@{host}"

    def _url_path(self, path: str) -> str:
        segments = path.split("/")
        for index, segment in enumerate(segments):
            decoded, before = unquote(segment), segments[index - 1] if index else ""
            if before in self._names and len(decoded) > 8 and is_generated(decoded):
                segments[index] = str(self._named(decoded, f"path after {before!r}"))
                continue
            scrubbed = self._text(decoded)
            if scrubbed != decoded:
                segments[index] = quote(scrubbed, safe="*:@!$&'()+,;=")
        return "/".join(segments)

    def _form(self, form: str) -> str:
        """Scrub the parameters of a query, a fragment or a form."""
        fields = form.split("&")
        names = [unquote_plus(field.partition("=")[0]) for field in fields]
        for index, (field, name) in enumerate(zip(fields, names, strict=True)):
            prefix, equals, raw = (
                field.rpartition("=") if "=" not in field else field.partition("=")
            )
            value, last = unquote_plus(raw), _last_name(name)
            is_secret = last in self._names or self._names.is_login_code(last, names)
            with self.at(name if equals else ""):
                if equals and is_secret:
                    scrubbed = str(self._named(value, f"parameter {name!r}"))
                else:
                    scrubbed = self._text(value, parts=normalized(last) not in _IDENTITY)
            if scrubbed != value:
                fields[index] = f"{prefix}{equals}{quote(scrubbed, safe='*:/,')}"
        return "&".join(fields)


def _with(match: re.Match[str], group: str, value: str) -> str:
    """Return a match with another value of a group."""
    start, stop = match.start(group) - match.start(), match.end(group) - match.start()
    return match[0][:start] + value + match[0][stop:]


def _last_name(name: str) -> str:
    """Return the last part of a name such as ``user[password]``."""
    return re.split(r"[.\[\]]+", name.strip("[]."))[-1]
