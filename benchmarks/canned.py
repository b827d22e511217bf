"""The responses of the canned server: users like those of the service, serialised in advance."""

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

POOL_ID = "59f86b4832eb28071bdd9214"
TOKEN_LIFETIME = 1_296_000  # seconds
SCHEMA = Path(__file__).parent.parent / "schema.graphql"

_ID_PREFIX = "604a12a2"  # the rest is the user's number
# Some users have an account at an identity provider; most have not filled in most fields.
_KINDS = 4
_PLACEHOLDER = "0" * 16


def user_id(number: int) -> str:
    """Return the id of a user, by the user's number."""
    return f"{_ID_PREFIX}{number:016x}"


def page(number: int, limit: int, users: int, fields: tuple[str, ...] | None = None) -> bytes:
    """Return the response to a listing.

    Args:
        number: One-based number of the page.
        limit: Users on a page.
        users: How many users there are on all pages.
        fields: GraphQL names of the fields of each user. Default: all.
    """
    first = (number - 1) * limit
    items = b",".join(_user(index, fields) for index in range(first, min(first + limit, users)))
    return b'{"data":{"users":{"totalCount":%d,"list":[%s]}}}' % (users, items)


def one_user(field: str) -> bytes:
    """Return the response to an operation whose field is one user."""
    return b'{"data":{"%s":%s}}' % (field.encode(), _user(1))


def rest_user() -> bytes:
    """Return the response to the REST call for one user."""
    return b'{"code":200,"message":"ok","data":%s}' % _user(1)


def created_users(number: int) -> bytes:
    """Return the response to the REST call that creates several users."""
    rows = b",".join(b'{"success":true,"user":%s}' % _user(index) for index in range(number))
    return b'{"code":200,"message":"ok","data":[%s]}' % rows


def token() -> bytes:
    """Return the response to a token request."""
    now = int(time.time())
    content = {"accessToken": "e" * 400, "iat": now, "exp": now + TOKEN_LIFETIME}
    return _serialized({"data": {"accessToken": content}})


@cache
def introspection() -> bytes:
    """Return the response to an introspection of ``schema.graphql``."""
    from graphql import build_schema, introspection_from_schema

    schema = build_schema(SCHEMA.read_text(encoding="utf-8"))
    return _serialized({"data": introspection_from_schema(schema)})


def _user(number: int, fields: tuple[str, ...] | None = None) -> bytes:
    return _template(number % _KINDS, fields).replace(_PLACEHOLDER.encode(), b"%016x" % number)


@cache
def _template(kind: int, fields: tuple[str, ...] | None) -> bytes:
    user_id = _ID_PREFIX + _PLACEHOLDER
    user: dict[str, Any] = {
        "id": user_id,
        "arn": f"arn:cn:authing:{POOL_ID}:user:{user_id}",
        "userPoolId": POOL_ID,
        "status": "Activated",
        "username": f"user-{_PLACEHOLDER}",
        "email": f"user-{_PLACEHOLDER}@example.com",
        "emailVerified": kind == 0,
        "phone": "18812345678",
        "phoneCountryCode": "+86",
        "phoneVerified": False,
        "unionid": None,
        "openid": None,
        "nickname": "小明",
        "registerSource": ["import:manual"],
        "photo": "https://files.authing.co/authing-console/default-user-avatar.png",
        "password": None,
        "oauth": None,
        "token": None,
        "tokenExpiredAt": None,
        "loginsCount": 12 * kind,
        "lastLogin": "2021-09-24T13:52:21+08:00" if kind else None,
        "lastIP": "203.0.113.7" if kind else None,
        "signedUp": "2021-03-11T20:52:50+08:00",
        "blocked": False,
        "isDeleted": False,
        "device": None,
        "browser": None,
        "company": "Example Ltd" if kind == 1 else None,
        "name": None,
        "givenName": "Ming" if kind == 1 else None,
        "familyName": "Wang" if kind == 1 else None,
        "middleName": None,
        "profile": None,
        "preferredUsername": None,
        "website": None,
        "gender": "U",
        "birthdate": None,
        "zoneinfo": None,
        "locale": "zh-CN" if kind == 1 else None,
        "address": None,
        "formatted": None,
        "streetAddress": None,
        "locality": None,
        "region": None,
        "postalCode": None,
        "city": "深圳" if kind == 1 else None,
        "province": None,
        "country": None,
        "createdAt": "2021-03-11T20:52:50+08:00",
        "updatedAt": "2021-09-24T13:52:21+08:00",
        "externalId": f"staff-{_PLACEHOLDER}",
        "mainDepartmentId": None,
        "mainDepartmentCode": None,
        "identities": [_identity(user_id)] if kind == 2 else [],
    }
    return _serialized(user if fields is None else {name: user[name] for name in fields})


def _identity(user_id: str) -> dict[str, Any]:
    return {
        "openid": f"o6-{_PLACEHOLDER}",
        "userIdInIdp": f"idp-{_PLACEHOLDER}",
        "userId": user_id,
        "connectionId": None,
        "isSocial": True,
        "provider": "wechat",
        "type": "openid",
        "userPoolId": POOL_ID,
        "extIdpId": None,
    }


def _serialized(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
