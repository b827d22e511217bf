"""Changes of the emulator before a command runs."""

from collections.abc import Callable, Mapping

from authing_users import ManagementClient
from authing_users.testing.emulator.emulator import AuthingEmulatorServer

Preparation = Callable[[AuthingEmulatorServer], object]


def with_client(change: Callable[[ManagementClient], object]) -> Preparation:
    """Change the user pool with a client."""

    def prepare(emulator: AuthingEmulatorServer) -> None:
        with emulator.client() as client:
            change(client)

    return prepare


def server_error(operation: str) -> Preparation:
    """Let all requests for an operation fail with HTTP status 500."""
    return lambda emulator: emulator.fail(operation, status=500, times=None)


def rate_limited(operation: str) -> Preparation:
    """Let all requests for an operation exceed a rate limit."""
    return lambda emulator: emulator.fail(operation, code=2100, times=None)


def no_permission(operation: str) -> Preparation:
    """Let the pool have no permission for an operation."""
    return lambda emulator: emulator.fail(operation, code=403, message="No permission", times=None)


def wrong_secret() -> Mapping[str, str]:
    """Return the environment of a command that has a wrong secret."""
    return {"AUTHING_USERPOOL_SECRET": "wrong"}


def create_policy(client: ManagementClient) -> None:
    """Create a policy that is assigned to the role ``admin`` and to the group ``staff``."""
    client.policies.create(
        "read-books",
        [{"resource": "books:*", "actions": ["books:read"], "effect": "ALLOW"}],
        "Read all books",
    )
    client.policies.add_assignments(["read-books"], "ROLE", ["admin"])
    client.policies.add_assignments(["read-books"], "GROUP", ["staff"])
