"""The operations of the API that ``schema.graphql`` leaves out, and what asking for one answers.

They exist in the API, so a client is told that the emulator does not serve them, with the API's
own error, and not that there is no such field.
"""

from collections.abc import Mapping

from graphql import DocumentNode, FieldNode, GraphQLError, OperationDefinitionNode

from ..errors import ApiError, ErrorCode

LEFT_OUT: Mapping[str, frozenset[str]] = {
    "Query": frozenset(
        {
            *("checkPassword", "childrenNodes", "emailTemplates", "function", "functions"),
            *("isDomainAvaliable", "isRootNode", "nodeByCode", "nodeById", "org", "orgs"),
            *("previewEmail", "qiniuUptoken", "queryMfa", "rootNode", "searchNodes"),
            *("templateCode", "whitelist"),
        }
    ),
    "Mutation": frozenset(
        {
            *("addMember", "addNode", "addNodeV2", "addWhitelist", "allow", "authorizeResource"),
            *("bindEmail", "bindPhone", "changeMfa", "configEmailTemplate", "createFunction"),
            *("createOrg", "createUserpool", "deleteFunction", "deleteNode", "deleteOrg"),
            *("deleteUserpool", "disableEmailTemplate", "enableEmailTemplate", "loginByEmail"),
            *("loginByPhoneCode", "loginByPhonePassword", "loginBySubAccount", "loginByUsername"),
            *("moveMembers", "moveNode", "registerByEmail", "registerByPhoneCode"),
            *("registerByUsername", "removeMember", "removeWhitelist", "resetPassword"),
            *("resetPasswordByFirstLoginToken", "resetPasswordByForceResetToken", "unbindEmail"),
            *("unbindPhone", "updateEmail", "updateFunction", "updateNode", "updatePassword"),
            "updatePhone",
        }
    ),
}
"""Their names as the API spells them, by the root type that they are fields of."""


def not_served(document: DocumentNode) -> GraphQLError | None:
    """The error of a document that asks for one of them, or ``None`` when it asks for none."""
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            root = operation.operation.value.title()
            for field in operation.selection_set.selections:
                if isinstance(field, FieldNode) and field.name.value in LEFT_OUT.get(root, ()):
                    return _error(f"{root}.{field.name.value}", field)
    return None


def _error(name: str, field: FieldNode) -> GraphQLError:
    cause = ApiError(ErrorCode.NOT_SERVED, name)
    path = [(field.alias or field.name).value]
    return GraphQLError(str(cause), field, path=path, original_error=cause)
