"""Fixtures of the emulator, the marker ``authing``, and the guard for the real service."""

from collections.abc import Generator
from contextlib import AbstractContextManager
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from ..environment import IN_PROCESS_EMULATOR, client_environment
from ..failures import TestFailure
from .guard import Guard, allowed, guarded, private_hosts
from .marker import DESCRIPTION, needs_emulator, preparation
from .snapshots import SnapshotFiles, Snapshots, start_from

if TYPE_CHECKING:
    from ..._async.management import AsyncManagementClient
    from ..._sync.management import ManagementClient
    from .emulator import AuthingEmulator, AuthingEmulatorServer, BaseEmulator
    from .factories import GroupFactory, RoleFactory, UserFactory
    from .server import EmulatorProcesses

_GUARD = pytest.StashKey[Guard | None]()
_EMULATOR = pytest.StashKey["BaseEmulator"]()
_IS_IMPLIED = pytest.StashKey[bool]()
_KINDS = frozenset({"authing_emulator", "authing_emulator_server"})
_CLIENTS = frozenset({"authing", "async_authing"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that turns the guard off, and the setting of the schema."""
    description = "Allow tests to call the real service."
    parser.getgroup("authing").addoption(
        "--authing-allow-real", action="store_true", default=False, help=description
    )
    parser.addini("authing_allow_real", description, type="bool", default=False)
    schema = "Path of the GraphQL schema that emulators serve, relative to the root folder."
    parser.addini("authing_schema", schema, default="")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", DESCRIPTION)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Stop requests to the real service during a test, its fixtures included."""
    with _guard(item) as guard:
        item.stash[_GUARD] = guard
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Stop requests to the real service while modules of tests are imported."""
    is_allowed = _is_real_allowed(collector.config)
    with allowed() if is_allowed else guarded(private_hosts()) as guard:
        report = yield
    if guard is not None and guard.attempts and not report.failed:
        report.outcome = "failed"
        report.longrepr = str(guard.attempts[0])
    return report


def _guard(item: pytest.Item) -> AbstractContextManager[Guard | None]:
    config = item.config
    is_allowed = _is_real_allowed(config) or any(
        marker.kwargs.get("allow_real") is True for marker in item.iter_markers("authing")
    )
    # Then there are no requests to stop, and the tool that blocks them has its own message.
    is_blocked = config.getoption("--block-network", default=False) or item.get_closest_marker(
        "block_network"
    )
    return allowed() if is_allowed or is_blocked else guarded(private_hosts())


def _is_real_allowed(config: pytest.Config) -> bool:
    return bool(
        config.getoption("--authing-allow-real")
        or config.getini("authing_allow_real")
        or config.getoption("--authing-record", default=None) == "real"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests with the marker an emulator, which their code may find by the environment."""
    for item in items:
        if isinstance(item, pytest.Function) and needs_emulator(item):
            names = item.fixturenames
            if not _KINDS.intersection(names):
                # After the fixtures that no test names: one of them may clear the environment.
                arguments = signature(cast("Any", item).function).parameters
                named = [index for index, name in enumerate(names) if name in arguments]
                first = min(named, default=len(names))
                item.fixturenames = [*names[:first], "authing_emulator", *names[first:]]
                item.stash[_IS_IMPLIED] = True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Check the arguments of the marker."""
    preparation(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that tried to call the real service, or did not use its emulator as it said."""
    result = yield
    guard = item.stash.get(_GUARD, None)
    if guard is not None and guard.attempts:
        raise guard.attempts[0]
    emulator = item.stash.get(_EMULATOR, None)
    if emulator is not None and (problems := emulator.problems()):
        raise TestFailure("\n".join(problems))
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test whose fixtures tried to call the real service when they ended."""
    guard = item.stash.get(_GUARD, None)
    before = 0 if guard is None else len(guard.attempts)
    result = yield
    if guard is not None and len(guard.attempts) > before:
        raise guard.attempts[before]
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the requests that a failed test and its fixtures made."""
    report = yield
    emulator = item.stash.get(_EMULATOR, None)
    if report.failed and report.when != "teardown" and emulator is not None:
        from .report import requests_report

        report.sections.append(("authing requests", requests_report(emulator)))
    return report


@pytest.fixture
def authing_emulator(
    request: pytest.FixtureRequest,
    authing_snapshots: Snapshots,
    _authing_snapshot_files: SnapshotFiles,
) -> "Generator[AuthingEmulator]":
    """A new emulator in this process. Clients that are created without options use it."""
    prepared = preparation(request.node)
    schema = _schema(request)
    emulator = _new_emulator(schema, deterministic=prepared.deterministic)
    with (
        emulator,
        client_environment(
            "authing_emulator", emulator.url, emulator.user_pool_id, emulator.secret
        ),
    ):
        if prepared.snapshot is not None:
            _authing_snapshot_files.start_from(
                emulator, prepared.snapshot, prepared.deterministic, schema, authing_snapshots
            )
        _prepare(emulator, request)
        yield emulator


@pytest.fixture(scope="session")
def _authing_emulator_processes() -> "Generator[EmulatorProcesses]":
    from .server import EmulatorProcesses

    with EmulatorProcesses() as processes:
        yield processes


@pytest.fixture
def authing_emulator_server(
    request: pytest.FixtureRequest,
    authing_snapshots: Snapshots,
    _authing_emulator_processes: "EmulatorProcesses",
) -> "Generator[AuthingEmulatorServer]":
    """An empty emulator in a process of its own. Clients that are created without options use it.

    All tests of a session, or of a worker of pytest-xdist, share the process. Each schema has its
    own.
    """
    from .emulator import AuthingEmulatorServer

    server = AuthingEmulatorServer(_authing_emulator_processes.serving(_schema(request)))
    prepared = preparation(request.node)
    if prepared.deterministic:
        pytest.fail(
            "@pytest.mark.authing(deterministic=True) needs the fixture authing_emulator: the IDs "
            "of authing_emulator_server are random",
            pytrace=False,
        )
    # A test with the marker that requests this fixture while it runs has got the other one.
    is_implied = request.node.stash.get(_IS_IMPLIED, False) and not _CLIENTS.intersection(
        request.fixturenames
    )
    with client_environment(
        "authing_emulator_server",
        server.url,
        server.user_pool_id,
        server.secret,
        instead_of="authing_emulator" if is_implied else None,
    ):
        server.reset()
        if prepared.snapshot is not None:
            start_from(server, prepared.snapshot, authing_snapshots)
        _prepare(server, request)
        yield server
    server.close()


@pytest.fixture(scope="session")
def authing_snapshots() -> Snapshots:
    """Functions that fill an emulator, by the name that ``authing(snapshot=…)`` refers to.

    Override this fixture. A function is called once in a session; each test with its snapshot gets
    a copy of the result.
    """
    return {}


@pytest.fixture(scope="session")
def _authing_snapshot_files(tmp_path_factory: pytest.TempPathFactory) -> SnapshotFiles:
    return SnapshotFiles(tmp_path_factory)


@pytest.fixture
def authing(request: pytest.FixtureRequest) -> "Generator[ManagementClient]":
    """A synchronous client of the emulator of the test."""
    with _emulator_of(request).client() as client:
        yield client


@pytest.fixture
def async_authing(request: pytest.FixtureRequest) -> "AsyncManagementClient":
    """An asynchronous client of the emulator of the test."""
    return _emulator_of(request).async_client()


@pytest.fixture
def authing_user(authing: "ManagementClient") -> "UserFactory":
    """A factory for users: ``authing_user(email="ada@example.com")``."""
    from .factories import user_factory

    return user_factory(authing)


@pytest.fixture
def authing_role(authing: "ManagementClient") -> "RoleFactory":
    """A factory for roles: ``authing_role("admin")``."""
    from .factories import role_factory

    return role_factory(authing)


@pytest.fixture
def authing_group(authing: "ManagementClient") -> "GroupFactory":
    """A factory for groups: ``authing_group("staff")``."""
    from .factories import group_factory

    return group_factory(authing)


def _schema(request: pytest.FixtureRequest) -> Path | None:
    """Return the schema that the emulator of a test serves: of the marker, or of the project."""
    schema, project = preparation(request.node).schema, request.config.getini("authing_schema")
    if schema is not None:
        return request.path.parent / schema
    return request.config.rootpath / project if project else None


def _new_emulator(schema: Path | None, *, deterministic: bool) -> "AuthingEmulator":
    from .emulator import AuthingEmulator

    if schema is None:
        return AuthingEmulator(IN_PROCESS_EMULATOR, deterministic=deterministic)
    from ...emulator.errors import UnusableSchemaError

    try:
        return AuthingEmulator(IN_PROCESS_EMULATOR, deterministic=deterministic, schema=schema)
    except UnusableSchemaError as error:
        pytest.fail(f"{schema} cannot be served: {error}", pytrace=False)


def _emulator_of(request: pytest.FixtureRequest) -> "BaseEmulator":
    """Return the emulator that the test uses: the one in this process unless it has the other."""
    has_server = "authing_emulator_server" in request.fixturenames
    emulator: BaseEmulator = request.getfixturevalue(
        "authing_emulator_server" if has_server else "authing_emulator"
    )
    return emulator


def _prepare(emulator: "BaseEmulator", request: pytest.FixtureRequest) -> None:
    """Fill an emulator as the marker says, and watch it from now on."""
    prepared = preparation(request.node)
    seed = None if prepared.seed is None else request.path.parent / prepared.seed
    emulator.seed(seed, users=prepared.users, roles=prepared.roles, groups=prepared.groups)
    request.node.stash[_EMULATOR] = emulator
