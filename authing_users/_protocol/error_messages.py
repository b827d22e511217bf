"""Read from messages what the code of an error does not say. Imported only after such an error."""

import re

from ..errors import APIError, ConflictError, InvalidRequestError
from .error_codes import CREATE_USERS, ERROR_CODES

# Objects other than users have a code, by which they are created.
_CODED = re.compile(r"(?:Create|Update)(?:Group|Role|Policy|Resource|Namespace)")
# Words of a message that stand for fields.
_FIELD_WORDS = {
    "username": "username|用户名",
    "email": "e-?mail|邮箱",
    "phone": "phone|手机",
    "unionid": "unionid",
    "openid": "openid",
    "externalId": "external ?id",
    "identity": "identity",
    "code": "code",
}
_FIELDS = {
    field: re.compile(rf"(?<![0-9A-Za-z_])(?:{words})(?![0-9A-Za-z_])", re.ASCII | re.IGNORECASE)
    for field, words in _FIELD_WORDS.items()
}
_IS_TAKEN = re.compile(
    r"已存在|已被使用|已被占用|已被绑定|已绑定|已被注册"
    r"|already (?:exists|in use|taken|bound|registered|used)|is taken",
    re.IGNORECASE,
)


def conflict_field(code: int | None, operation: str, message: str) -> str | None:
    """Return the API name of the field whose value is taken.

    The code says it, or the operation for a code with several meanings, or the message if it
    names one field.

    Args:
        code: The error code.
        operation: Name of the operation.
        message: Message of the API.
    """
    known = None if code is None else ERROR_CODES.get(code)
    if known is not None and known.field is not None:
        return known.field
    if operation == "LinkIdentity":
        return "identity"
    if _CODED.fullmatch(operation):
        return "code"
    names = [field for field, words in _FIELDS.items() if words.search(message)]
    return names[0] if len(names) == 1 else None


def creation_error(message: str | None, index: int) -> APIError:
    """Return the error for a user that a bulk creation did not create.

    The API sends a message without a code. A message that says that a value is taken is certain.

    Args:
        message: Message of the API.
        index: Position of the user.
    """
    error: APIError
    text = message or "The API does not say why it did not create the user"
    if _IS_TAKEN.search(text):
        field = conflict_field(None, CREATE_USERS, text)
        error = ConflictError(text, field=field, operation=CREATE_USERS, maybe_executed=False)
    else:
        error = InvalidRequestError(text, operation=CREATE_USERS, maybe_executed=False)
    error.index = index
    return error
