"""The public interface is the same in both kinds of clients, and documented."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import authing_users
from authing_users import (
    AclManagementClient,
    AsyncAclManagementClient,
    AsyncGroupsManagementClient,
    AsyncManagementClient,
    AsyncOrgsManagementClient,
    AsyncPoliciesManagementClient,
    AsyncRolesManagementClient,
    AsyncUdfManagementClient,
    AsyncUserpoolManagementClient,
    AsyncUsersManagementClient,
    GroupsManagementClient,
    ManagementClient,
    OrgsManagementClient,
    PoliciesManagementClient,
    RolesManagementClient,
    UdfManagementClient,
    UserpoolManagementClient,
    UsersManagementClient,
)

PACKAGE = Path(authing_users.__file__).parent
PAIRS = [
    (AsyncAclManagementClient, AclManagementClient),
    (AsyncGroupsManagementClient, GroupsManagementClient),
    (AsyncManagementClient, ManagementClient),
    (AsyncOrgsManagementClient, OrgsManagementClient),
    (AsyncPoliciesManagementClient, PoliciesManagementClient),
    (AsyncRolesManagementClient, RolesManagementClient),
    (AsyncUdfManagementClient, UdfManagementClient),
    (AsyncUserpoolManagementClient, UserpoolManagementClient),
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


def own_methods(client: type) -> set[str]:
    return set(public(client)) - {*TWINS, *TWINS.values(), "with_options"}


def plain(annotation: str) -> str:
    annotation = re.sub(r"collections\.abc\.Awaitable\[(\w+)\]", r"\1", annotation)
    # A synchronous generator has a type for what it returns, too.
    text = annotation.replace("Async", "").replace(", None, None]", ", None]")
    # Only asynchronous clients accept iterables of both kinds.
    return re.sub(r"(collections\.abc\.Iterable\[.+?\]+) \| \1", r"\1", text)


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
def test_every_documented_method_exists(name: str) -> None:
    assert name in public(UsersManagementClient)


@pytest.mark.parametrize(("_", "client"), PAIRS)
def test_docstrings_are_complete(_: type, client: type) -> None:
    for name in own_methods(client):
        method = getattr(client, name)
        text = inspect.getdoc(method) or ""
        assert text.splitlines()[0].endswith("."), name
        assert "Raises:" in text, name
        assert name.startswith("iter_") or "Returns:" in text, name
        assert re.search(r"^API: .+\.\Z", text, re.MULTILINE | re.DOTALL), name
        parameters = set(inspect.signature(method).parameters) - {"self", "others"}
        assert set(re.findall(r"^    (\w+): ", text.partition("Raises:")[0], re.MULTILINE)) == (
            parameters
        ), name


@pytest.mark.parametrize("client", [UsersManagementClient, AsyncUsersManagementClient])
def test_every_method_is_in_the_contents(client: type) -> None:
    contents = set(re.findall(r"``(\w+)``", inspect.getdoc(client) or ""))
    assert contents == own_methods(client)


def test_only_asynchronous_methods_are_coroutines() -> None:
    for asynchronous, synchronous in PAIRS:
        for name in public(synchronous):
            assert not inspect.iscoroutinefunction(getattr(synchronous, name))
        for name in public(asynchronous):
            waits = not name.startswith("iter_") and name not in {"graphql", "with_options"}
            assert inspect.iscoroutinefunction(getattr(asynchronous, name)) == waits, name


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
    """Modules that a file imports, as absolute names."""
    found: set[str] = set()
    package = [PACKAGE.name, *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            found.add(".".join([*base, *([node.module] if node.module else [])]))
    return found


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


@pytest.mark.parametrize(("_", "client"), PAIRS)
def test_every_method_with_pages_has_an_iterator_over_all_of_them(_: type, client: type) -> None:
    methods = public(client)
    paged = [name for name, signature in methods.items() if "page" in signature.parameters]
    iterators = {
        "iter_list" if name == "list" else f"iter_{name.removeprefix('list_')}" for name in paged
    }
    assert iterators <= methods.keys()
