"""The REST endpoints that clients use beside GraphQL."""

from starlette.routing import Route

from ..core import Emulator
from .action_endpoints import ACTION_ENDPOINTS
from .department_endpoints import DEPARTMENT_ENDPOINTS
from .endpoints import Endpoint
from .login_endpoints import LOGIN_ENDPOINTS
from .permission_endpoints import PERMISSION_ENDPOINTS
from .pool_endpoints import POOL_ENDPOINTS
from .role_endpoints import ROLE_ENDPOINTS
from .state_endpoints import STATE_ENDPOINTS
from .statistics_endpoints import STATISTICS_ENDPOINTS
from .user_endpoints import USER_ENDPOINTS

# A path without a placeholder comes before those that would match it too.
ENDPOINTS: tuple[Endpoint, ...] = (
    *ACTION_ENDPOINTS,
    *PERMISSION_ENDPOINTS,
    *POOL_ENDPOINTS,
    *LOGIN_ENDPOINTS,
    *STATE_ENDPOINTS,
    *STATISTICS_ENDPOINTS,
    *DEPARTMENT_ENDPOINTS,
    *ROLE_ENDPOINTS,
    *USER_ENDPOINTS,
)


class RestService:
    """Answers REST requests to one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def routes(self) -> list[Route]:
        """The routes of all endpoints."""
        return [endpoint.route(self._emulator) for endpoint in ENDPOINTS]
