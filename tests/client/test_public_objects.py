"""No public object shows a secret, however it is displayed, copied or serialized."""

import copy
import dataclasses
import importlib
import json
import os
import pickle
import pprint
import traceback
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

import authing_users
from authing_users import (
    AuthingError,
    ConfigurationError,
    ManagementClientOptions,
    errors,
    fast,
)
from authing_users._config import resolve
from authing_users._runtime.secret import SealedSecret

from ..support.client_kinds import POOL_ID, SECRET, ClientKind, close, management_client, run
from ..support.raw_server import client_of, serving
from ..support.scripted_server import NO_USERS, ScriptedServer

PROXY_PASSWORD = "canary-proxy-password"
PROXY = f"http://user:{PROXY_PASSWORD}@127.0.0.1:9"
TOKEN = "canary-token"
SECRETS = (SECRET, PROXY_PASSWORD, TOKEN)


def as_json(value: object) -> str:
    return json.dumps(value, default=str, skipkeys=True)


def attributes(item: object) -> dict[str, object]:
    return dict(vars(item))


def slots(item: object) -> list[str]:
    return list(getattr(type(item), "__slots__"))  # noqa: B009 - not every type has them


DISPLAYS: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "str": str,
    "format": "{}".format,
    "pprint": pprint.pformat,
    "vars": lambda item: repr(attributes(item)),
    "vars as JSON": lambda item: as_json(attributes(item)),
    "JSON": as_json,
    "asdict": lambda item: repr(dataclasses.asdict(item)),
    "asdict as JSON": lambda item: as_json(dataclasses.asdict(item)),
    "astuple": lambda item: repr(dataclasses.astuple(item)),
    "fields": lambda item: repr([getattr(item, f.name) for f in dataclasses.fields(item)]),
    "slots": lambda item: repr([getattr(item, name) for name in slots(item)]),
    "dir": lambda item: repr([getattr(item, name) for name in dir(item)]),
    "pickle": lambda item: pickle.dumps(item).decode("latin-1"),
    "old pickle": lambda item: pickle.dumps(item, 0).decode("latin-1"),
    "reduce": lambda item: repr(item.__reduce_ex__(4)),
    "copy": lambda item: repr(attributes(copy.copy(item))),
    "deepcopy": lambda item: repr(attributes(copy.deepcopy(item))),
}


def shown_secrets(item: object) -> set[str]:
    """Return the ways of displaying an object that show a secret."""
    shown: set[str] = set()
    for name, display in DISPLAYS.items():
        try:
            output = str(display(item))
        except (TypeError, AttributeError, ValueError, pickle.PicklingError, DeprecationWarning):
            continue  # the object does not support it
        if any(secret in output for secret in SECRETS):
            shown.add(name)
    return shown


def public_names() -> Iterator[str]:
    for module in (authing_users, fast, errors):
        for name in module.__all__:
            yield f"{module.__name__}:{name}"


def error_of_every_type() -> Iterator[AuthingError]:
    for name in errors.__all__:
        error_type: Any = getattr(errors, name)
        if not issubclass(error_type, AuthingError):
            continue
        if error_type is errors.PartialFailureError:
            inner = errors.APIError("no")
            yield error_type("no", user_id="u", completed="x", error=inner)
        elif error_type is errors.TokenExpiredError:
            yield error_type("no", expired_at=datetime.now(UTC))
        else:
            yield error_type("no")


