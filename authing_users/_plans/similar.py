"""Keys that probably stand for the same user, although they differ. Does no I/O."""

import unicodedata
from collections.abc import Iterable, Mapping

from .comparison import normalized

# Numbers without a country calling code are of this country.
_DEFAULT_COUNTRY = "+86"


def similar_users(
    name: str, keys: Iterable[str], missing: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return users without a record whose keys differ only slightly from those of new users.

    A file with a space behind each key must not replace all users by new ones.

    Args:
        name: The key field.
        keys: Keys that no user of the pool has.
        missing: Keys of the users without a record, by the IDs of the users.

    Returns:
        The IDs of the users that a key resembles, for each key that resembles any.
    """
    by_form: dict[str, list[str]] = {}
    for user_id, key in missing.items():
        by_form.setdefault(_loose(name, key), []).append(user_id)
    found = ((key, by_form.get(_loose(name, key))) for key in keys)
    return {key: tuple(ids) for key, ids in found if ids}


def _loose(name: str, key: str) -> str:
    """Return a key without what is often different by mistake."""
    text = "".join(unicodedata.normalize("NFKC", key).casefold().split())
    if name == "phone":
        return str(normalized("phone", text)).removeprefix(_DEFAULT_COUNTRY)
    return text
