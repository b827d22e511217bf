"""``authing-users doctor``."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from authing_users._protocol.response import Response
from authing_users.cli._profiles import Profile, ProfileFile, SecretPlace
from authing_users.cli.doctor.service import check_clock
from authing_users.testing import skip_waits

from ..http.test_tls import certificate, server, trusted_certificate
from ..support.introspection_server import running_introspection_server
from ..support.raw_server import Peer, RawServer, Request
from ..support.smaller_schema import smaller_schema
from .support.in_process import InProcess
from .support.keyrings import FileKeyring

__all__ = ["certificate", "server", "trusted_certificate"]

POOL = {"AUTHING_USERPOOL_ID": "P", "AUTHING_USERPOOL_SECRET": "canary-secret"}
USERS: Mapping[str, object] = {"data": {"users": {"totalCount": 3, "list": []}}}


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with skip_waits():
        yield


def diagnose(
    command_line: InProcess,
    *arguments: str,
    connected: bool = True,
    settings: Mapping[str, str | None] | None = None,
    **environment: str | None,
) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return the exit code and the findings by check."""
    result = command_line.run(
        "doctor", *arguments, connected=connected, settings=settings, **environment
    )
    assert "canary" not in result.output
    return result.exit_code, {row["check"]: row for row in json.loads(result.stdout)}


def respond(peer: Peer, request: Request) -> None:
    """Respond to all operations with the number of users."""
    body = json.dumps(USERS).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    peer.send(f"{head}\r\n\r\n".encode() + body)


def statuses(findings: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {check: finding["status"] for check, finding in findings.items()}


def test_everything_is_ok_with_a_working_connection(
    command_line: InProcess, tmp_path: Path
) -> None:
    command_line.use_keyring(FileKeyring(tmp_path / "keyring.json"))
    command_line.pool.seed_users(3)
    code, findings = diagnose(command_line)
    assert code == 0
    assert set(statuses(findings).values()) == {"ok"}
    assert findings["host"]["message"].endswith("from AUTHING_EMULATOR_HOST")
    assert findings["credentials"]["message"] == "accepted: the user pool has 3 users"


def test_a_person_sees_a_line_for_each_check_and_what_to_do(command_line: InProcess) -> None:
    result = command_line.run("doctor", "--table", "--no-schema", AUTHING_USERPOOL_SECRET="wrong")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    failure = next(number for number, line in enumerate(lines) if line.startswith("failure"))
    assert lines[failure].startswith("failure  credentials: Wrong user pool secret")
    assert re.match(r" +→ Copy the ID and the secret again", lines[failure + 1])
    assert "skipped  schema: --no-schema" in lines


def test_checks_that_need_a_connection_are_skipped_without_one(command_line: InProcess) -> None:
    code, findings = diagnose(command_line, connected=False)
    assert code == 1
    assert findings["connection"]["status"] == "failure"
    assert "authing-users login" in findings["connection"]["remedy"]
    assert {findings[name]["status"] for name in ("proxy", "tls", "schema")} == {"skipped"}


def test_an_unreachable_service_is_a_failure(command_line: InProcess) -> None:
    code, findings = diagnose(command_line, AUTHING_EMULATOR_HOST="127.0.0.1:1")
    assert code == 1
    assert findings["reachable"]["status"] == "failure"
    assert "proxies" in findings["reachable"]["remedy"]
    assert findings["credentials"]["status"] == "skipped"


def test_another_server_is_recognized(command_line: InProcess) -> None:
    with running_introspection_server() as other:
        other.message = "Introspection is off"
        code, findings = diagnose(
            command_line, AUTHING_EMULATOR_HOST=other.host.removeprefix("http://"), settings=POOL
        )
    assert code == 1
    assert findings["schema"]["status"] == "warning"
    assert "Introspection is off" in findings["schema"]["message"]


def test_a_schema_that_lacks_operations_is_a_failure(command_line: InProcess) -> None:
    with running_introspection_server() as other:
        other.schema = smaller_schema("Query.user", "User.arn")
        introspect = other.respond
        other.respond = lambda content, headers: (  # type: ignore[method-assign]
            introspect(content, headers)
            if content["operationName"] == "IntrospectionQuery"
            else (200, USERS)
        )
        _, findings = diagnose(
            command_line, AUTHING_EMULATOR_HOST=other.host.removeprefix("http://"), settings=POOL
        )
    assert findings["schema"]["status"] == "failure"
    assert "operations cannot be called" in findings["schema"]["message"]
    assert "authing-users schema check" in findings["schema"]["remedy"]


def test_the_file_of_profiles_is_checked(command_line: InProcess) -> None:
    file = ProfileFile(command_line.profile_file)
    file.store(Profile("staging", "P", "https://core.authing.cn", SecretPlace.ENVIRONMENT))
    assert diagnose(command_line, "--no-schema")[1]["profiles"]["message"].startswith("1 in ")
    file.path.chmod(0o644)
    finding = diagnose(command_line, "--no-schema")[1]["profiles"]
    assert (finding["status"], finding["remedy"]) == ("warning", f"chmod 600 '{file.path}'")
    file.path.write_text("nonsense", "utf-8")
    code, findings = diagnose(command_line, "--no-schema")
    assert (code, findings["profiles"]["status"]) == (1, "failure")


def test_a_proxy_that_cannot_be_used_is_a_failure(
    command_line: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "ftp://user:canary@proxy.example.com")
    _, findings = diagnose(
        command_line,
        AUTHING_EMULATOR_HOST=None,
        AUTHING_HOST="https://authing.invalid",
        settings=POOL,
    )
    assert findings["proxy"]["status"] == "failure"
    assert "https_proxy" in findings["proxy"]["message"]


def test_the_certificate_is_checked(
    command_line: InProcess, server: RawServer, trusted_certificate: None
) -> None:
    server.responder = respond
    _, findings = diagnose(
        command_line,
        "--no-schema",
        AUTHING_EMULATOR_HOST=None,
        AUTHING_HOST=server.url,
        settings=POOL,
    )
    tls = findings["tls"]
    assert tls["status"] == "warning"  # it expires in an hour
    assert re.search(r"TLSv1\.3, the certificate is valid until \d{4}-\d\d-\d\d", tls["message"])


def test_an_untrusted_certificate_is_a_failure(command_line: InProcess, server: RawServer) -> None:
    code, findings = diagnose(
        command_line, AUTHING_EMULATOR_HOST=None, AUTHING_HOST=server.url, settings=POOL
    )
    assert code == 1
    assert "SSL_CERT_FILE" in findings["reachable"]["remedy"]


@pytest.mark.parametrize(
    ("minutes", "status", "direction"),
    [(0, "ok", "agrees"), (2, "warning", "ahead of"), (-60, "failure", "behind")],
)
def test_the_clock_is_compared_with_that_of_the_service(
    minutes: int, status: str, direction: str
) -> None:
    time = datetime.now(UTC) - timedelta(minutes=minutes)
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT")
    finding = check_clock(Response("Doctor", 200, {"date": date}, b""))
    assert finding.status == status
    assert direction in finding.message


@pytest.mark.parametrize("headers", [{}, {"date": "nonsense"}])
def test_a_service_without_a_clock_is_skipped(headers: dict[str, str]) -> None:
    assert check_clock(Response("Doctor", 200, headers, b"")).status == "skipped"
