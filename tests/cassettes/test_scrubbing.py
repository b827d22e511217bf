"""Secrets are masked wherever they stand; everything else stays as it is."""

import base64
import gzip
import importlib
import json
import quopri
import sys
import threading
import time
import types
import zlib
from dataclasses import replace
from typing import Any

import pytest
from vcr.serializers import yamlserializer

from authing_users._inputs.passwords import DEFAULT_PUBLIC_KEY
from authing_users._runtime.secret import MASK, SECRET_WATCH, Secret, watch_secrets
from authing_users.testing.cassettes import fakes
from authing_users.testing.cassettes.pseudonyms import Pseudonyms
from authing_users.testing.cassettes.scrubbing import CassetteScrubber, FoundSecret

from .corpus import (
    CIPHERTEXT,
    JSON,
    MULTIPART,
    PASSWORD,
    PLANTED,
    SECRET,
    SECRETS,
    TOKEN,
    Exchange,
    cassette_text,
    multipart,
    shown_parts,
    user,
)


def scrubbed(exchange: Exchange, scrubber: CassetteScrubber) -> Exchange:
    sent = exchange.request_headers
    headers = {name.lower(): values[0] for name, values in exchange.headers.items()}
    return replace(
        exchange,
        request_headers={
            name: values[0]
            for name, values in scrubber.headers({k: [v] for k, v in sent.items()}).items()
        },
        uri=scrubber.url(exchange.uri),
        request_body=scrubber.body(
            exchange.request_body, sent.get("Content-Type"), sent.get("Content-Encoding")
        ),
        headers=scrubber.headers(exchange.headers),
        body=scrubber.body(
            exchange.body, headers.get("content-type"), headers.get("content-encoding")
        ),
        message=scrubber.text(exchange.message),
    )


def scrub_json(content: Any, **options: Any) -> Any:
    scrubber = CassetteScrubber(**options)
    result = scrubber.json(content)
    text = json.dumps(content, ensure_ascii=False)
    assert json.loads(scrubber.body(text.encode(), None)) == result
    assert CassetteScrubber(**options).json(result) == result
    return result


@pytest.mark.parametrize("name", PLANTED)
def test_no_planted_secret_is_in_a_cassette(name: str) -> None:
    exchange = PLANTED[name]
    with watch_secrets():
        SECRET_WATCH.report([Secret(secret) for secret in SECRETS])
        scrubber = CassetteScrubber()
        result = scrubbed(exchange, scrubber)
        assert scrubbed(result, scrubber) == result
    text = cassette_text([result])
    assert set(shown_parts(text)) == set()
    loader: Any = yamlserializer
    assert len(loader.deserialize(text)["interactions"]) == 1


def test_the_corpus_is_large() -> None:
    assert len(PLANTED) >= 100


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SESSION = '[{"token":"abc","a":"bcd"}]'
ESCAPED_CIPHERTEXT = CIPHERTEXT.replace("/", "\\/")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("see https://op:abc@host.example/", "op:abc"),
        ("/callback?code=abc&state=1", "abc"),
        ("code=abc&state=1", "abc"),
        ("name=bob&auth[password]=a+b", "a+b"),
        ("https://a.example/#id_token=abc", "abc"),
        (f"state {encoded(SESSION)}.", encoded(SESSION)),
        (f"state {encoded(SESSION[1:-1])}.", encoded(SESSION[1:-1])),
        (f"jwt {encoded('is ' + TOKEN)}!", encoded("is " + TOKEN)),
        (f"Basic {encoded('a:b-c')}", encoded("a:b-c")),
        (f"bearer%20{SECRET}", SECRET),
        ("Set-Cookie: sid=abc; Path=/", "sid=abc; Path=/"),
        ("<p:password >abc def</p:password>", "abc def"),
        ("<meta name='csrf-token' content='abc'>", "abc"),
        ("<input value='a=c' name='api_key'>", "a=c"),
        ("password: hunter2 is wrong", "hunter2"),
        ("password=hunter", "hunter"),
        ('{"a": 1} token="hunter"', "hunter"),
        (r"log {\"token\": \"hunter\"}", "hunter"),
        ("a &quot;token&quot;:&quot;hunter&quot;", "hunter"),
        ("https://a.example/token/abc-123456", "abc-123456"),
        (f"cipher {CIPHERTEXT}", CIPHERTEXT),
        (f"cipher {ESCAPED_CIPHERTEXT}", ESCAPED_CIPHERTEXT),
        ("a -----BEGIN PRIVATE KEY-----\nabc", "-----BEGIN PRIVATE KEY-----\nabc"),
        (f"proof {TOKEN[:30]}…", TOKEN[:30]),
    ],
)
def test_unknown_secrets_are_masked_in_texts(text: str, secret: str) -> None:
    expected = text.replace(secret, MASK)
    assert CassetteScrubber().text(text) == expected
    assert CassetteScrubber().json({"message": text}) == {"message": expected}
    assert CassetteScrubber().text(expected) == expected


