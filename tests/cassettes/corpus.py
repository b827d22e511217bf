"""Secrets planted at many places of requests and responses, in many codings."""

import base64
import binascii
import gzip
import html
import importlib
import json
import quopri
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote, quote_plus, unquote_plus

SECRET = "c9a8b7d6e5f4031221304f5e6d7b8a9c"  # of the user pool
PASSWORD = 'Canary&Pa55"wörd'
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJjYW5hcnktc3ViamVjdCIsImlhdCI6MX0"
    ".Q2FuYXJ5LXNpZ25hdHVyZS0wMTIzNDU2Nzg5"
)
CIPHERTEXT = base64.b64encode(bytes(range(128))).decode()
PRIVATE_KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIICXAIBAAKBgQCqCanaryKeyLine0123456789abcdefghijk\n"
    "CanaryKeyLine2ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\n-----END RSA PRIVATE KEY-----\n"
)
PUBLIC_KEY = (
    "-----BEGIN PUBLIC KEY-----\nMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB\n-----END PUBLIC KEY-----\n"
)
SECRETS = (SECRET, PASSWORD, TOKEN, CIPHERTEXT, PRIVATE_KEY)
# A shorter part of a secret could be an ordinary word.
PART = 9
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Exchange:
    """A request and its response."""

    uri: str = "https://core.authing.cn/graphql/v2"
    method: str = "POST"
    request_headers: dict[str, str] = field(default_factory=dict[str, str])
    request_body: bytes = b""
    headers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    body: bytes = b'{"data":{}}'
    message: str = "OK"

    def for_vcr(self) -> tuple[Any, dict[str, Any]]:
        """Return the request and the response in the form of ``vcr``."""
        from vcr.request import Request

        response = {
            "status": {"code": 200, "message": self.message},
            "headers": self.headers,
            "body": {"string": self.body},
        }
        return Request(self.method, self.uri, self.request_body, self.request_headers), response


def cassette_text(exchanges: list[Exchange], serializer: Any = None) -> str:
    """Return a cassette as ``vcr`` writes it."""
    vcr: Any = importlib.import_module("vcr.serialize")
    serializer = serializer or importlib.import_module("vcr.serializers.yamlserializer")
    pairs = [exchange.for_vcr() for exchange in exchanges]
    content = {"requests": [pair[0] for pair in pairs], "responses": [pair[1] for pair in pairs]}
    return str(vcr.serialize(content, serializer))


def to_json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def response(content: object, content_type: str = JSON) -> Exchange:
    return Exchange(headers={"Content-Type": [content_type]}, body=to_json(content))


def raw(body: bytes, content_type: str, coding: str | None = None) -> Exchange:
    headers = {"Content-Type": [content_type]}
    return Exchange(
        headers=headers if coding is None else {**headers, "Content-Encoding": [coding]}, body=body
    )


def request(content: object, content_type: str = JSON) -> Exchange:
    return Exchange(request_headers={"Content-Type": content_type}, request_body=to_json(content))


def error(message: str) -> Exchange:
    return response({"errors": [{"message": {"code": 2020, "message": message}}], "data": None})


def variables(**values: object) -> Exchange:
    return request({"query": "mutation M { m }", "operationName": "M", "variables": values})


def header(name: str, value: str) -> Exchange:
    return Exchange(headers={name: [value]})


def request_header(name: str, value: str) -> Exchange:
    return Exchange(request_headers={name: value})


def user(**fields: object) -> dict[str, object]:
    return {"data": {"user": {"id": "1", **fields}}}


def multipart(name: str, value: bytes, *headers: str) -> bytes:
    head = [f'Content-Disposition: form-data; name="{name}"', *headers]
    return b"\r\n".join(
        [b"--b0undary", *[line.encode() for line in head], b"", value, b"--b0undary--", b""]
    )


MULTIPART = "multipart/form-data; boundary=b0undary"
BASIC = base64.b64encode(f"pool:{SECRET}".encode()).decode()
PAGE = f"<html><body>502 for Authorization: Bearer {TOKEN}</body></html>"
TOKENS = user(token=TOKEN)

# A client has sent this before: then the values of the other exchanges are known by their names.
SIGN_IN = [
    request({"operationName": "GetAccessToken", "variables": {"secret": SECRET}}),
    response({"data": {"accessToken": {"accessToken": TOKEN, "iat": 1, "exp": 2}}}),
    request({"username": "bob", "password": PASSWORD}),
    variables(userInfo={"password": CIPHERTEXT}),
    response({"data": {"privateKey": PRIVATE_KEY}}),
]

