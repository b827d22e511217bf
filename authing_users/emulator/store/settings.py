"""The user pool as the API shows it."""

from .records import Columns, Store

COLUMNS = Columns(
    "userpool",
    (
        *("id", "name", "domain", "description", "secret", "jwtSecret", "ownerId"),
        *("userpoolTypes", "logo", "createdAt", "updatedAt", "emailVerifiedDefault"),
        *("sendWelcomeEmail", "registerDisabled", "appSsoEnabled"),
        *("showWxQRCodeWhenRegisterDisabled", "allowedOrigins", "tokenExpiresAfter"),
        *("isDeleted", "frequentRegisterCheck", "loginFailCheck", "passwordUpdatePolicy"),
        *("loginPasswordFailCheck", "loginFailStrategy", "changePhoneStrategy"),
        *("changeEmailStrategy", "qrcodeLoginStrategy", "app2WxappLoginStrategy", "whitelist"),
        *("customSMSProvider", "packageType", "useCustomUserStore"),
        *("loginRequireEmailVerified", "verifyCodeLength"),
    ),
    booleans=(
        *("emailVerifiedDefault", "sendWelcomeEmail", "registerDisabled", "appSsoEnabled"),
        *("showWxQRCodeWhenRegisterDisabled", "isDeleted", "useCustomUserStore"),
        "loginRequireEmailVerified",
    ),
    json=(
        *("userpoolTypes", "frequentRegisterCheck", "loginFailCheck", "passwordUpdatePolicy"),
        *("loginPasswordFailCheck", "changePhoneStrategy", "changeEmailStrategy"),
        *("qrcodeLoginStrategy", "app2WxappLoginStrategy", "whitelist", "customSMSProvider"),
    ),
)


def get(store: Store) -> dict[str, object]:
    """Everything the pool shows of itself; a setting that nobody made is ``None``."""
    row = store.connection.execute(f"SELECT {COLUMNS.selection} FROM userpool").fetchone()
    return COLUMNS.decoded(row)