UNCHANGED: list[Any] = [
    {"publicKey": DEFAULT_PUBLIC_KEY, "enc_public_key": DEFAULT_PUBLIC_KEY},
    {"publicKey": "".join(DEFAULT_PUBLIC_KEY.splitlines()[1:-1])},
    {"token": None, "password": "", "tokens": [], "needSecret": True, "secrets": {}},
    {"id": "5f0e3a7c9b1d2e4f6a8c0b5d", "key": "d41d8cd98f00b204e9800998ecf8427e"},
    {"query": "query A($secret: String!) { a(secret: $secret) { accessToken password } }"},
    {"roles": [{"code": "admin", "description": "d"}], "code": 200, "message": "ok"},
    {"errors": [{"message": {"code": 2004, "message": "The password: at least 8 characters"}}]},
    {"message": "Bearer authentication is needed, see Basic information of the token: none"},
    {"photo": "https://files.authing.co/authing-console/default-user-avatar.png"},
    {"tokenExpiredAt": "2026-01-01T00:00:00Z", "passwordStrength": 2, "tokenType": "jwt"},
    {"data": {"updatePassword": {"id": "1", "username": "bob", "password": None}}},
    {"data": {"resetPassword": {"code": 200, "message": "ok"}}},
    {"url": "https://core.authing.cn/api/v2/roles?code=admin&page=1"},
    {"image": "data:image/png;base64," + "iVBORw0K" * 50},
]


@pytest.mark.parametrize("content", UNCHANGED, ids=repr)
def test_what_is_not_secret_stays(content: Any) -> None:
    scrubber = CassetteScrubber()
    for secret in SECRETS:
        scrubber.learn(secret)
    assert scrubber.json(content) is content
    for text in (json.dumps(content, indent=2), f" {json.dumps(content)} "):
        assert scrubber.body(text.encode(), JSON) == text.encode()


def test_the_form_of_json_is_kept() -> None:
    text = '{\n  "名" : "王",  "n": 1.10, "big": 123456789012345678901234567890,\n\t"token": "a"}\n'
    expected = text.replace('"a"', f'"{MASK}"')
    assert CassetteScrubber().text(text) == expected
    escaped = f'{{"name": "\\u738b", "error": "\\u738b jwt {TOKEN}"}}'
    assert CassetteScrubber().text(escaped) == escaped.replace(TOKEN, MASK)
    assert (
        CassetteScrubber().text(f'{{"error": "王 jwt {TOKEN}"}}') == f'{{"error": "王 jwt {MASK}"}}'
    )


def test_values_below_a_secret_name_are_masked_leaf_by_leaf() -> None:
    assert scrub_json({"token": {"value": "a", "iat": 1, "n": 5, "ok": True, "none": None}}) == {
        "token": {"value": MASK, "iat": 1, "n": MASK, "ok": True, "none": None}
    }
    assert scrub_json({"accessToken": {"accessToken": "a", "iat": 1, "exp": 2}}) == {
        "accessToken": {"accessToken": MASK, "iat": 1, "exp": 2}
    }
    assert scrub_json({"passwords": ["a", ["b"], {"c": "d"}]}) == {
        "passwords": [MASK, [MASK], {"c": MASK}]
    }


