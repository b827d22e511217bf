"""``inspect.signature`` and ``help`` show how to call the clients and their methods."""

import inspect
import pydoc
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import authing_users
from authing_users import AsyncUsersManagementClient, UsersManagementClient

CLIENTS: list[type] = [
    getattr(authing_users, name) for name in dir(authing_users) if name.endswith("ManagementClient")
]
SIGNATURE = "__signature__"
UNREADABLE = re.compile(r"<(class|object)|object at 0x|\*\*|\bEllipsis\b|: object = NOT_GIVEN")


def public_callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the clients and their public methods."""
    for client in CLIENTS:
        yield client.__name__, client
        for name, method in inspect.getmembers(client, callable):
            if not name.startswith("_"):
                yield f"{client.__name__}.{name}", method


def shown(method: Callable[..., Any]) -> str:
    """Return the parameters of a method as text, without modules."""
    text = str(inspect.signature(method)).partition(" -> ")[0]
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", text)


def test_all_clients_are_checked() -> None:
    assert len(CLIENTS) >= 12
    assert len(list(public_callables())) > 200


@pytest.mark.parametrize(
    "method",
    [method for _, method in public_callables()],
    ids=[name for name, _ in public_callables()],
)
def test_signatures_are_readable(method: Callable[..., Any]) -> None:
    assert not UNREADABLE.search(str(inspect.signature(method)))


@pytest.mark.parametrize("client", [UsersManagementClient, AsyncUsersManagementClient])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "update",
            "(self, userId: str, updates: UpdateUserInputDict, *, with_custom_data: bool = False)",
        ),
        ("detail", "(self, userId: str, with_custom_data: bool = False)"),
        ("refresh_token", "(self, userId: str)"),
        ("list_groups", "(self, userId: str)"),
        ("list_roles", "(self, userId: str, namespace: str | None = None)"),
        ("list_policies", "(self, userId: str, page: int = 1, limit: int = 10)"),
        ("create_users", "(self, users: Iterable[UserInfoDict])"),
    ],
)
def test_the_documented_form_of_a_call_is_shown(client: type, name: str, expected: str) -> None:
    assert shown(getattr(client, name)) == expected
    # Python 3.13 writes long signatures on several lines.
    text = re.sub(r"\(\s+", "(", pydoc.plain(pydoc.render_doc(getattr(client, name))))
    assert f"{name}{expected[:13]}" in " ".join(text.split())


def test_dict_arguments_are_shown_with_the_type_of_the_dict() -> None:
    users = UsersManagementClient
    assert shown(users.create).startswith("(self, userInfo: UserInfoDict, keep_password: bool =")
    assert "options: Optional[FindOptionsDict] = None" in shown(users.find)
    assert "options: Optional[SearchOptionsDict] = None" in shown(users.search)
    statements = shown(authing_users.PoliciesManagementClient.create)
    assert "statements: Iterable[PolicyStatementInputDict]" in statements


def test_clients_show_their_options() -> None:
    signature = inspect.signature(authing_users.ManagementClient)
    assert [*signature.parameters][:3] == ["options", "user_model", "user_pool_id"]
    options = {*authing_users.ClientOptionsDict.__annotations__, "options", "user_model"}
    assert signature.parameters.keys() == options
    assert shown(authing_users.ManagementClient.with_options) == (
        "(self, *, timeout: float = NOT_GIVEN, retries: int = NOT_GIVEN, "
        "deadline: float | None = NOT_GIVEN, retry_mutations: bool = NOT_GIVEN)"
    )


@pytest.mark.parametrize("model", [authing_users.CreateUserInput, authing_users.User])
def test_the_signature_of_a_model_has_its_fields_before_it_is_built(model: type) -> None:
    derived: Any = type("Derived", (model,), {"__module__": __name__})
    for cls in (derived, model):
        assert "email" in inspect.signature(cls).parameters
    assert not hasattr(derived(id="x") if model is authing_users.User else derived(), SIGNATURE)


def test_the_json_schema_of_a_model_without_documentation() -> None:
    class Undocumented(authing_users.User):
        pass

    Undocumented.__doc__ = None
    assert "properties" in Undocumented.model_json_schema()