PLANTED: dict[str, Exchange] = {
    # Headers
    "authorization": request_header("Authorization", f"Bearer {TOKEN}"),
    "authorization in lower case": request_header("authorization", TOKEN),
    "basic authorization": request_header("Authorization", f"Basic {BASIC}"),
    "proxy authorization": request_header("Proxy-Authorization", f"Basic {BASIC}"),
    "API key": request_header("X-Api-Key", SECRET),
    "cookie": request_header("Cookie", f"lang=zh; authing_session={SECRET}"),
    "referer": request_header("Referer", f"https://app.example/?id_token={TOKEN}"),
    "unnamed request header": request_header("X-Forwarded-Auth", f"Bearer {TOKEN}"),
    "set-cookie": header("Set-Cookie", f"authing_session={SECRET}; Path=/; HttpOnly"),
    "location with a token": header("Location", f"https://app.example/cb#access_token={TOKEN}&a=1"),
    "location with a code": header("Location", f"/callback?code={SECRET}&state=1"),
    "location with a ticket": header("Location", f"https://app.example/cas?ticket=ST-{SECRET}"),
    "link header": header("Link", f'<https://a.example/?token={SECRET}>; rel="next"'),
    "request ID": header("X-Request-Id", f"id-{SECRET[:20]}"),
    "authenticate": header("WWW-Authenticate", f'Bearer error="invalid_token", token="{TOKEN}"'),
    # URLs
    "user name of a URL": Exchange(uri=f"https://op:{SECRET}@core.authing.cn/graphql/v2"),
    "token as user name": Exchange(uri=f"https://{SECRET}@core.authing.cn/graphql/v2"),
    "query": Exchange(uri=f"https://core.authing.cn/oauth/me?access_token={TOKEN}&lang=zh"),
    "query with a password": Exchange(uri=f"https://a.example/?user[password]={quote(PASSWORD)}"),
    "encoded parameter name": Exchange(uri=f"https://a.example/?%74oken={SECRET}"),
    "URL in a query": Exchange(
        uri="https://a.example/login?to=" + quote(f"https://b.example/?token={SECRET}", safe="")
    ),
    "JSON in a query": Exchange(
        uri="https://a.example/?q=" + quote(json.dumps({"token": SECRET}), safe="")
    ),
    "path": Exchange(uri=f"https://core.authing.cn/api/v2/token/{SECRET}"),
    "token in a path": Exchange(uri=f"https://core.authing.cn/api/v2/verify/{TOKEN}"),
    "fragment": Exchange(uri=f"https://a.example/#id_token={TOKEN}"),
    # Requests
    "pool secret": variables(userPoolId="1", secret=SECRET),
    "encrypted password": variables(userInfo={"username": "bob", "password": CIPHERTEXT}),
    "plain password": variables(userInfo={"password": PASSWORD}),
    "list of users": variables(users=[{"password": PASSWORD}, {"password": CIPHERTEXT}]),
    "encrypted value under another name": variables(input={"cipher": CIPHERTEXT}),
    "code of a message": variables(phone="13812345678", code=SECRET),
    "new password": variables(newPassword=PASSWORD, oldPassword=PASSWORD),
    "number": variables(password=987654321987, token=SECRET),
    "literal in a document": request(
        {"query": f'mutation {{ login(password: "{SECRET}") {{ id }} }}'}
    ),
    "token in a document": request({"query": f'query {{ check(jwt: "{TOKEN}") }}'}),
    "JSON in a string": variables(params=json.dumps({"accessToken": SECRET})),
    "JSON in a string in a string": variables(
        params=json.dumps({"inner": json.dumps({"client_secret": SECRET})})
    ),
    "form": Exchange(
        request_headers={"Content-Type": FORM},
        request_body=f"grant_type=password&password={quote_plus(PASSWORD)}&a=1".encode(),
    ),
    "form without a content type": Exchange(request_body=f"a=1&client_secret={SECRET}".encode()),
    "OAuth code in a form": Exchange(
        request_headers={"Content-Type": FORM},
        request_body=f"grant_type=authorization_code&code={SECRET}".encode(),
    ),
    "multipart field": Exchange(
        request_headers={"Content-Type": MULTIPART},
        request_body=multipart("password", PASSWORD.encode()),
    ),
    "multipart JSON": Exchange(
        request_headers={"Content-Type": MULTIPART},
        request_body=multipart("meta", to_json({"token": SECRET}), f"Content-Type: {JSON}"),
    ),
    "multipart in base64": Exchange(
        request_headers={"Content-Type": MULTIPART},
        request_body=multipart(
            "file",
            base64.encodebytes(f"the bearer token is\nBearer {TOKEN}".encode()).strip(),
            "Content-Transfer-Encoding: base64",
        ),
    ),
    "multipart in quoted-printable": Exchange(
        request_headers={"Content-Type": MULTIPART},
        request_body=multipart(
            "file",
            quopri.encodestring(f"jwt=1; the token is {TOKEN}".encode()),
            "Content-Transfer-Encoding: quoted-printable",
        ),
    ),
    # Responses
    "token": response(TOKENS),
    "refresh token": response({"data": {"refreshToken": {"token": SECRET, "iat": 1, "exp": 2}}}),
    "list of tokens": response(user(tokens=[TOKEN, SECRET])),
    "list of lists": response(user(secrets=[[SECRET], []])),
    "object below a token": response(user(token={"value": SECRET, "kind": "x"})),
    "private key": response(user(privateKey=PRIVATE_KEY)),
    "private key under another name": response(user(pem=PRIVATE_KEY)),
    "private key that is cut off": response(user(pem=PRIVATE_KEY[:90])),
    "session key": response(user(sessionKey=SECRET, session_id=SECRET)),
    "oauth": response(user(oauth=json.dumps({"access_token": SECRET, "unionid": "u"}))),
    "JWT under another name": response(user(jwt=TOKEN, proof=TOKEN)),
    "JWT that is cut off": response(user(proof=TOKEN[:60] + "…")),
    "credentials": response(user(credentials={"key": SECRET, "list": [SECRET]})),
    "custom data": response(user(customData=[{"key": "a", "value": TOKEN}])),
    "name of a field": response({"data": {f"bad {SECRET}": 1}}),
    "error message": error(f"token {TOKEN} has expired"),
    "secret in an error message": error(f"secret {SECRET} is wrong"),
    "part in an error message": error(f"secret {SECRET[:16]}… is wrong"),
    "end in an error message": error(f"a secret that ends with {TOKEN[-20:]}"),
    "password in an error message": error(f"密码{PASSWORD}太短"),
    "encoded in an error message": error(f"see /login?x={quote(PASSWORD)}"),
    "extensions": response(
        {"errors": [{"message": "m", "extensions": {"trace": [f"Authorization: Bearer {TOKEN}"]}}]}
    ),
    "request in extensions": response(
        {"errors": [{"message": "m", "extensions": {"body": json.dumps({"secret": SECRET})}}]}
    ),
    "page": raw(PAGE.encode(), "text/html"),
    "page with a field": raw(
        f'<input type=hidden name="_token" value="{SECRET}">'.encode(), "text/html"
    ),
    "page with a script": raw(
        f"<script>var t = {{'token': '{SECRET}'}}</script>".encode(), "text/html"
    ),
    "page with escaped JSON": raw(
        html.escape(json.dumps({"a": 1, "token": SECRET})).encode(), "text/html"
    ),
    "page with cookies": raw(f"<pre>Cookie: sid={SECRET}; a=b</pre>".encode(), "text/html"),
    "XML": raw(f"<r><password>{html.escape(PASSWORD)}</password></r>".encode(), "text/xml"),
    "SAML": raw(f"SAMLResponse={SECRET}".encode(), FORM),
    "text": raw(f"bad request, password={SECRET}".encode(), "text/plain"),
    "several JSON documents": raw(
        b'{"a":1}\n' + to_json({"token": SECRET}) + b"\n", "application/x-ndjson"
    ),
    "JSON that is cut off": raw(to_json({"data": {"tokens": ["x", SECRET], "a": 1}})[:-5], JSON),
    "repeated field": raw(f'{{"token":"{SECRET}","token":null}}'.encode(), JSON),
    "base64 of JSON": response(user(state=base64.b64encode(to_json({"token": SECRET})).decode())),
    "base64 of a secret": error("see " + base64.b64encode(f"1{SECRET}".encode()).decode()),
    "base64 of binary content": error(
        "see " + base64.b64encode(b"\xff\x00" + SECRET.encode() + b"\xfe").decode()
    ),
    "hexadecimal": error(f"see {SECRET.encode().hex()}"),
    "status message": Exchange(message=f"bad {TOKEN}"),
    # Codings and encodings
    "gzip": raw(gzip.compress(to_json(TOKENS)), JSON, "gzip"),
    "gzip without the header": raw(gzip.compress(to_json(TOKENS)), JSON),
    "gzip twice": raw(gzip.compress(gzip.compress(to_json(TOKENS))), JSON, "gzip, gzip"),
    "deflate": raw(zlib.compress(to_json(TOKENS)), JSON, "deflate"),
    "deflate without a head": raw(zlib.compress(to_json(TOKENS), wbits=-15), JSON, "deflate"),
    "gzip that was decoded": raw(to_json(TOKENS), JSON, "gzip"),
    "gzip that is cut off": raw(
        gzip.compress(to_json(user(proof=TOKEN) | {"a": "x" * 9}))[:-9], JSON
    ),
    "compressed request": Exchange(
        request_headers={"Content-Type": JSON, "Content-Encoding": "gzip"},
        request_body=gzip.compress(to_json({"secret": SECRET})),
    ),
    "UTF-8 with a mark": raw(b"\xef\xbb\xbf" + to_json(TOKENS), JSON),
    "UTF-16": raw(json.dumps(TOKENS).encode("utf-16"), f"{JSON}; charset=utf-16"),
    "UTF-16 without a mark": raw(json.dumps(TOKENS).encode("utf-16-le"), JSON),
    "UTF-16 in the other order": raw(json.dumps(TOKENS).encode("utf-16-be"), JSON),
    "UTF-32": raw(json.dumps(TOKENS).encode("utf-32"), JSON),
    "GBK": raw(f"<h1>网关错误 {TOKEN}</h1>".encode("gbk"), "text/html; charset=gbk"),
    "GBK without the header": raw(f"<h1>网关错误 Bearer {TOKEN}</h1>".encode("gbk"), "text/html"),
    "GBK of a page": raw(
        f'<meta charset="gbk"><h1>密码 {PASSWORD.replace("ö", "o")} {SECRET}</h1>'.encode("gbk"),
        "text/html",
    ),
    "password in GBK": raw(f"密码：{PASSWORD}".encode("gb18030"), "text/plain"),
    "Latin-1": raw(f"Passwort für {PASSWORD}".encode("latin-1"), "text/plain; charset=iso-8859-1"),
    "binary": raw(b"\x00\xff\xfe\x01" + TOKEN.encode() + b"\x80\x81", "application/octet-stream"),
    "UTF-16 in binary content": raw(
        b"\x89\xff\x01" + SECRET.encode("utf-16-le") + b"\xff\xfd", "application/octet-stream"
    ),
}


