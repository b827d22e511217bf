"""The configuration of a client: options, environment variables and their checks."""

from typing import Any, get_type_hints

import httpx
import httpx2
import pytest

from authing_users import (
    AsyncManagementClient,
    ConfigurationError,
    CreateUserInput,
    ManagementClient,
    ManagementClientOptions,
    TransportTimeoutError,
    UpdateUserInput,
    UsersManagementClient,
    __version__,
)
from authing_users._config import Config, options_from, resolve
from authing_users.options import AsyncClientOptionsDict, ClientOptionsDict

from ..support.client_kinds import POOL_ID, SECRET


def config(environ: dict[str, str] | None = None, **options: Any) -> Config:
    options = {"user_pool_id": POOL_ID, "secret": SECRET, **options}
    return resolve(ManagementClientOptions(**options), environ or {})


def test_the_public_service_is_the_default_host() -> None:
    resolved = config()
    assert resolved.host == "https://core.authing.cn"
    assert resolved.request_options.timeout == 10
    assert resolved.verify


def test_environment_variables_fill_missing_options() -> None:
    environ = {
        "AUTHING_USERPOOL_ID": "pool",
        "AUTHING_USERPOOL_SECRET": "secret",
        "AUTHING_HOST": "https://example.com/",
    }
    resolved = resolve(ManagementClientOptions(), environ)
    assert resolved.secret is not None
    assert (resolved.user_pool_id, resolved.secret.reveal()) == ("pool", "secret")
    assert resolved.host == "https://example.com"
    overridden = config(environ, host="other.example.com:8443")
    assert (overridden.user_pool_id, overridden.host) == (POOL_ID, "https://other.example.com:8443")


EMULATOR = {"AUTHING_EMULATOR_HOST": "127.0.0.1:4466"}
REAL = {"AUTHING_HOST": "https://example.com"}


@pytest.mark.parametrize(
    ("host", "base_url", "environ", "expected", "setting"),
    [
        (None, None, {}, "https://core.authing.cn", "the default"),
        (None, None, REAL, "https://example.com", "AUTHING_HOST"),
        (None, None, EMULATOR | REAL, "http://127.0.0.1:4466", "AUTHING_EMULATOR_HOST"),
        (None, "https://b.example/x", REAL, "https://b.example/x", "base_url of the http_client"),
        ("a.example", None, REAL, "https://a.example", "host="),
        ("a.example", "https://A.example:443/", REAL, "https://a.example", "host="),
        ("http://127.0.0.1:4466/", None, EMULATOR | REAL, "http://127.0.0.1:4466", "host="),
        (
            None,
            "http://127.0.0.1:4466",
            EMULATOR,
            "http://127.0.0.1:4466",
            "base_url of the http_client",
        ),
    ],
)
def test_the_host_is_from_the_setting_with_the_highest_precedence(
    host: str | None, base_url: str | None, environ: dict[str, str], expected: str, setting: str
) -> None:
    with httpx.Client(base_url=base_url or "") as http:
        resolved = config(environ, host=host, http_client=http)
    assert (resolved.host, resolved.host_setting) == (expected, setting)


@pytest.mark.parametrize(
    ("host", "base_url", "environ", "settings"),
    [
        ("https://a.example", None, EMULATOR, ("host=", "AUTHING_EMULATOR_HOST")),
        ("http://127.0.0.1:4467", None, EMULATOR, ("host=", "AUTHING_EMULATOR_HOST")),
        (None, "https://b.example", EMULATOR, ("base_url", "AUTHING_EMULATOR_HOST")),
        ("https://a.example", "https://b.example", {}, ("host=", "base_url")),
        ("https://a.example", "https://a.example/x", {}, ("host=", "base_url")),
    ],
)
def test_settings_that_name_different_hosts_are_rejected(
    host: str | None, base_url: str | None, environ: dict[str, str], settings: tuple[str, str]
) -> None:
    with (
        httpx.Client(base_url=base_url or "") as http,
        pytest.raises(ConfigurationError, match="remove one of them") as caught,
    ):
        config(environ, host=host, http_client=http)
    assert all(setting in str(caught.value) for setting in settings)


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("http://127.0.0.1:1", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("https://localhost.example.com", False),
    ],
)
def test_plain_http_is_allowed_to_the_local_machine(host: str, is_local: bool) -> None:
    resolved = config(host=host)
    assert (resolved.host, resolved.is_local) == (host, is_local)


@pytest.mark.parametrize(
    ("host", "encoded"),
    [
        ("https://认证.example.com", "https://xn--zc3a6b.example.com"),
        ("Bücher.example:8443", "https://xn--bcher-kva.example:8443"),
    ],
)
def test_international_host_names_are_encoded(host: str, encoded: str) -> None:
    resolved = config(host=host)
    assert (resolved.host, resolved.is_local) == (encoded, False)
    with ManagementClient(user_pool_id=POOL_ID, secret=SECRET, host=host) as client:
        assert encoded in repr(client)


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
        "https://example.com:0",
        "https://example.com:65536",
        "https://exam\nple.com",
        "https://exa\0mple.com",
        "https://\ud800.example.com",
        "https://a<b.example.com",
        "https://1.2.3.999",
        "https://xn--",
        "https://😀.example",
        "https://[fe80::1%25eth0]:8443",
        "https://[v1.x]",
    ],
)
def test_an_invalid_or_insecure_host_is_rejected(host: str) -> None:
    with pytest.raises(ConfigurationError):
        config(host=host)


