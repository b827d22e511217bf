"""The schemas of the known releases of the service, as changes of ``schema.graphql``.

``schema.graphql`` has the fields of the release of April 2022 and two newer fields of users.
"""

from functools import cache
from typing import Literal

from .schema_changes import changed_schema

Release = Literal["2021-06", "2021-12", "2023"]
"""When clients of the release were published. They are the sources of the changes."""

RELEASES: tuple[Release, ...] = ("2021-06", "2021-12", "2023")

_NEWER_USER_FIELDS = tuple(
    f"{owner}.{name}"
    for owner in ("User", "UpdateUserInput")
    for name in ("expiredAt", "directManagement")
)

REMOVED: dict[Release, frozenset[str]] = {
    "2021-06": frozenset(
        {
            *_NEWER_USER_FIELDS,
            *("CheckPasswordResult", "CreateUserIdentityInput", "FindUserByIdentityInput"),
            *("PasswordUpdatePolicyConfig", "PasswordUpdatePolicyInput", "Query.checkPassword"),
            *("AuthorizedResource.apiIdentifier", "Identity.connectionId", "Identity.type"),
            *("Node.roles(namespace)", "User.phoneCountryCode", "UpdateUserInput.phoneCountryCode"),
            *("User.mainDepartmentId", "UpdateUserInput.mainDepartmentId"),
            *("User.mainDepartmentCode", "UpdateUserInput.mainDepartmentCode"),
            *("UserPool.passwordUpdatePolicy", "UpdateUserpoolInput.passwordUpdatePolicy"),
            *("Mutation.updateUser(emailToken)", "Mutation.updateUser(phoneToken)"),
            *("Query.users(excludeUsersInOrg)", "Mutation.createUser(identity)"),
            *("Query.findUser(identity)", "UDFDataType.SELECT", "EmailScene.VERIFY_CODE"),
        }
    ),
    "2021-12": frozenset(_NEWER_USER_FIELDS),
    "2023": frozenset(),
}
"""The definitions that a release lacks."""

_SOCIAL_CONNECTIONS = """
type SocialConnection { provider: String! name: String! logo: String! }
extend type Query { socialConnections: [SocialConnection!]! }
"""

_ADDED: dict[Release, str] = {
    "2021-06": f"""
type KeyValuePair {{ key: String! value: String! }}
{_SOCIAL_CONNECTIONS}""",
    "2021-12": "",
    "2023": f"""
extend type User {{ newlyCreated: Boolean }}
extend input CreateUserInput {{ phoneCountryCode: String }}
extend type Identity {{ userInfoInIdp: String }}
extend type UserPool {{ verifyCodeMaxAttempts: Int }}
extend input UpdateUserpoolInput {{ verifyCodeMaxAttempts: Int }}
extend enum EmailScene {{ WELCOME }}
{_SOCIAL_CONNECTIONS}""",
}


@cache
def release_schema(release: Release) -> str:
    """Return the schema of a release."""
    retyped = {"SetUdfValueBatchInput.value": "Object!"} if release == "2021-06" else {}
    return changed_schema(remove=REMOVED[release], retype=retyped, add=_ADDED[release])