async def objects(client_kind: ClientKind) -> list[object]:
    """Return objects of the public types that hold secrets, after they have been used."""
    options = ManagementClientOptions(POOL_ID, SECRET)
    with_token = ManagementClientOptions(POOL_ID, access_token=TOKEN)
    fast_type: Any = fast.Client if client_kind == "sync" else fast.AsyncClient
    request = fast_type().build_request("POST", "https://x.example/", content=SECRET.encode())
    request.headers["Authorization"] = f"Bearer {TOKEN}"
    found: list[Any] = [
        options,
        resolve(options, {}),
        resolve(options, {}).request_options,
        with_token,
        resolve(with_token, {}),
        dataclasses.replace(with_token, lang="en-US"),
        dataclasses.replace(options, lang="en-US"),
        copy.copy(options),
        copy.deepcopy(options),
        fast_type(proxy=PROXY),
        request,
        *error_of_every_type(),
    ]
    with serving() as server:
        for http in (None, fast_type()):
            client = client_of(server, client_kind, http_client=http)
            result = await run(client.users.list())
            found += [
                client,
                client.users,
                client.groups,
                client.roles,
                client.policies,
                client.udf,
                client.userpool,
            ]
            found += [client.with_options(retries=1), client._transport, client._transport.config]
            found += [client._transport._sender, client._transport._tokens, result, http]
            await close(client)
    return found


async def test_no_public_object_shows_a_secret(client_kind: ClientKind) -> None:
    for item in await objects(client_kind):
        assert shown_secrets(item) == set(), type(item)


def test_a_secret_in_a_plain_object_is_found() -> None:
    @dataclasses.dataclass
    class Plain:
        secret: str

    assert shown_secrets(Plain(SECRET)) >= {"repr", "vars as JSON", "asdict", "copy", "dir"}
    assert shown_secrets(ValueError(SECRET)) >= {"repr", "pickle", "reduce"}


def test_every_public_class_that_can_hold_a_secret_is_examined() -> None:
    """A new public class with an attribute or argument for a secret must be added above."""
    holders: set[str] = set()
    for public_name in public_names():
        module, _, name = public_name.partition(":")
        public: Any = getattr(importlib.import_module(module), name)
        arguments: dict[str, Any] = {}
        if isinstance(public, type):
            arguments = {**getattr(public, "__annotations__", {})}
            constructor: Any = getattr(public, "__init__")  # noqa: B009 - not of an instance
            arguments |= getattr(constructor, "__annotations__", {})
        if {"secret", "proxy", "headers"} & arguments.keys() and not name.endswith("Dict"):
            holders.add(name)
    # A result of the API. Its data is what the program has requested; its repr is masked.
    holders.remove("UserPoolDetail")
    assert holders == {"ManagementClientOptions", "Client", "AsyncClient", "Request"}


def test_options_can_be_copied_compared_and_replaced() -> None:
    options = ManagementClientOptions(POOL_ID, SECRET)
    for same in (copy.copy(options), copy.deepcopy(options), dataclasses.replace(options)):
        assert same == options
        assert resolve(same, {}).secret == SECRET
    assert options != ManagementClientOptions(POOL_ID, "other")
    assert dataclasses.asdict(options)["secret"] == SealedSecret(SECRET)
    options.secret = "changed-canary"
    assert "canary" not in as_json(vars(options))
    assert resolve(options, {}).secret == "changed-canary"


def test_a_pickle_with_a_secret_is_rejected(client_kind: ClientKind) -> None:
    client = management_client(client_kind)
    for item in (ManagementClientOptions(POOL_ID, SECRET), client, client.users):
        for pickling in (pickle.dumps, copy_by_pickle):
            with pytest.raises(TypeError, match="A secret cannot be pickled: create the client"):
                pickling(item)


def copy_by_pickle(item: object) -> object:
    return pickle.loads(pickle.dumps(item, 2))


# The arguments of constructors, in tracebacks with locals.

INVALID: list[dict[str, Any]] = [
    {"timeout": 0},
    {"host": "http://example.com"},
    {"verify": "/does/not/exist"},
    {"unknown": 1},
    {"user_pool_id": ""},
    {"http_client": object()},
]