@pytest.mark.parametrize(
    ("missing", "variable"),
    [("user_pool_id", "AUTHING_USERPOOL_ID"), ("secret", "AUTHING_USERPOOL_SECRET")],
)
def test_a_missing_option_is_named_with_its_environment_variable(
    missing: str, variable: str
) -> None:
    with pytest.raises(ConfigurationError, match=variable) as caught:
        config(**{missing: None})
    assert f"{missing}=" in str(caught.value)


@pytest.mark.parametrize("client", [ManagementClient, AsyncManagementClient, UsersManagementClient])
def test_a_client_without_options_reports_the_missing_user_pool_id(client: Any) -> None:
    with pytest.raises(ConfigurationError, match="user pool ID is missing"):
        client()


@pytest.mark.parametrize(
    "options",
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
def test_invalid_options_are_rejected(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        config(**options)


def test_headers_identify_pool_app_and_language() -> None:
    headers = config(app_id="app", lang="en-US").headers
    assert headers["x-authing-userpool-id"] == POOL_ID
    assert headers["x-authing-app-id"] == "app"
    assert headers["x-authing-lang"] == "en-US"
    assert headers["x-authing-request-from"] == "sdk"
    assert headers["x-authing-sdk-version"] == f"python:{__version__}"
    assert SECRET not in str(headers)
    assert not {"x-authing-app-id", "x-authing-lang"} & config().headers.keys()


def test_the_language_can_come_from_the_environment() -> None:
    english = {"AUTHING_LANG": "en-US"}
    assert config(environ=english).headers["x-authing-lang"] == "en-US"
    assert config(environ=english, lang="zh-CN").headers["x-authing-lang"] == "zh-CN"
    assert "x-authing-lang" not in config(environ={"AUTHING_LANG": ""}).headers
    with pytest.raises(
        ConfigurationError, match=r"^AUTHING_LANG must be one of zh-CN, en-US, not 'en'$"
    ):
        config(environ={"AUTHING_LANG": "en"})


def test_a_language_header_of_the_http_client_takes_precedence_over_the_environment() -> None:
    with httpx.Client(headers={"x-authing-lang": "zh-CN"}) as http:
        headers = config(environ={"AUTHING_LANG": "en-US"}, http_client=http).headers
    assert "x-authing-lang" not in headers  # that of the HTTP client is sent


def test_the_vendors_options_object_is_accepted() -> None:
    options = ManagementClientOptions(POOL_ID, SECRET, "https://example.com", None, None, 5.0)
    with ManagementClient(options) as positional, ManagementClient(options=options) as by_keyword:
        for client in (positional, by_keyword):
            assert "example.com" in repr(client)


def test_options_are_either_an_object_or_keywords() -> None:
    options = ManagementClientOptions(POOL_ID, SECRET)
    with pytest.raises(ConfigurationError, match="not both"):
        options_from(options, {"lang": "en-US"})
    with pytest.raises(ConfigurationError, match="by keyword"):
        options_from(POOL_ID, {})
    with pytest.raises(
        ConfigurationError, match=r"Unknown option 'usr_pool'\. Did you mean 'user_pool_id'"
    ):
        options_from(None, {"usr_pool": "x"})


@pytest.mark.parametrize("options_dict", [ClientOptionsDict, AsyncClientOptionsDict])
def test_keywords_match_the_fields_of_the_options_object(options_dict: type) -> None:
    names: dict[str, Any] = {
        "HTTPClient": object,
        "AsyncHTTPClient": object,
        "CreateUserInput": CreateUserInput,
        "UpdateUserInput": UpdateUserInput,
    }
    keywords = get_type_hints(options_dict, localns=names)
    # A keyword with a type parameter is declared by the constructors themselves.
    assert set(keywords) | {"user_model"} == set(ManagementClientOptions.__dataclass_fields__)


@pytest.mark.parametrize("client", [ManagementClient, AsyncManagementClient, UsersManagementClient])
def test_the_warning_names_the_line_that_creates_the_client(client: Any) -> None:
    with pytest.warns(UserWarning, match="not verified") as warnings:
        client(user_pool_id=POOL_ID, secret=SECRET, verify=False)
    assert [warning.filename for warning in warnings] == [__file__]


def test_use_unverified_ssl_warns() -> None:
    with pytest.warns(UserWarning, match="not verified"):
        assert not config(use_unverified_ssl=True).verify


def test_options_that_an_http_client_already_has_are_rejected() -> None:
    with httpx.Client() as http:
        with pytest.raises(ConfigurationError, match="its own timeout"):
            config(http_client=http, timeout=3)
        with pytest.raises(ConfigurationError, match="certificates"):
            config(http_client=http, use_unverified_ssl=True)


def test_a_timeout_of_an_httpx2_client_is_a_transport_timeout() -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectTimeout("slow")

    with (
        httpx2.Client(transport=httpx2.MockTransport(respond)) as http,
        ManagementClient(user_pool_id=POOL_ID, secret=SECRET, http_client=http) as client,
        pytest.raises(TransportTimeoutError),
    ):
        client.users.list()


def test_no_repr_shows_the_secret() -> None:
    options = ManagementClientOptions(POOL_ID, SECRET)
    with ManagementClient(options) as client:
        for shown in (options, config(), client, client.users):
            assert SECRET not in repr(shown)
            assert SECRET not in str(shown)