def test_codes_are_masked_where_they_log_in() -> None:
    assert scrub_json({"phone": "1", "code": "1234"}) == {"phone": "1", "code": MASK}
    assert scrub_json({"email": "a", "code": 1234, "newPassword": ""})["code"] == MASK
    assert scrub_json({"code": "admin", "namespace": "default"})["code"] == "admin"
    assert scrub_json({"code": "2004", "message": "m", "phone": "1"})["code"] == "2004"
    url = CassetteScrubber().url("https://a.example/cb?code=xyz&state=1")
    assert url == f"https://a.example/cb?code={MASK}&state=1"


def test_names_can_be_added() -> None:
    content = {"schoolId": "a", "school_id": ["b"], "id": "c"}
    assert scrub_json(content, names=["school-id"]) == {
        "schoolId": MASK, "school_id": [MASK], "id": "c"
    }  # fmt: skip
    scrubber = CassetteScrubber(["X-Tenant"])
    assert scrubber.headers({"x-tenant": ["a"], "x-other": ["b"]}) == {
        "x-tenant": [MASK], "x-other": ["b"]
    }  # fmt: skip


def test_a_value_that_was_found_by_name_is_masked_later() -> None:
    scrubber = CassetteScrubber()
    scrubber.headers({"Authorization": ["Bearer opaque-0123456789"]})
    assert scrubber.text("bad opaque-0123456789") == f"bad {MASK}"
    assert scrubber.text("bad opaque-0123") == f"bad {MASK}"
    headers = {"X-Echo": ["new-9876543210"], "Authorization": ["Bearer new-9876543210"]}
    assert scrubber.headers(headers) == {"X-Echo": [MASK], "Authorization": [MASK]}
    # In the same message, a value may stand before its name.
    message = {"error": "bad s3cr3t-value", "request": {"secret": "s3cr3t-value"}}
    assert scrubber.json(message) == {"error": f"bad {MASK}", "request": {"secret": MASK}}


def test_words_are_masked_only_where_a_password_stands_alone() -> None:
    scrubber = CassetteScrubber()
    for password in ("username", "123456", "emailVerified", "Pass-1", "createUser123"):
        scrubber.learn(password)
    document = "mutation { createUser(username: 1) { emailVerified } }"
    content = {"username": "bob", "phone": "13812345678", "emailVerified": True, "query": document}
    assert scrubber.json(content) == content
    scrubber.json({"token": "2026-01-01", "secret": "10.0.0.1:8080", "password": "REDACTED"})
    for text in ("on 2026-01-01T08:00:00Z", "at 10.0.0.1:8080", "REDACTED"):
        assert scrubber.text(text) == text
    assert scrubber.text("it is Pass-1, not Pass-12") == f"it is {MASK}, not Pass-12"


def test_a_password_that_contains_a_user_name_does_not_mask_the_name() -> None:
    scrubber = CassetteScrubber()
    scrubber.learn("alice-wonderland-1")
    content = {"username": "alice-wonderland", "nickname": "alice-wonderland-1"}
    assert scrubber.json(content) == {"username": "alice-wonderland", "nickname": MASK}


def test_parts_that_all_secrets_of_a_kind_share_are_not_masked() -> None:
    scrubber = CassetteScrubber()
    scrubber.json({"privateKey": "-----BEGIN PRIVATE KEY-----\nMIIBcanary0123456789\n-----END"})
    scrubber.json({"oauth": json.dumps({"access_token": "x-0123456789"})})
    scrubber.headers({"Set-Cookie": ["sid=s-0123456789; Path=/; SameSite=Lax; HttpOnly"]})
    scrubber.headers({"Authorization": ["Bearer token-like"]})
    for text in (
        "-----BEGIN PUBLIC KEY-----",
        '"access_token" is missing',
        "SameSite=Lax; HttpOnly",
    ):
        assert scrubber.text(text) == text
    assert scrubber.text("x-0123456789 s-0123456789") == f"{MASK} {MASK}"


