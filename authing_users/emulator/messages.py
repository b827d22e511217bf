"""The messages of the API in Chinese and English."""

from enum import Enum

from .errors import ApiError, ErrorCode


class Language(Enum):
    """A language of the API."""

    CHINESE = 0
    ENGLISH = 1

    @classmethod
    def from_header(cls, tag: str | None) -> "Language":
        """Choose by the ``x-authing-lang`` header. The default is Chinese, as at the service."""
        return cls.ENGLISH if tag and tag.lower().startswith("en") else cls.CHINESE


class Success(Enum):
    """The message of a successful change."""

    DELETED = ("删除成功", "Deleted")
    ROLE_ASSIGNED = ("角色分配成功", "Role assigned")
    ROLE_REVOKED = ("角色已撤销", "Role revoked")
    ADDED_TO_GROUP = ("已加入分组", "Added to the group")
    REMOVED_FROM_GROUP = ("已移出分组", "Removed from the group")
    POLICY_ASSIGNED = ("授权成功", "Policies assigned")
    POLICY_REMOVED = ("取消授权成功", "Policies removed")
    RESOURCE_AUTHORIZED = ("授权成功", "Access granted")
    RESOURCE_REVOKED = ("取消授权成功", "Access revoked")
    LOGGED_IN = ("已登录", "Logged in")
    PASSWORD_CORRECT = ("密码正确", "The password is correct")
    LOGGED_OUT = ("退出成功", "Logged out")
    KICKED = ("强制下线成功", "Users logged out")
    LINKED = ("绑定成功", "Linked")
    UNLINKED = ("解绑成功", "Unlinked")
    SENT = ("发送成功", "Sent")
    OK = ("成功", "OK")


class Action(Enum):
    """An action of the action log."""

    CREATE_USER = ("createUser", "创建用户", "Created a user")
    IMPORT_USERS = ("importUser", "导入用户", "Imported users")
    UPDATE_USER = ("updateUserinfo", "修改用户资料", "Updated a user")
    DELETE_USER = ("deleteUser", "删除用户", "Deleted a user")
    DELETE_USERS = ("deleteUsers", "批量删除用户", "Deleted users")
    REGISTER = ("register", "注册", "Registered")
    LOGIN = ("login", "登录", "Logged in")
    REFRESH_TOKEN = ("refreshToken", "刷新用户 token", "Refreshed the token of a user")

    @property
    def operation(self) -> str:
        """The API's name of the action."""
        return self.value[0]


_ERRORS: dict[int, tuple[str, str]] = {
    ErrorCode.NOT_FOUND: ("不存在：{subject}", "Not found: {subject}"),
    ErrorCode.TAKEN: ("已被占用：{subject}", "Already in use: {subject}"),
    ErrorCode.FIELD_IN_USE: (
        "已有数据，无法更改：{subject}",
        "Cannot change the {subject} of a field that has values",
    ),
    ErrorCode.UNEXPECTED: (
        "模拟器内部出错，详情见其日志",
        "Internal error of the emulator; see its log",
    ),
    ErrorCode.UNSUPPORTED: (
        "模拟器尚不支持 {subject}",
        "The emulator does not support {subject}",
    ),
    ErrorCode.WRONG_SECRET: (
        "用户池密钥不正确，无权操作",
        "Wrong user pool secret; the operation is not permitted",
    ),
    ErrorCode.USER_NOT_FOUND: ("用户不存在", "The user does not exist"),
    ErrorCode.EMPTY_SEARCH: ("搜索内容不能为空", "The search text is empty"),
    ErrorCode.UNKNOWN_SEARCH_FIELD: (
        "不支持的查询类型：{subject}",
        "Unsupported search field: {subject}",
    ),
    ErrorCode.RESET_PASSWORD_FIRST: (
        "首次登录前必须重置密码",
        "The user must set a new password before the first login",
    ),
    ErrorCode.INVALID_LOGIN_EMAIL: ("邮箱格式有误", "The e-mail address is invalid"),
    ErrorCode.USER_LOCKED: (
        "用户已停用、离职、归档、锁定或过期，无法登录",
        "The user is suspended, resigned, archived, blocked or expired and cannot log in",
    ),
    ErrorCode.WRONG_PASSWORD: ("密码错误", "The password is wrong"),
    ErrorCode.NO_PASSWORD: (
        "用户没有密码，无法使用密码登录",
        "The user has no password to log in with",
    ),
    ErrorCode.APP_ID_MISSING: (
        "缺少请求头 x-authing-userpool-id 或 x-authing-app-id",
        "The header x-authing-userpool-id or x-authing-app-id is missing",
    ),
    ErrorCode.OTHER_USER: (
        "无权操作其他用户的数据",
        "The token of a user does not permit access to another user",
    ),
    ErrorCode.PASSWORD_NOT_DECRYPTABLE: (
        "密码无法解密，请使用本用户池的公钥加密",
        "The password cannot be decrypted; encrypt it with the public key of this user pool",
    ),
    ErrorCode.NOT_LOGGED_IN: (
        "尚未登录，请求中没有有效的 token",
        "Not logged in: the request has no token that this operation accepts",
    ),
    ErrorCode.USER_EXISTS: ("用户已存在：{subject}", "A user with this {subject} already exists"),
    ErrorCode.PASSWORD_TOO_SHORT: (
        "密码至少需要 6 个字符",
        "The password must have at least 6 characters",
    ),
    ErrorCode.TOO_MANY_USERS: (
        "一次最多查询 80 个用户",
        "A request can ask for at most 80 users",
    ),
    ErrorCode.USERNAME_TAKEN: ("用户名已被使用", "The username is already in use"),
    ErrorCode.PHONE_TAKEN: ("手机号已被绑定", "The phone number is already in use"),
    ErrorCode.RATE_LIMITED: ("操作过于频繁，请稍后再试", "Too many requests; wait and retry"),
    ErrorCode.EMAIL_TAKEN: ("邮箱已被绑定", "The e-mail address is already in use"),
    ErrorCode.INVALID_EMAIL: ("邮箱格式有误", "The e-mail address is invalid"),
    ErrorCode.LOGIN_EXPIRED: ("登录状态已过期", "The login has expired"),
    ErrorCode.LOGIN_INVALID: ("登录凭证无效", "The login is invalid"),
    ErrorCode.NOTHING_TO_DELETE: (
        "无法删除：用户不存在",
        "No user was deleted: a user does not exist",
    ),
    ErrorCode.NO_EMAIL: ("用户没有绑定邮箱", "The user has no e-mail address"),
    ErrorCode.POOL_NOT_FOUND: ("用户池不存在", "The user pool does not exist"),
    ErrorCode.INVALID_PARAMETER: (
        "参数缺失或格式有误：{subject}",
        "Missing or invalid parameter: {subject}",
    ),
    **dict.fromkeys(
        (ErrorCode.NAMESPACE_TO_DELETE_NOT_FOUND, ErrorCode.NAMESPACE_TO_UPDATE_NOT_FOUND),
        ("权限分组不存在", "The permission namespace does not exist"),
    ),
}


def error_message(error: ApiError, language: Language) -> str:
    """Return the message of an error."""
    if error.message is not None:
        return error.message
    return _ERRORS[error.code][language.value].format(subject=error.subject)


def has_message(code: int) -> bool:
    """Return whether an error code has a message."""
    return code in _ERRORS


def success_message(outcome: Success, language: Language) -> str:
    """Return the message of a success."""
    return outcome.value[language.value]


def describe_action(operation: str, language: Language) -> str:
    """Describe the action with an API name."""
    words = {action.operation: action.value[1:] for action in Action}
    return words[operation][language.value]
