"""A server, a hook or a library repeats a secret; no error, log record or span contains it."""

import base64
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from authing_users import APIError, AuthingError, ConfigurationError, PartialFailureError

from ..support.client_kinds import (
    SECRET,
    ClientKind,
    MakeClient,
    Management,
    close,
    management_client,
    run,
)
from ..support.raw_server import TOKEN, Peer, Request, client_of, serving
from ..support.scripted_server import ScriptedServer, api_error, data, token
from ..support.senders import SENDERS, Sender, http_client

PASSWORD = "canary-password-of-a-user"
USER_TOKEN = "canary.user.token.0123456789"
MANAGEMENT_TOKEN = str(TOKEN["accessToken"])
KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
PUBLIC_KEY = (
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
# Longer parts of a secret must not be shown.
LONGEST_PART = 8


def shown_parts(secrets: list[str], *outputs: str) -> set[str]:
    """Return the parts of secrets that outputs contain."""
    parts = {
        secret[start : start + LONGEST_PART + 1]
        for secret in secrets
        for start in range(len(secret) - LONGEST_PART)
    }
    return {part for part in parts for output in outputs if part in output}


def representations(error: BaseException) -> list[str]:
    """Return everything that shows an error, with the errors below it."""
    formatted = traceback.TracebackException.from_exception(error, capture_locals=True)
    library_frames = [f for f in formatted.stack if "/authing_users/" in f.filename]
    shown = [str(error), repr(error), repr(vars(error)), repr(error.args), repr(library_frames)]
    shown += [repr(frame.locals) for frame in library_frames]
    with suppress(TypeError):
        shown.append(pickle.dumps(error).decode("latin-1"))
    for linked in (error.__cause__, error.__context__, getattr(error, "error", None)):
        if linked is not None and linked is not error:
            shown += representations(linked)
    return shown


def secrets_of(body: bytes) -> list[str]:
    """Return the secrets of a request, with the decrypted password."""
    secrets = [SECRET, MANAGEMENT_TOKEN]
    content: dict[str, Any] = json.loads(body)
    variables = content.get("variables") or content
    if "token" in variables:
        secrets.append(variables["token"])
    for user in (variables.get("userInfo"), variables.get("input"), *variables.get("users", [])):
        if user and "password" in user:
            secrets.append(user["password"])
            if user["password"] != PASSWORD:
                encrypted = base64.b64decode(user["password"])
                secrets.append(KEY.decrypt(encrypted, PKCS1v15()).decode())
    return secrets


class Reply(NamedTuple):
    """A response that repeats secrets."""

    body: object
    status: str = "200 OK"
    headers: str = ""


def in_api_error(message: str, content: object = None, code: int = 1001) -> object:
    return {"errors": [{"message": {"code": code, "message": message, "data": content}}]}


REPLIES: dict[str, Callable[[str], Reply]] = {
    "message": lambda text: Reply(in_api_error(f"bad {text}!")),
    "data": lambda text: Reply(in_api_error("bad", {"a": [{"b": [text]}]})),
    "keys": lambda text: Reply(in_api_error("bad", {text: {f"x{text}": 1}})),
    "GraphQL error": lambda text: Reply(
        {"errors": [{"message": f"bad {text}", "path": [text], "extensions": {"code": text}}]}
    ),
    "data and errors": lambda text: Reply(
        {"data": {text: text}, "errors": [{"message": text}, {"message": text}]}
    ),
    "REST error": lambda text: Reply({"code": 500, "message": text, "data": [text]}),
    "request ID": lambda text: Reply(in_api_error("bad"), headers=f"x-request-id: {text}\r\n"),
    "other header": lambda text: Reply(in_api_error("bad"), headers=f"x-token: {text}\r\n"),
    "content type": lambda text: Reply("<html>", headers=f"content-type: {text}\r\n"),
    "retry-after": lambda text: Reply(in_api_error("bad"), headers=f"retry-after: {text}\r\n"),
    "encoding": lambda text: Reply("x", headers=f"content-encoding: {text}\r\n"),
    "reason": lambda text: Reply("", status=f"500 {text}"),
    "status line": lambda text: Reply("", status=text),
    "header line": lambda text: Reply("", headers=f"{text}\r\n"),
    "redirect": lambda text: Reply("", status="302 x", headers=f"location: https://{text}/\r\n"),
}


CALLS: dict[str, Callable[[Any], Any]] = {
    "list": lambda client: client.users.list(),
    "update": lambda client: client.users.update("u", {"password": PASSWORD}),
    "create": lambda client: client.users.create({"username": "u", "password": PASSWORD}),
    "create_users": lambda client: client.users.create_users(
        [{"username": "u", "password": PASSWORD}]
    ),
    "check_login_status": lambda client: client.check_login_status(USER_TOKEN),
}


class RepeatingServer:
    """Responds to each request with its secrets, as a whole or in parts."""

    def __init__(self, reply: Callable[[str], Reply]) -> None:
        self._reply = reply
        self.repeated: list[str] = []

    def __call__(self, peer: Peer, request: Request) -> None:
        secrets = secrets_of(request.body)
        self.repeated += secrets
        parts = [part for s in secrets for part in (s, s[:12], s[-10:], s[1:11])]
        reply = self._reply(" ".join(parts))
        body = json.dumps(reply.body, ensure_ascii=False).encode()
        head = (
            f"HTTP/1.1 {reply.status}\r\n{reply.headers}"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        peer.send(head.encode() + body)
        peer.close()


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("shape", REPLIES)
async def test_repeated_secrets_are_masked(
    client_kind: ClientKind, shape: str, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "authing_users")
    if sender == "httpx":  # the logs of an injected client are the caller's
        caplog.set_level(logging.DEBUG)
    responder = RepeatingServer(REPLIES[shape])
    with serving(responder) as server:
        client = client_of(
            server,
            client_kind,
            enc_public_key=PUBLIC_KEY,
            http_client=http_client(sender, client_kind),
        )
        for name, call in CALLS.items():
            with pytest.raises(AuthingError) as caught:
                await run(call(client))
            assert shown_parts(responder.repeated, *representations(caught.value)) == set(), name
        await close(client)
    assert PASSWORD in responder.repeated
    assert len(set(responder.repeated)) >= 6
    records = [repr(vars(r)) + r.getMessage() for r in caplog.records if r.name != "asyncio"]
    assert records
    assert shown_parts(responder.repeated, *records) == set()


def test_the_test_server_repeats_secrets() -> None:
    responder = RepeatingServer(REPLIES["reason"])
    with serving(responder) as server, httpx.Client(trust_env=False) as http:
        body = {"operationName": "ListUsers", "variables": {"token": USER_TOKEN}}
        response = http.post(server.url, json=body)
        assert shown_parts(responder.repeated, response.reason_phrase)


# Tokens that were replaced.


async def test_replaced_tokens_are_masked(make_client: MakeClient) -> None:
    tokens = [f"canary{number:02}-0123456789abcdef" for number in range(10)]
    responses = [api_error(2206, "over")] * 10
    server = ScriptedServer(*responses, api_error(1001, " ".join(tokens)))
    server.tokens = [token(value) for value in tokens]
    client = make_client(server)
    for _ in range(5):
        with pytest.raises(AuthingError):
            await run(client.users.list())
    with pytest.raises(APIError) as caught:
        await run(client.users.list())
    assert "**********" in str(caught.value)
    assert shown_parts(tokens, *representations(caught.value)) == set()


# Hooks and callbacks.


class OwnError(ConfigurationError):
    """An error of the program that derives from one of ours."""


def _own_error(text: str) -> Exception:
    error = OwnError(f"hook: {text}")
    error.__cause__ = ValueError(text)
    error.__dict__["details"] = {text: [text]}
    error.add_note(text)
    return error


class Unprintable(Exception):
    """An exception without a text."""

    def __str__(self) -> str:
        raise RuntimeError(MANAGEMENT_TOKEN)


@pytest.mark.parametrize(
    "make_error", [ValueError, _own_error, Unprintable], ids=["ValueError", "own", "unprintable"]
)
async def test_an_exception_of_a_hook_shows_no_secret(
    client_kind: ClientKind, make_error: Callable[[str], Exception]
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if b"GetAccessToken" in request.content:
            return token(MANAGEMENT_TOKEN)
        raise make_error(f"sent {request.headers['authorization']} {request.content!r} {SECRET}")

    transport = httpx.MockTransport(respond)
    http: Any = httpx.Client if client_kind == "sync" else httpx.AsyncClient
    client = client_for(client_kind, http(transport=transport))
    for name, call in CALLS.items():
        with pytest.raises(AuthingError) as caught:
            await run(call(client))
        secrets = [SECRET, MANAGEMENT_TOKEN, PASSWORD, USER_TOKEN]
        assert shown_parts(secrets, *representations(caught.value)) == set(), name
    await close(client)


def client_for(client_kind: ClientKind, http: Any, **options: Any) -> Management:
    options = {"enc_public_key": PUBLIC_KEY, "retries": 0, **options}
    return management_client(client_kind, http_client=http, **options)


async def test_an_error_keeps_the_error_that_the_program_was_handling(
    make_client: MakeClient,
) -> None:
    client = make_client(ScriptedServer(api_error(1001, "no")))
    program_error = ValueError(SECRET)  # the program's own, so it stays as it is
    try:
        raise program_error
    except ValueError:
        with pytest.raises(APIError) as caught:
            await run(client.users.list())
    assert caught.value.__context__ is program_error
    assert not caught.value.__suppress_context__
    assert program_error.args == (SECRET,)


async def test_an_exception_of_on_error_becomes_a_note(make_client: MakeClient) -> None:
    def on_error(code: int | None, message: str) -> None:
        raise LookupError(f"no handler for {code} {SECRET}")

    client = make_client(ScriptedServer(api_error(1001, "no")), on_error=on_error)
    with pytest.raises(APIError) as caught:
        await run(client.users.list())
    assert caught.value.code == 1001
    assert caught.value.__notes__ == ["on_error raised LookupError: no handler for 1001 **********"]
    assert shown_parts([SECRET], *representations(caught.value)) == set()


async def test_an_interrupt_in_on_error_is_not_caught(make_client: MakeClient) -> None:
    def on_error(code: int | None, message: str) -> None:
        raise KeyboardInterrupt

    client = make_client(ScriptedServer(api_error(1001, "no")), on_error=on_error)
    with pytest.raises(KeyboardInterrupt):
        await run(client.users.list())


async def test_on_error_receives_no_secret(make_client: MakeClient) -> None:
    received: list[object] = []

    def on_error(code: int | None, message: str) -> None:
        received.append((code, message))

    server = ScriptedServer(api_error(1001, f"bad {PASSWORD}, {SECRET[:12]}"))
    client = make_client(server, enc_public_key=PUBLIC_KEY, on_error=on_error)
    with pytest.raises(APIError):
        await run(client.users.update("u", {"password": PASSWORD}))
    assert received == [(1001, "bad **********, **********")]


async def test_a_partial_failure_shows_no_secret(make_client: MakeClient) -> None:
    created = data(createUser={"id": "u"})
    server = ScriptedServer(created, api_error(1001, f"bad {SECRET} {SECRET[:12]}"))
    client = make_client(server, enc_public_key=PUBLIC_KEY)
    with pytest.raises(PartialFailureError) as caught:
        await run(client.users.create({"username": "u", "password": PASSWORD, "city": "x"}))
    assert isinstance(caught.value.error, APIError)
    assert shown_parts([SECRET, PASSWORD], *representations(caught.value)) == set()


async def test_numbers_that_are_parts_of_a_secret_are_removed(make_client: MakeClient) -> None:
    number = 1234567890123
    content = {"errors": [{"message": {"code": number, "message": "no", "data": [number, 7]}}]}
    client = make_client(ScriptedServer(httpx.Response(200, json=content)), secret=str(number))
    with pytest.raises(APIError) as caught:
        await run(client.users.list())
    assert caught.value.code is None
    assert caught.value.data == [None, 7]
