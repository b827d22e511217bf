"""API operations that ``schema.graphql`` does not contain.

A client that calls one gets an API error instead of a validation error.
"""

from collections.abc import Mapping

from graphql import DocumentNode, FieldNode, GraphQLError, OperationDefinitionNode

from ..errors import ApiError, ErrorCode

UNSUPPORTED_OPERATIONS: Mapping[str, frozenset[str]] = {
    "Query": frozenset(
        {
            *("emailTemplates", "function", "functions", "isDomainAvaliable", "previewEmail"),
            *("qiniuUptoken", "queryMfa", "templateCode", "whitelist"),
        }
    ),
    "Mutation": frozenset(
        {
            *("addMember", "addNode", "addNodeV2", "addWhitelist", "bindEmail"),
            *("bindPhone", "changeMfa", "configEmailTemplate", "createFunction"),
            *("createOrg", "createUserpool", "deleteFunction", "deleteNode", "deleteOrg"),
            *("deleteUserpool", "disableEmailTemplate", "enableEmailTemplate"),
            *("loginByPhoneCode", "loginBySubAccount", "moveMembers", "moveNode"),
            *("registerByEmail", "registerByPhoneCode", "registerByUsername", "removeMember"),
            *("removeWhitelist", "resetPassword", "resetPasswordByForceResetToken", "unbindEmail"),
            *("unbindPhone", "updateEmail", "updateFunction", "updateNode", "updatePassword"),
            "updatePhone",
        }
    ),
}
"""Names of the operations by root type."""


def unsupported_operation(document: DocumentNode) -> GraphQLError | None:
    """Return the error for the first unsupported operation of a document, or ``None``."""
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            root = operation.operation.value.title()
            for field in operation.selection_set.selections:
                if isinstance(field, FieldNode) and field.name.value in UNSUPPORTED_OPERATIONS.get(
                    root, ()
                ):
                    return _error(f"{root}.{field.name.value}", field)
    return None


def _error(name: str, field: FieldNode) -> GraphQLError:
    cause = ApiError(ErrorCode.UNSUPPORTED, name)
    path = [(field.alias or field.name).value]
    return GraphQLError(str(cause), field, path=path, original_error=cause)
