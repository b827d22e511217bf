"""The names of fields, headers and parameters whose values are secret."""

import re
from collections.abc import Iterable
from functools import lru_cache

from ..._runtime.secret import SECRET_ENDINGS
from .json_leaves import Container, Leaf

# Compared without regard to case, hyphens and underscores.
ENDINGS: tuple[str, ...] = (
    *SECRET_ENDINGS,
    *("accesskey", "apikey", "encryptionkey", "masterkey", "privatekey", "secretkey"),
    *("sessionkey", "signingkey", "apikeys", "privatekeys"),
    *("assertion", "cookie", "cookies", "credential", "credentials", "jwt", "jwts"),
    *("passphrase", "passwd", "passwords", "passwordhash", "passwordsalt", "pwd"),
    *("samlresponse", "secrets", "sessionid", "ticket", "tokens", "codeverifier"),
    # Codes for one use.
    *("authcode", "authorizationcode", "captchacode", "emailcode", "otp", "passcode"),
    *("phonecode", "recoverycode", "recoverycodes", "smscode", "verificationcode", "verifycode"),
)
NAMES = frozenset({"pin", "sid"})

# A code is one for logging in if it stands beside one of these. Roles and groups have codes, too.
_BESIDE_LOGIN_CODE = frozenset(
    {"clientid", "email", "granttype", "newpassword", "phone", "redirecturi", "sessionstate"}
    | {"state"}
)
_BESIDE_OTHER_CODE = frozenset({"description", "message", "namespace"})

# Operations whose results are users or messages, not passwords.
_OPERATION = re.compile(
    r"(?:change|check|forget|reset|set|update|verify)\w*password", re.IGNORECASE
)
# Numbers below a secret name, such as those that say how long a token is valid.
_TIME = re.compile(r"iat|exp|nbf|authtime|\w*(?:age|at|code|count|expires\w*|in|time|version)")


@lru_cache(maxsize=4096)
def normalized(name: str) -> str:
    """Return a name in lower case without punctuation."""
    return "".join(character for character in name.lower() if character.isalnum())


class SecretNames:
    """Decides by names whether a value is secret.

    Args:
        names: More names of secret fields, headers and parameters.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = NAMES | {normalized(name) for name in names}

    def __contains__(self, name: str) -> bool:
        name = normalized(name)
        return name.endswith(ENDINGS) or name in self._names

    def is_secret_leaf(self, leaf: Leaf) -> bool:
        """Return whether the value of a field is secret, or an object or list that holds it."""
        if leaf.is_key:
            return False
        if leaf.name in self or self.is_login_code(leaf.name, leaf.siblings):
            return True
        if self._is_secret(leaf.container):
            return isinstance(leaf.value, str) or not _TIME.fullmatch(normalized(leaf.name))
        return False

    def _is_secret(self, container: Container) -> bool:
        """Return whether an object or a list, or one that holds it, has a secret name."""
        unknown: list[Container] = []
        outer: Container | None = container
        while outer is not None and outer.is_secret is None:
            unknown.append(outer)
            outer = outer.parent
        is_secret = outer is not None and outer.is_secret is True
        for inner in reversed(unknown):
            is_secret = is_secret or (inner.name in self and not _is_result(inner))
            inner.is_secret = is_secret
        return is_secret

    def is_login_code(self, name: str, siblings: Iterable[str]) -> bool:
        """Return whether a value is a code for logging in: one of a message, or one of OAuth."""
        if normalized(name) != "code":
            return False
        beside = {normalized(sibling) for sibling in siblings}
        return bool(beside & _BESIDE_LOGIN_CODE) and not beside & _BESIDE_OTHER_CODE


def _is_result(container: Container) -> bool:
    parent = container.parent
    return (
        _OPERATION.fullmatch(container.name) is not None
        and parent is not None
        and parent.name == "data"
    )
