"""Fields without which a result is useless."""

# All other fields of results may be missing in responses of other server versions.
NON_NULL_FIELDS = frozenset({"id", "totalCount", "list"})
# Of our own API, the client misreads a result without these: it compares keys and codes, converts a
# value by its type, and raises if a mutation has failed.
REQUIRED_FIELDS = {
    "AccessTokenRes.accessToken",
    "CommonMessage.code",
    "JWTTokenStatus.status",
    "PolicyAssignment.code",
    "PolicyAssignment.targetIdentifier",
    "PolicyAssignment.targetType",
    "RefreshToken.token",
    "Role.code",
    "UserCustomData.dataType",
    "UserCustomData.key",
    "UserCustomData.value",
    "UserDefinedData.dataType",
    "UserDefinedData.key",
    "UserDefinedData.value",
    "UserDefinedDataMap.data",
    "UserDefinedDataMap.targetId",
}