@pytest.mark.parametrize(
    "placeholder", [MASK, "REDACTED", "<TOKEN>", "[FILTERED]", "{{token}}", "$t"]
)
def test_placeholders_of_other_tools_stay(placeholder: str) -> None:
    content = {"token": placeholder, "headers": {"Authorization": [placeholder]}}
    assert CassetteScrubber().json(content) is content


def test_a_secret_is_reported_with_its_kind_and_its_place() -> None:
    found: list[FoundSecret] = []
    scrubber = CassetteScrubber(found=found.append)
    scrubber.json(
        user(profile=json.dumps({"inner": [TOKEN]}), password=CIPHERTEXT, cipher=CIPHERTEXT)
    )
    scrubber.headers({"X-Key": [f"Bearer {SECRET}"]})
    scrubber.text(f"state {encoded(SESSION)}")
    scrubber.body(f"jwt {TOKEN}".encode(), None, "gzip")  # decoded before
    assert [(secret.kind, secret.path) for secret in found] == [
        ("JWT", "data.user.profile inner[0]"),
        ("value of 'password'", "data.user.password"),
        ("encrypted password", "data.user.cipher"),
        ("bearer credentials", "X-Key"),
        ("secret in base64", ""),
        ("JWT", ""),
    ]
    assert [secret.value for secret in found] == [
        TOKEN, CIPHERTEXT, CIPHERTEXT, SECRET, encoded(SESSION), TOKEN
    ]  # fmt: skip


def test_secrets_of_clients_are_known_while_somebody_watches() -> None:
    scrubber = CassetteScrubber()
    with watch_secrets():
        SECRET_WATCH.report([Secret(PASSWORD)])
        assert scrubber.text(f"bad {PASSWORD}!") == f"bad {MASK}!"
        SECRET_WATCH.report([Secret(SECRET)])
        assert scrubber.text(f"bad {SECRET}") == f"bad {MASK}"
    assert CassetteScrubber().text(f"bad {SECRET}") == f"bad {SECRET}"


def test_many_passwords_do_not_fill_the_memory() -> None:
    scrubber = CassetteScrubber()
    for number in range(2_000):
        scrubber.learn(f"pass-word-{number:08}-{number * 7919:08}")
    assert scrubber.text("is pass-word-00001999-15830081") == f"is {MASK}"
    assert len(scrubber._values._forms) <= 512


def test_compressed_bodies_stay_compressed() -> None:
    body = gzip.compress(json.dumps({"token": TOKEN, "a": "é"}).encode())
    scrubber = CassetteScrubber()
    new = scrubber.body(body, JSON, "gzip")
    assert json.loads(gzip.decompress(new)) == {"token": MASK, "a": "é"}
    assert scrubber.body(body, JSON, "gzip") == new, "the time is not part of it"
    unchanged = zlib.compress(b'{"a":1}', 1)
    assert scrubber.body(unchanged, JSON, "deflate") == unchanged
    assert zlib.decompress(scrubber.body(zlib.compress(f"jwt {TOKEN}".encode()), None)) == (
        f"jwt {MASK}".encode()
    )


def compress(data: bytes) -> bytes:
    """A coding that nothing recognises by its first bytes."""
    return b"\x8b\x02\x80" + data[::-1]


def decompress(data: bytes) -> bytes:
    return data[3:][::-1]


