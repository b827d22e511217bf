"""Made-up users for development and tests: the same ones every time."""

import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from . import groups, roles, sessions
from .records import Store, count, next_revision
from .seed_names import COMPANIES, PEOPLE
from .timestamps import user_time
from .user_fields import BOOLEANS, COLUMNS, DEFAULTS

DEFAULT_PREFIX = "user"

TABLES = ("users", "roles", "user_groups")
"""The tables of what a pool is made of, each with its number in ``counts``."""

_DEFINITIONS = ("udf", "policies")
"""The tables of what a pool defines."""

_REST = ("departments", "actions", "outbox", "environment")
"""The other tables whose rows hang on no row of a table above."""

_OLDEST = datetime(2019, 1, 1, tzinfo=UTC)
_DAYS = 2_000


def seed_users(store: Store, number: int, prefix: str = DEFAULT_PREFIX) -> None:
    """Create users that are derived from their number alone, skipping those that exist.

    Args:
        store: The store.
        number: How many users to create.
        prefix: What their usernames begin with; the number follows.
    """
    usernames, emails, phones = (_taken(store, column) for column in ("username", "email", "phone"))
    revision = next_revision(store, "users")
    now = store.clock()
    free = (
        person
        for person in (_person(prefix, index) for index in itertools.count(1))
        if person["username"] not in usernames and person["email"] not in emails
    )
    rows: list[dict[str, object]] = []
    free_phones = _phone_numbers(prefix, phones)
    for step, person in enumerate(itertools.islice(free, number)):
        user_id = store.new_id(now)
        rows.append(
            {
                **dict.fromkeys(COLUMNS.names),
                **DEFAULTS,
                **person,
                "phone": next(free_phones) if person["phoneVerified"] is not None else None,
                "id": user_id,
                "arn": store.pool.arn("user", user_id),
                "userPoolId": store.pool.id,
                "createdAt": user_time(now),
                "updatedAt": user_time(now),
                "revision": revision + step,
            }
        )
    names = [*COLUMNS.names, "revision"]
    marks = ", ".join(f":{name}" for name in names)
    store.connection.executemany(
        f"INSERT INTO users ({', '.join(names)}) VALUES ({marks})",
        (COLUMNS.encoded(row) for row in rows),
    )


def seed_roles(store: Store, codes: Iterable[str]) -> None:
    """Create the roles of the default namespace that are missing.

    Raises:
        ApiError: A code is blank.
    """
    namespace = roles.namespace_or_default(None)
    for code in codes:
        if roles.get(store, namespace, code) is None:
            roles.add(store, namespace, code, f"Seeded role {code}", None)


def seed_groups(store: Store, codes: Iterable[str]) -> None:
    """Create the groups that are missing.

    Raises:
        ApiError: A code is blank.
    """
    for code in codes:
        if groups.get(store, code) is None:
            groups.add(store, code, code.title(), f"Seeded group {code}")


def seed_archived(store: Store, user_ids: Sequence[str]) -> None:
    """Archive users, which the API itself has no operation for.

    Raises:
        ApiError: One of them does not exist.
    """
    sessions.set_status(store, user_ids, "Archived")


def counts(store: Store) -> dict[str, int]:
    """How much the pool holds."""
    return {
        name: count(store, f"FROM {table}")
        for name, table in zip(("users", "roles", "groups"), TABLES, strict=True)
    }


def reset(store: Store) -> None:
    """Empty the pool; its id, secret and keys stay."""
    for table in (*TABLES, *_DEFINITIONS, *_REST):
        store.connection.execute(f"DELETE FROM {table}")


def _taken(store: Store, column: str) -> set[str]:
    return {
        value
        for (value,) in store.connection.execute(
            f"SELECT {column} FROM users WHERE {column} IS NOT NULL"
        )
    }


def _phone_numbers(prefix: str, taken: set[str]) -> Iterator[str]:
    first = random.Random(f"phone {prefix}").randrange(10**8)
    for step in itertools.count():
        phone = f"188{(first + step) % 10**8:08d}"
        if phone not in taken:
            yield phone


def _person(prefix: str, index: int) -> dict[str, object]:
    """A person without a phone number; ``phoneVerified`` is None for who has none."""
    chance = random.Random(f"{prefix} {index}")
    name, given, family, locale, country, zone, city = PEOPLE[index % len(PEOPLE)]
    username = f"{prefix}{index:05d}"
    signed_up = _OLDEST + timedelta(days=chance.randrange(_DAYS), seconds=chance.randrange(86_400))
    logins = chance.choice((0, 0, 1, 2, 7, 40))
    last_login = signed_up + timedelta(days=chance.randrange(1, 300))
    return {
        **dict.fromkeys(BOOLEANS, False),
        "username": username,
        "email": f"{username}@example.com".lower() if chance.random() < 0.9 else None,
        "emailVerified": chance.random() < 0.5,
        "phoneVerified": chance.random() < 0.3 if chance.random() < 0.8 else None,
        "nickname": _maybe(chance, (given, f"{given} {index}")),
        "name": name,
        "givenName": given,
        "familyName": family,
        "locale": locale,
        "zoneinfo": zone,
        "country": country,
        "city": _maybe(chance, (city,)),
        "company": _maybe(chance, COMPANIES),
        "gender": chance.choice("MFU"),
        "birthdate": _maybe(chance, (f"{chance.randrange(1950, 2008)}-07-15",)),
        "signedUp": user_time(signed_up.timestamp()),
        "loginsCount": logins,
        "lastLogin": user_time(last_login.timestamp()) if logins else None,
        "lastIP": f"203.0.113.{chance.randrange(1, 255)}" if logins else None,
    }


def _maybe(chance: random.Random, choices: Sequence[str]) -> str | None:
    return chance.choice(choices) if chance.random() < 0.7 else None
