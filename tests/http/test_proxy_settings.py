"""Proxy settings in the environment: selection, `NO_PROXY` and validation."""

import importlib.util
from types import ModuleType

import pytest

from authing_users import AuthingError, ConfigurationError
from authing_users._http.proxies import environment_proxy

from ..support.client_kinds import ClientKind, close, management_client

HOST = "https://service.example"
PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def clear_proxy_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("variable", "proxy"),
    [
        ("HTTPS_PROXY", PROXY),
        ("https_proxy", PROXY),
        ("ALL_PROXY", PROXY),
        ("all_proxy", PROXY),
        ("HTTP_PROXY", None),
        ("NO_PROXY", None),
    ],
)
def test_the_variable_for_the_scheme_selects_the_proxy(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str | None
) -> None:
    monkeypatch.setenv(variable, PROXY)
    assert environment_proxy(HOST) == proxy


@pytest.mark.parametrize(
    ("no_proxy", "url", "is_direct"),
    [
        ("service.example", HOST, True),
        (".example", HOST, True),
        ("example", HOST, True),
        ("other.example, service.example", HOST, True),
        ("*", HOST, True),
        ("https://service.example", HOST, True),
        ("service.example:8443", "https://service.example:8443", True),
        ("service.example:8443", HOST, False),
        ("other.example", HOST, False),
        ("vice.example", HOST, False),
        ("10.0.0.5", "https://10.0.0.5", True),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("::1", "https://[::1]:8443", True),
        ("[::1]", "https://[::1]:8443", True),
        ("::1/128", "https://[::1]:8443", True),
        ("[fd00::1]", "https://[fd00::2]", False),
    ],
)
def test_hosts_in_no_proxy_are_called_directly(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, url: str, is_direct: bool
) -> None:
    monkeypatch.setenv("ALL_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (environment_proxy(url) is None) == is_direct


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    ("proxy", "message"),
    [
        ("http://", "is not a valid proxy"),
        ("http://proxy.example:port", "is not a valid proxy"),
        ("http://proxy example:1", "is not a valid proxy"),
        ("http://[::1", "is not a valid proxy"),
        ("ftp://proxy.example", "scheme 'ftp': expected one of http, https, socks5"),
    ],
)
def test_an_invalid_proxy_is_rejected_when_the_client_is_created(
    client_kind: ClientKind,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    proxy: str,
    message: str,
) -> None:
    monkeypatch.setenv(variable, proxy)
    with pytest.raises(ConfigurationError, match=message) as caught:
        management_client(client_kind, host=HOST)
    assert str(caught.value).startswith(variable)


async def test_a_socks_proxy_requires_the_socks_extra(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5h://127.0.0.1:1")
    await close(management_client(client_kind, host=HOST))

    def find_spec(name: str) -> object:
        return None if name == "socksio" else ModuleType(name)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    with pytest.raises(ConfigurationError, match=r"ALL_PROXY .* 'authing-users\[socks\]'"):
        management_client(client_kind, host=HOST)


def test_errors_do_not_contain_the_password_of_a_proxy(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://user:canary-password@proxy.example")
    with pytest.raises(AuthingError) as caught:
        management_client(client_kind, host=HOST)
    assert "canary" not in str(caught.value)
