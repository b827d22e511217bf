"""The schemas of known releases of the service, made from ``schema.graphql``.

Only differences in the part of the API that ``schema.graphql`` has are listed. Everything is as the
vendor's SDKs of these releases describe it.
"""

from functools import cache

from graphql import GraphQLSchema

from .edits import edited

# The parts of schema.graphql that came after December 2021.
LATER = (
    "User.expiredAt",
    "User.directManagement",
    "UpdateUserInput.expiredAt",
    "UpdateUserInput.directManagement",
)
# Added by the release of December 2021.
ADDED_IN_2021 = (
    "AuthorizedResource.apiIdentifier",
    "CheckPasswordResult",
    "CreateUserIdentityInput",
    "EmailScene.VERIFY_CODE",
    "FindUserByIdentityInput",
    "Identity.connectionId",
    "Identity.type",
    "Mutation.createUser.identity",
    "Mutation.updateUser.emailToken",
    "Mutation.updateUser.phoneToken",
    "Node.roles.namespace",
    "PasswordUpdatePolicyConfig",
    "PasswordUpdatePolicyInput",
    "Query.checkPassword",
    "Query.findUser.identity",
    "Query.users.excludeUsersInOrg",
    "UDFDataType.SELECT",
    "UpdateUserInput.mainDepartmentCode",
    "UpdateUserInput.mainDepartmentId",
    "UpdateUserInput.phoneCountryCode",
    "UpdateUserpoolInput.passwordUpdatePolicy",
    "User.mainDepartmentCode",
    "User.mainDepartmentId",
    "User.phoneCountryCode",
    "UserPool.passwordUpdatePolicy",
)
# Removed by the release of December 2021.
REMOVED_IN_2021 = """
type BatchOperationResult { succeedCount: Int failedCount: Int }
type KeyValuePair { key: String! value: String! }
type SocialConnection { provider: String! name: String! }
type SocialConnectionInstance { provider: String! enabled: Boolean! }
input CreateSocialConnectionInput { provider: String! name: String! }
extend type Query {
  socialConnection(provider: String!): SocialConnection
  socialConnections: [SocialConnection!]!
  socialConnectionInstance(provider: String!): SocialConnectionInstance!
  socialConnectionInstances: [SocialConnectionInstance!]!
}
extend type Mutation {
  createSocialConnection(input: CreateSocialConnectionInput!): SocialConnection!
  enableSocialConnectionInstance(provider: String!): SocialConnectionInstance!
  disableSocialConnectionInstance(provider: String!): SocialConnectionInstance!
}
"""
# Known to the newest SDK, besides LATER.
ADDED_LATER = """
extend type User { newlyCreated: Boolean }
extend type Identity { userInfoInIdp: String }
extend input CreateUserInput { phoneCountryCode: String }
extend type UserPool { verifyCodeMaxAttempts: Int }
extend input UpdateUserpoolInput { verifyCodeMaxAttempts: Int }
extend enum EmailScene { LOGIN_VERIFY_CODE INFORMATION_COMPLETION_VERIFY_CODE }
"""


@cache
def june_2021() -> GraphQLSchema:
    """The release of June 2021, as the Go SDK has it."""
    return edited(
        removed=LATER + ADDED_IN_2021,
        retyped={"SetUdfValueBatchInput.value": "Object!"},
        added=REMOVED_IN_2021,
    )


@cache
def december_2021() -> GraphQLSchema:
    """The release of December 2021, as the JavaScript SDK 4.23.10 has it."""
    return edited(removed=LATER)


@cache
def newest() -> GraphQLSchema:
    """The newest known release, as the JavaScript SDK 4.23.55 has it."""
    return edited(added=ADDED_LATER)
