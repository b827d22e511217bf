"""The resources of a user pool, and who can access them."""

from .access import AsyncAccess
from .namespaces import AsyncNamespaces
from .resources import AsyncResourceRegistry

__all__ = ["AsyncAclManagementClient"]


class AsyncAclManagementClient(AsyncAccess, AsyncResourceRegistry, AsyncNamespaces):
    """Manages the resources of a user pool, and grants access to them.

    A resource is named by a text: ``type:id`` for data, such as ``book:1``, where ``book:*`` stands
    for all of a type. A resource need not be registered before access to it is granted. Roles,
    resources and grants belong to a permission namespace; a new user pool has ``default``.

    - access: ``allow``, ``is_allowed``, ``authorize_resource``, ``revoke_resource``,
      ``list_authorized_resources``, ``get_authorized_targets``
    - registered resources: ``create_resource``, ``update_resource``, ``list_resources``,
      ``iter_resources``, ``get_resource_by_id``, ``get_resource_by_code``, ``delete_resource``
    - permission namespaces: ``create_namespace``, ``update_namespace``, ``list_namespaces``,
      ``iter_namespaces``, ``delete_namespace``
    """
