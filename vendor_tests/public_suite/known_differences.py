"""The checks of the vendor's public tests that fail with `authing_users`.

Each entry is documented in ``docs/differences.md`` and occurs in at least one run, or a test fails.
"""

from dataclasses import dataclass

from authing_users.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class KnownDifference:
    """A known difference.

    Attributes:
        documented: The first cell of its row in ``docs/differences.md``.
        raises: The exception of `authing_users`. The vendor's SDK raises none.
        match: Regular expression for the message of the exception.
    """

    documented: str
    raises: type[Exception]
    match: str


JSON_WITHOUT_DEFAULT = KnownDifference(
    "`json.dumps(group)`", TypeError, "Group is not JSON serializable"
)
UNKNOWN_USER_IS_NO_ERROR = KnownDifference(
    "`users.check_login_status` of an unknown user", NotFoundError, "code 2004"
)

KNOWN_DIFFERENCES = [JSON_WITHOUT_DEFAULT, UNKNOWN_USER_IS_NO_ERROR]

FAIL_WITH_EVERY_SDK = {
    # They name a role by its ID. The API expects the code.
    "policies.test_enable_assignments",
    "policies.test_disable_assignments",
    # It removes `school` and expects that `schoosl` is gone.
    "udf.test_remove",
}
"""Public tests that fail with the vendor's SDK as well. The runs expect the right results."""
