"""Seed the user pool for development and tests. The same seed gives the same users."""

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from . import namespaces, signing_keys
from .records import Store, count_rows, next_revision
from .seed_data import COMPANIES, PEOPLE
from .tables import table_columns
from .timestamps import local_timestamp
from .user_fields import BOOLEANS, DEFAULTS, TABLE

DEFAULT_PREFIX = "user"

_COUNTED_TABLES = {"users": "users", "roles": "roles", "groups": "user_groups"}

_FIRST_SIGN_UP = datetime(2019, 1, 1, tzinfo=UTC)
_SIGN_UP_DAYS = 2_000


def seed_users(store: Store, number: int, prefix: str = DEFAULT_PREFIX) -> None:
    """Create generated users. Skip usernames and e-mail addresses that exist.

    Args:
        store: The store.
        number: Number of users to create.
        prefix: Prefix of the usernames. A number follows.
    """
    usernames, emails, phones = (
        _existing_values(store, column) for column in ("username", "email", "phone")
    )
    revision = next_revision(store, "users")
    now = store.clock()
    free = (
        person
        for person in (_generate_person(prefix, index) for index in itertools.count(1))
        if person["username"] not in usernames and person["email"] not in emails
    )
    phones_left = _phone_numbers(prefix, phones)

    def rows() -> Iterator[dict[str, object]]:  # one at a time, to need little memory
        for step, person in enumerate(itertools.islice(free, number)):
            user_id = store.new_id(now)
            yield {
                **dict.fromkeys(TABLE.columns),
                **DEFAULTS,
                **person,
                "phone": next(phones_left) if person["phoneVerified"] is not None else None,
                "id": user_id,
                "arn": store.pool.arn("user", user_id),
                "userPoolId": store.pool.id,
                "createdAt": local_timestamp(now),
                "updatedAt": local_timestamp(now),
                "revision": revision + step,
            }

    names = [*TABLE.columns, "revision"]
    marks = ", ".join(f":{name}" for name in names)
    store.connection.executemany(
        f"INSERT INTO users ({', '.join(names)}) VALUES ({marks})",
        (TABLE.encode(row) for row in rows()),
    )


def count_records(store: Store) -> dict[str, int]:
    """Count the users, roles and groups."""
    return {name: count_rows(store, f"FROM {table}") for name, table in _COUNTED_TABLES.items()}


def reset(store: Store) -> None:
    """Delete everything but the user pool itself, its keys and its default namespace."""
    for table in table_columns():
        if table == "namespaces":
            namespaces.delete_all(store)
        elif table not in {"userpool", "signing_keys"}:
            store.connection.execute(f"DELETE FROM {table}")
    signing_keys.use_algorithm(store, signing_keys.HS256)


def _existing_values(store: Store, column: str) -> set[str]:
    return {
        value
        for (value,) in store.connection.execute(
            f"SELECT {column} FROM users WHERE {column} IS NOT NULL"
        )
    }


def _phone_numbers(prefix: str, existing: set[str]) -> Iterator[str]:
    first = random.Random(f"phone {prefix}").randrange(10**8)
    for step in itertools.count():
        phone = f"188{(first + step) % 10**8:08d}"
        if phone not in existing:
            yield phone


def _generate_person(prefix: str, index: int) -> dict[str, object]:
    """Return the fields of a user without the phone number.

    ``phoneVerified`` is ``None`` for users without a phone.
    """
    rng = random.Random(f"{prefix} {index}")
    name, given_name, family_name, locale, country, zone, city = PEOPLE[index % len(PEOPLE)]
    username = f"{prefix}{index:05d}"
    signed_up = _FIRST_SIGN_UP + timedelta(
        days=rng.randrange(_SIGN_UP_DAYS), seconds=rng.randrange(86_400)
    )
    logins = rng.choice((0, 0, 1, 2, 7, 40))
    last_login = signed_up + timedelta(days=rng.randrange(1, 300))
    return {
        **dict.fromkeys(BOOLEANS, False),
        "username": username,
        "email": f"{username}@example.com".lower() if rng.random() < 0.9 else None,
        "emailVerified": rng.random() < 0.5,
        "phoneVerified": rng.random() < 0.3 if rng.random() < 0.8 else None,
        "nickname": _optional_choice(rng, (given_name, f"{given_name} {index}")),
        "name": name,
        "givenName": given_name,
        "familyName": family_name,
        "locale": locale,
        "zoneinfo": zone,
        "country": country,
        "city": _optional_choice(rng, (city,)),
        "company": _optional_choice(rng, COMPANIES),
        "gender": rng.choice("MFU"),
        "birthdate": _optional_choice(rng, (f"{rng.randrange(1950, 2008)}-07-15",)),
        "signedUp": local_timestamp(signed_up.timestamp()),
        "loginsCount": logins,
        "lastLogin": local_timestamp(last_login.timestamp()) if logins else None,
        "lastIP": f"203.0.113.{rng.randrange(1, 255)}" if logins else None,
    }


def _optional_choice(rng: random.Random, choices: Sequence[str]) -> str | None:
    return rng.choice(choices) if rng.random() < 0.7 else None
