"""The settings of the user pool that the API shows."""

from .records import Store
from .tables import Table

TABLE = Table(
    "userpool",
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
    hidden=(*("ownerEmail", "managementKey", "privateKey", "secretVersion", "tokenAlgorithm"),),
)


def get_settings(store: Store) -> dict[str, object]:
    """Return the settings. Settings without a value are ``None``."""
    row = store.connection.execute(f"SELECT {TABLE.selection} FROM userpool").fetchone()
    return TABLE.decode(row)
