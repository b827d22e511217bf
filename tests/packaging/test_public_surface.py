"""The public interface: names, signatures and docstrings of both kinds of client, and imports."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import authing_users
from authing_users import (
    AsyncManagementClient,
    AsyncUsersManagementClient,
    ManagementClient,
    UsersManagementClient,
)

PACKAGE = Path(authing_users.__file__).parent
PAIRS = [
    (AsyncManagementClient, ManagementClient),
    (AsyncUsersManagementClient, UsersManagementClient),
]
TWINS = {"aclose": "close", "__aenter__": "__enter__", "__aexit__": "__exit__"}
# fmt: off
DOCUMENTED = [
    "create", "update", "detail", "delete", "delete_many", "batch", "list", "find", "search",
    "refresh_token", "list_groups", "add_group", "remove_group", "list_roles", "add_roles",
    "remove_roles",
]
# fmt: on


def public(client: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(member)
        for name, member in inspect.getmembers(client, inspect.isfunction)
        if not name.startswith("_") or name in {*TWINS, *TWINS.values()}
    }


def plain(annotation: str) -> str:
    # The type of a synchronous generator has one more argument.
    return annotation.replace("Async", "").replace(", None, None]", ", None]")


@pytest.mark.parametrize(("asynchronous", "synchronous"), PAIRS)
def test_both_kinds_have_the_same_methods(asynchronous: type, synchronous: type) -> None:
    methods = public(asynchronous)
    twins = public(synchronous)
    assert {TWINS.get(name, name) for name in methods} == set(twins)
    for name, signature in methods.items():
        twin = twins[TWINS.get(name, name)]
        assert plain(str(signature)) == plain(str(twin)), name


@pytest.mark.parametrize(("asynchronous", "synchronous"), PAIRS)
def test_both_kinds_have_the_same_docstrings(asynchronous: type, synchronous: type) -> None:
    for name in public(asynchronous):
        twin = getattr(synchronous, TWINS.get(name, name))
        text = inspect.getdoc(getattr(asynchronous, name))
        assert text == inspect.getdoc(twin), name


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_documented_method_exists_with_a_docstring(name: str) -> None:
    text = inspect.getdoc(getattr(UsersManagementClient, name)) or ""
    assert "API: " in text
    for parameter in inspect.signature(getattr(UsersManagementClient, name)).parameters:
        if parameter not in {"self", "others"}:
            assert parameter in text, parameter


@pytest.mark.parametrize("client", [UsersManagementClient, AsyncUsersManagementClient])
def test_every_method_documents_its_operation_and_errors_and_is_in_the_contents(
    client: type,
) -> None:
    contents = set(re.findall(r"``(\w+)``", inspect.getdoc(client) or ""))
    of_all_clients = {*TWINS, *TWINS.values(), "with_options"}
    methods = {name for name in public(client) if name not in of_all_clients}
    assert contents == methods
    for name in methods:
        text = inspect.getdoc(getattr(client, name)) or ""
        assert "API: " in text, name
        assert "Raises:" in text, name


def test_only_asynchronous_methods_are_coroutines() -> None:
    for asynchronous, synchronous in PAIRS:
        for name in public(synchronous):
            assert not inspect.iscoroutinefunction(getattr(synchronous, name))
        for name in public(asynchronous):
            is_coroutine = not name.startswith("iter_") and name != "with_options"
            method = getattr(asynchronous, name)
            assert inspect.iscoroutinefunction(method) == is_coroutine, name


def test_exactly_the_public_names_are_exported() -> None:
    exported: list[str] = vars(authing_users)["__all__"]
    assert dir(authing_users) == sorted(exported)
    for name in exported:
        getattr(authing_users, name)
    with pytest.raises(AttributeError, match="Typo"):
        getattr(authing_users, "Typo")  # noqa: B009


@pytest.mark.parametrize("package", ["authing_users", "authing_graphql"])
def test_importing_loads_neither_httpx_nor_pydantic(package: str) -> None:
    program = f"import sys, {package}; print(*sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(printed.stdout.split())
    assert package in loaded
    assert not loaded & {"httpx", "pydantic", "pydantic_core", "cryptography", "ariadne", "typer"}


def test_building_a_client_does_not_load_httpx() -> None:
    program = (
        "import sys, authing_users as a;"
        "a.ManagementClient(user_pool_id='p', secret='s');"
        "print('httpx' in sys.modules or 'pydantic' in sys.modules)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "False"


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports, as absolute names."""
    modules: set[str] = set()
    package = [PACKAGE.name, *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            modules.add(".".join([*base, *([node.module] if node.module else [])]))
    return modules


@pytest.mark.parametrize(
    ("part", "forbidden"),
    [
        ("_async", ("authing_users._sync", "authing_users.emulator", "authing_users.cli")),
        ("_sync", ("authing_users._async", "authing_users.emulator", "authing_users.cli")),
        ("", ("authing_users._async", "authing_users._sync", "authing_users.emulator")),
    ],
)
def test_imports_go_in_one_direction(part: str, forbidden: tuple[str, ...]) -> None:
    folder = PACKAGE / part
    files = folder.rglob("*.py") if part else folder.glob("_*.py")
    checked = [path for path in files if path.name != "__init__.py" or part]
    assert checked
    for path in checked:
        assert not {name for name in imports(path) if name.startswith(forbidden)}, path


def test_the_generated_package_does_not_import_the_library() -> None:
    generated = PACKAGE.parent / "generated" / "authing_graphql"
    assert not any("authing_users" in path.read_text("utf-8") for path in generated.glob("*.py"))
