"""How a client is configured."""

from typing import Any, get_type_hints

import httpx
import httpx2
import pytest

from authing_users import (
    AsyncManagementClient,
    ConfigurationError,
    ManagementClient,
    ManagementClientOptions,
    UsersManagementClient,
    __version__,
)
from authing_users._config import Config, options_from, resolve
from authing_users.options import AsyncClientOptionsDict, ClientOptionsDict

from ..support.client_kinds import POOL_ID, SECRET


def config(environ: dict[str, str] | None = None, **settings: Any) -> Config:
    given: dict[str, Any] = {"user_pool_id": POOL_ID, "secret": SECRET, **settings}
    return resolve(ManagementClientOptions(**given), environ or {})


def test_the_service_is_the_default() -> None:
    resolved = config()
    assert resolved.host == "https://core.authing.cn"
    assert resolved.request_options.timeout == 10
    assert resolved.verify


def test_the_environment_fills_what_is_not_given() -> None:
    environ = {
        "AUTHING_USERPOOL_ID": "pool",
        "AUTHING_USERPOOL_SECRET": "secret",
        "AUTHING_HOST": "https://example.com/",
    }
    resolved = resolve(ManagementClientOptions(), environ)
    assert (resolved.user_pool_id, resolved.secret.reveal()) == ("pool", "secret")
    assert resolved.host == "https://example.com"
    given = config(environ, host="other.example.com:8443")
    assert (given.user_pool_id, given.host) == (POOL_ID, "https://other.example.com:8443")


def test_the_emulator_of_the_environment_goes_before_all() -> None:
    environ = {"AUTHING_EMULATOR_HOST": "127.0.0.1:4466", "AUTHING_HOST": "https://example.com"}
    resolved = config(environ, host="https://other.example.com")
    assert (resolved.host, resolved.is_local) == ("http://127.0.0.1:4466", True)


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("http://127.0.0.1:1", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("https://localhost.example.com", False),
    ],
)
def test_this_machine_may_be_reached_without_tls(host: str, is_local: bool) -> None:
    resolved = config(host=host)
    assert (resolved.host, resolved.is_local) == (host, is_local)


@pytest.mark.parametrize(
    ("host", "called"),
    [
        ("https://认证.example.com", "https://xn--zc3a6b.example.com"),
        ("Bücher.example:8443", "https://xn--bcher-kva.example:8443"),
    ],
)
def test_host_names_may_hold_any_letters(host: str, called: str) -> None:
    resolved = config(host=host)
    assert (resolved.host, resolved.is_local) == (called, False)
    with ManagementClient(user_pool_id=POOL_ID, secret=SECRET, host=host) as client:
        assert called in repr(client)


@pytest.mark.parametrize(
    "host",
    [
        "http://example.com",
        "https://ü..example.com",
        "https://user:canary@ü.example.com",
        f"https://{'ü' * 64}.example.com",
        "http://127.evil.example.com@example.com",
        "ftp://127.0.0.1",
        "https://",
        "https://user:canary@example.com",
        "https://example.com?x=1",
        "https://example.com#x",
        "https://example.com:port",
        "http://127.0.0.1.example.com",
    ],
)
def test_other_hosts_are_refused(host: str) -> None:
    with pytest.raises(ConfigurationError):
        config(host=host)


@pytest.mark.parametrize(
    ("missing", "variable"),
    [("user_pool_id", "AUTHING_USERPOOL_ID"), ("secret", "AUTHING_USERPOOL_SECRET")],
)
def test_what_is_missing_is_named_with_both_ways_to_give_it(missing: str, variable: str) -> None:
    with pytest.raises(ConfigurationError, match=variable) as caught:
        config(**{missing: None})
    assert f"{missing}=" in str(caught.value)


@pytest.mark.parametrize("client", [ManagementClient, AsyncManagementClient, UsersManagementClient])
def test_a_client_without_any_setting_says_what_is_missing(client: Any) -> None:
    with pytest.raises(ConfigurationError, match="user pool ID is missing"):
        client()


@pytest.mark.parametrize(
    "settings",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": float("inf")},
        {"timeout": float("nan")},
        {"timeout": True},
        {"timeout": "10"},
        {"lang": "en"},
        {"user_pool_id": "line\nbreak"},
        {"app_id": " app"},
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        config(**settings)


def test_headers_say_who_is_asking() -> None:
    headers = config(app_id="app", lang="en-US").headers
    assert headers["x-authing-userpool-id"] == POOL_ID
    assert headers["x-authing-app-id"] == "app"
    assert headers["x-authing-lang"] == "en-US"
    assert headers["x-authing-request-from"] == "sdk"
    assert headers["x-authing-sdk-version"] == f"python:{__version__}"
    assert SECRET not in str(headers)
    assert not {"x-authing-app-id", "x-authing-lang"} & config().headers.keys()


def test_the_vendors_form_works() -> None:
    options = ManagementClientOptions(POOL_ID, SECRET, "https://example.com", None, None, 5.0)
    for client in (ManagementClient(options), ManagementClient(options=options)):
        assert "example.com" in repr(client)


def test_options_are_given_in_one_way() -> None:
    options = ManagementClientOptions(POOL_ID, SECRET)
    with pytest.raises(ConfigurationError, match="not both"):
        options_from(options, {"lang": "en-US"})
    with pytest.raises(ConfigurationError, match="by keyword"):
        options_from(POOL_ID, {})
    with pytest.raises(ConfigurationError, match="Unknown option 'usr_pool'"):
        options_from(None, {"usr_pool": "x"})


@pytest.mark.parametrize("settings", [ClientOptionsDict, AsyncClientOptionsDict])
def test_keywords_and_options_are_the_same(settings: type) -> None:
    clients = {"HTTPClient": object, "AsyncHTTPClient": object}
    keywords = get_type_hints(settings, localns=clients)
    assert set(keywords) == set(ManagementClientOptions.__dataclass_fields__)


def test_an_unverified_connection_warns_loudly() -> None:
    with pytest.warns(UserWarning, match="not verified"):
        assert not config(use_unverified_ssl=True).verify


def test_an_http_client_brings_its_own_settings() -> None:
    with httpx.Client() as http:
        with pytest.raises(ConfigurationError, match="its own timeout"):
            config(http_client=http, timeout=3)
        with pytest.raises(ConfigurationError, match="certificates"):
            config(http_client=http, use_unverified_ssl=True)


def test_an_httpx2_client_works_as_well() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectTimeout("slow")

    from authing_users import TransportTimeoutError

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        client = ManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http)
        with pytest.raises(TransportTimeoutError):
            client.users.list()


def test_the_secret_is_not_shown() -> None:
    options = ManagementClientOptions(POOL_ID, SECRET)
    client = ManagementClient(options)
    for shown in (options, config(), client, client.users):
        assert SECRET not in repr(shown)
        assert SECRET not in str(shown)
