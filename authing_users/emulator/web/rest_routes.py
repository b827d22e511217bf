"""The routes of the REST API."""

from starlette.routing import Route

from ..core import Emulator
from .action_log_endpoints import ACTION_LOG_ENDPOINTS
from .department_endpoints import DEPARTMENT_ENDPOINTS
from .endpoints import Endpoint
from .identity_endpoints import IDENTITY_ENDPOINTS
from .lifecycle_endpoints import LIFECYCLE_ENDPOINTS
from .oidc_endpoints import OIDC_ENDPOINTS
from .permission_endpoints import PERMISSION_ENDPOINTS
from .pool_endpoints import POOL_ENDPOINTS
from .resource_endpoints import RESOURCE_ENDPOINTS
from .role_endpoints import ROLE_ENDPOINTS
from .session_endpoints import SESSION_ENDPOINTS
from .statistics_endpoints import STATISTICS_ENDPOINTS
from .user_endpoints import USER_ENDPOINTS

# Fixed paths come before the paths with placeholders that would match them too.
ENDPOINTS: tuple[Endpoint, ...] = (
    *ACTION_LOG_ENDPOINTS,
    *PERMISSION_ENDPOINTS,
    *OIDC_ENDPOINTS,
    *RESOURCE_ENDPOINTS,
    *POOL_ENDPOINTS,
    *SESSION_ENDPOINTS,
    *IDENTITY_ENDPOINTS,
    *LIFECYCLE_ENDPOINTS,
    *STATISTICS_ENDPOINTS,
    *DEPARTMENT_ENDPOINTS,
    *ROLE_ENDPOINTS,
    *USER_ENDPOINTS,
)


def rest_routes(emulator: Emulator) -> list[Route]:
    """Return the routes of all REST endpoints."""
    return [endpoint.route(emulator) for endpoint in ENDPOINTS]