@pytest.mark.parametrize(("coding", "module"), [("br", "brotli"), ("zstd", "zstandard")])
def test_other_codings_are_decoded_if_their_package_is_installed(
    coding: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_import = importlib.import_module
    package: Any = types.ModuleType(module)
    package.compress = compress
    package.decompress = decompress
    body = compress(f'{{"jwt":"{TOKEN}"}}'.encode())
    for name in ("brotli", "brotlicffi", "zstandard", "compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    found: list[FoundSecret] = []
    scrubber = CassetteScrubber(found=found.append)
    assert scrubber.body(body, JSON, coding) == body
    assert found[0].kind == "unreadable body"
    assert coding in found[0].value
    monkeypatch.setitem(sys.modules, module, package)
    assert real_import(module) is package
    assert decompress(scrubber.body(body, JSON, coding)) == f'{{"jwt":"{MASK}"}}'.encode()


def test_text_keeps_its_encoding() -> None:
    for encoding, mark in (("utf-16-le", b"\xff\xfe"), ("utf-8", b"\xef\xbb\xbf"), ("gbk", b"")):
        text = f"网关错误 {TOKEN}。"
        body = mark + text.encode(encoding)
        new = CassetteScrubber().body(body, f"text/plain; charset={encoding}")
        assert new == mark + text.replace(TOKEN, MASK).encode(encoding)
    body = b"\xff\xfe\xfd\x00" + TOKEN.encode() + b"\x00\xff"
    assert CassetteScrubber().body(body, None) == b"\xff\xfe\xfd\x00" + MASK.encode() + b"\x00\xff"
    unknown = f"token={SECRET}".encode()
    assert CassetteScrubber().body(unknown, "text/plain; charset=nonsense") == b"token=**********"


def test_an_encoding_is_known_from_the_header_or_the_page() -> None:
    scrubber = CassetteScrubber(pseudonyms=Pseudonyms())
    fake = fakes.words("张三")
    body = scrubber.body('{"username":"张三"}'.encode("gbk"), "application/json; charset=gbk")
    assert body == f'{{"username":"{fake}"}}'.encode("gbk")
    page = '<meta charset="gbk"><b>张三</b>'
    assert scrubber.body(page.encode("gbk"), "text/html") == page.replace("张三", fake).encode(
        "gbk"
    )


def test_the_parts_of_a_body_keep_their_coding() -> None:
    text = f"a=b; the token is {TOKEN} (é)"
    expected = text.replace(TOKEN, MASK)
    for coding, encode, decode in (
        ("base64", base64.encodebytes, base64.b64decode),
        ("quoted-printable", quopri.encodestring, quopri.decodestring),
        ("8bit", bytes, bytes),
    ):
        head = f"Content-Transfer-Encoding: {coding}"
        body = multipart("file", encode(text.encode()), head)
        new = CassetteScrubber().body(body, MULTIPART)
        content = new.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--b0undary--")[0]
        assert decode(content) == expected.encode()
        assert new.startswith(body.partition(b"\r\n\r\n")[0])
        assert CassetteScrubber().text(body.decode()) == new.decode(), "also without the header"


def test_several_threads_can_use_a_scrubber() -> None:
    scrubber = CassetteScrubber()
    errors: list[BaseException] = []

    def use(number: int) -> None:
        try:
            for step in range(20):
                secret = f"{number}-secret-{step:010}"
                assert scrubber.json({"token": secret, "m": f"bad {secret}"}) == {
                    "token": MASK, "m": f"bad {MASK}"
                }  # fmt: skip
                scrubber.headers({"Cookie": [f"a={secret}"]})
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


HOSTILE = [
    "[",
    '{"a":',
    "a-",
    'token:"',
    "<input ",
    "http://",
    "&a=",
    "eyJ",
    "\\",
    "query ",
    "a@",
    "/",
    "1.",
]


@pytest.mark.parametrize("unit", [*HOSTILE, "-----BEGIN PRIVATE KEY-----"])
def test_hostile_bodies_take_no_quadratic_time(unit: str) -> None:
    scrubber = CassetteScrubber(pseudonyms=Pseudonyms())

    def seconds(size: int) -> float:
        started = time.process_time()
        scrubber.text(unit * size)
        return time.process_time() - started

    seconds(50)
    small, large = (min(seconds(size) for _ in range(2)) for size in (400, 3_200))
    assert large < 40 * small + 0.1