def _parts(secret: str) -> set[str]:
    parts = {secret[start : start + PART] for start in range(len(secret) - PART + 1)}
    return {part for part in parts if not re.search("---|KEY|RSA", part)}  # of every key


WANTED = frozenset(part for secret in SECRETS for part in _parts(secret))


def shown_parts(text: str) -> Iterator[str]:
    """Yield the parts of the planted secrets that a cassette in YAML shows, in any coding."""
    loader: Any = importlib.import_module("vcr.serializers.yamlserializer")
    for piece in {text.encode(), *_pieces(loader.deserialize(text))}:
        for reading in _readings(piece, 3):
            for start in range(len(reading) - PART + 1):
                if reading[start : start + PART] in WANTED:
                    yield reading[start : start + PART]


def _pieces(content: Any) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, str):
        yield content.encode("utf-8", "surrogatepass")
    elif isinstance(content, dict | list):
        items: Any = cast("Any", content)
        for item in items:
            yield from _pieces(item)
            yield from _pieces(items[item]) if isinstance(content, dict) else ()


def _readings(data: bytes, depth: int) -> Iterator[str]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030", "latin-1"):
        yield data.decode(encoding, "ignore")
    yield data[1:].decode("utf-16-le", "ignore")
    if depth == 0:
        return
    for window in (31, 15, -15):
        with suppress(zlib.error):
            yield from _readings(zlib.decompressobj(window).decompress(data), depth - 1)
    text = data.decode("latin-1")
    for decoded in (unquote_plus(text, "latin-1"), html.unescape(text), text.replace("\\", "")):
        if decoded != text:
            yield from _readings(decoded.encode("latin-1", "ignore"), 0)
    yield quopri.decodestring(data).decode("latin-1")
    yield re.sub(r"\\u00([0-9a-fA-F]{2})", _char, text)
    for run in re.findall(r"[A-Za-z0-9+/_=-]{16,}", text):
        for offset in range(4):
            encoded = run[offset:].rstrip("=").translate(str.maketrans("-_", "+/"))
            with suppress(binascii.Error):
                unpacked = base64.b64decode(encoded[: len(encoded) // 4 * 4])
                yield from _readings(unpacked, min(depth - 1, 1))
        if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", run):
            yield binascii.unhexlify(run).decode("latin-1")


def _char(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