@pytest.mark.parametrize("options", INVALID, ids=lambda options: next(iter(options)))
def test_tracebacks_of_constructors_show_no_secret(
    client_kind: ClientKind, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHING_USERPOOL_SECRET", "canary-of-the-environment")
    assert "canary-of-the-environment" in str(os.environ)
    with pytest.raises(ConfigurationError) as caught:
        management_client(client_kind, **options)
    assert "canary" not in locals_of_the_library(caught.value)
    monkeypatch.setenv("AUTHING_USERPOOL_SECRET", "canary-\udcff")
    with pytest.raises(ConfigurationError) as caught:
        management_client(client_kind, **{**options, "secret": None})
    assert "canary" not in locals_of_the_library(caught.value)


def test_a_warning_that_is_an_error_shows_no_secret(client_kind: ClientKind) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="not verified") as caught:
            management_client(client_kind, verify=False)
    assert SECRET not in locals_of_the_library(caught.value)


@pytest.mark.parametrize("proxy", ["", "ftp://", "socks9://", "http://:0", "http://a b"])
def test_tracebacks_about_proxies_show_no_password(
    client_kind: ClientKind, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme, separator, host = proxy.rpartition("://")
    url = f"{scheme}{separator}user:{PROXY_PASSWORD}@{host}"
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.setenv("https_proxy", url)
    fast_type: Any = fast.Client if client_kind == "sync" else fast.AsyncClient
    with pytest.raises(ConfigurationError) as from_environment:
        management_client(client_kind, host="https://service.example")
    with pytest.raises(ConfigurationError) as from_argument:
        fast_type(proxy=url)
    for caught in (from_environment, from_argument):
        assert PROXY_PASSWORD not in str(caught.value) + locals_of_the_library(caught.value)


def test_a_configuration_error_keeps_the_error_that_the_program_was_handling(
    client_kind: ClientKind,
) -> None:
    program_error = LookupError()
    try:
        raise program_error
    except LookupError:
        with pytest.raises(ConfigurationError) as caught:
            management_client(client_kind, timeout=0)
    assert caught.value.__context__ is program_error
    assert not caught.value.__suppress_context__


def locals_of_the_library(error: BaseException) -> str:
    shown = ""
    linked: BaseException | None = error
    while linked is not None:
        formatted = traceback.TracebackException.from_exception(linked, capture_locals=True)
        frames = [frame for frame in formatted.stack if "/authing_users/" in frame.filename]
        shown += str(linked) + repr([frame.locals for frame in frames])
        linked = linked.__cause__ or linked.__context__
    return shown


async def test_a_failed_proxy_does_not_show_its_password(client_kind: ClientKind) -> None:
    fast_type: Any = fast.Client if client_kind == "sync" else fast.AsyncClient
    httpx_type: Any = httpx.Client if client_kind == "sync" else httpx.AsyncClient
    for http in (fast_type(proxy=PROXY), httpx_type(proxy=PROXY)):
        for host in ("https://service.example", "http://127.0.0.1:1"):
            client = management_client(client_kind, host=host, http_client=http, retries=0)
            with pytest.raises(AuthingError) as caught:
                await run(client.users.list())
            assert PROXY_PASSWORD not in locals_of_the_library(caught.value)
        await close(client)


def test_the_http_request_of_a_fast_client_can_be_read() -> None:
    request = fast.Client().build_request("POST", "https://x.example/", headers={"a": "b"})
    request.headers["authorization"] = f"Bearer {TOKEN}"
    assert repr(request) == "Request('POST', 'https://x.example/')"
    assert dict(request.headers) == {"a": "b", "authorization": f"Bearer {TOKEN}"}


async def test_the_caller_s_http_client_receives_plain_headers(client_kind: ClientKind) -> None:
    server = ScriptedServer(NO_USERS)
    client = server.client(client_kind)
    await run(client.users.list())
    assert type(server.requests[-1].headers["authorization"]) is str
    assert str(server.requests[-1].headers["authorization"]) == f"Bearer {TOKEN}"
    await close(client)
