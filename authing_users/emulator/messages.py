"""Every sentence that the emulator says to a client, in both languages of the API."""

from enum import Enum

from .errors import ApiError, ErrorCode


class Language(Enum):
    """A language that clients can ask for."""

    CHINESE = 0
    ENGLISH = 1

    @classmethod
    def of(cls, tag: str | None) -> "Language":
        """Choose by the ``x-authing-lang`` header; Chinese, as the service does, when in doubt."""
        return cls.ENGLISH if tag and tag.lower().startswith("en") else cls.CHINESE


class Success(Enum):
    """What a change that succeeded says."""

    DELETED = ("删除成功", "Deleted")
    ROLE_ASSIGNED = ("角色分配成功", "Role assigned")
    ROLE_REVOKED = ("角色已撤销", "Role revoked")
    ADDED_TO_GROUP = ("已加入分组", "Added to the group")
    REMOVED_FROM_GROUP = ("已移出分组", "Removed from the group")
    POLICY_ASSIGNED = ("授权成功", "Policies assigned")
    POLICY_REMOVED = ("取消授权成功", "Policies removed")
    LOGGED_IN = ("已登录", "Logged in")
    LOGGED_OUT = ("退出成功", "Logged out")
    KICKED = ("强制下线成功", "Logged out by force")
    LINKED = ("绑定成功", "Linked")
    UNLINKED = ("解绑成功", "Unlinked")
    SENT = ("发送成功", "Sent")
    OK = ("成功", "OK")


class Action(Enum):
    """What the log of actions has entries for."""

    CREATE_USER = ("createUser", "创建用户", "Created a user")
    IMPORT_USERS = ("importUser", "导入用户", "Imported users")
    UPDATE_USER = ("updateUserinfo", "修改用户资料", "Changed a user")
    DELETE_USER = ("deleteUser", "删除用户", "Deleted a user")
    DELETE_USERS = ("deleteUsers", "批量删除用户", "Deleted users")
    REFRESH_TOKEN = ("refreshToken", "刷新用户 token", "Refreshed the token of a user")

    @property
    def operation(self) -> str:
        """The API's name for it."""
        return self.value[0]


_ERRORS: dict[ErrorCode, tuple[str, str]] = {
    ErrorCode.NOT_FOUND: ("不存在：{subject}", "There is no such {subject}"),
    ErrorCode.TAKEN: ("已被占用：{subject}", "This {subject} is taken"),
    ErrorCode.HAS_VALUES: (
        "已有数据，无法更改：{subject}",
        "The {subject} cannot change as long as there are values",
    ),
    ErrorCode.UNEXPECTED: (
        "模拟器内部出错，详情见其日志",
        "The emulator failed; its log says why",
    ),
    ErrorCode.NOT_SERVED: (
        "模拟器尚不支持 {subject}",
        "The emulator does not serve {subject} yet",
    ),
    ErrorCode.WRONG_SECRET: (
        "用户池密钥不正确，无权操作",
        "The user pool's secret is wrong; the operation is not permitted",
    ),
    ErrorCode.USER_NOT_FOUND: ("用户不存在", "The user does not exist"),
    ErrorCode.EMPTY_SEARCH: ("搜索内容不能为空", "The text to search for is empty"),
    ErrorCode.UNKNOWN_SEARCH_FIELD: (
        "不支持的查询类型：{subject}",
        "Users cannot be looked up by {subject}",
    ),
    ErrorCode.USER_LOCKED: (
        "用户已停用、离职或归档，无法登录",
        "The user is suspended, resigned or archived, and cannot log in",
    ),
    ErrorCode.PASSWORD_UNREADABLE: (
        "密码无法解密，请使用本用户池的公钥加密",
        "The password cannot be decrypted; encrypt it with the public key of this user pool",
    ),
    ErrorCode.NOT_LOGGED_IN: (
        "尚未登录，请求中没有有效的 token",
        "Not logged in: the request carries no token that this operation accepts",
    ),
    ErrorCode.USER_EXISTS: ("用户已存在：{subject}", "A user with this {subject} exists already"),
    ErrorCode.PASSWORD_TOO_SHORT: (
        "密码至少需要 6 个字符",
        "The password is shorter than 6 characters",
    ),
    ErrorCode.TOO_MANY_USERS: (
        "一次最多查询 80 个用户",
        "At most 80 users can be asked for at once",
    ),
    ErrorCode.USERNAME_TAKEN: ("用户名已被使用", "The username is taken"),
    ErrorCode.PHONE_TAKEN: ("手机号已被绑定", "The phone number belongs to another user"),
    ErrorCode.EMAIL_TAKEN: ("邮箱已被绑定", "The e-mail address belongs to another user"),
    ErrorCode.EMAIL_MALFORMED: ("邮箱格式有误", "The e-mail address is malformed"),
    ErrorCode.LOGIN_EXPIRED: ("登录状态已过期", "The login has expired"),
    ErrorCode.LOGIN_INVALID: ("登录凭证无效", "The login is not valid"),
    ErrorCode.NOTHING_TO_DELETE: (
        "无法删除：用户不存在",
        "Nothing was deleted: a user does not exist",
    ),
    ErrorCode.NO_EMAIL: ("用户没有绑定邮箱", "The user has no e-mail address"),
    ErrorCode.POOL_NOT_FOUND: ("用户池不存在", "The user pool does not exist"),
    ErrorCode.INCOMPLETE: (
        "参数缺失或格式有误：{subject}",
        "Missing or malformed parameter: {subject}",
    ),
}


def refusal(error: ApiError, language: Language) -> str:
    """The words of a refusal."""
    return _ERRORS[error.code][language.value].format(subject=error.subject)


def success(outcome: Success, language: Language) -> str:
    """The words of a success."""
    return outcome.value[language.value]


def action_words(operation: str, language: Language) -> str:
    """What was done, in words, for an operation of ``Action``."""
    words = {action.operation: action.value[1:] for action in Action}
    return words[operation][language.value]
