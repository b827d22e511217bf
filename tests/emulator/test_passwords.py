"""Decryption and storage of passwords."""

import base64
import hashlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)

from authing_users.emulator import create_app
from authing_users.emulator.store.passwords import PrivateKey

from .api import CREATE, UPDATE, Api, Clock, encrypt

KEEP = (
    "mutation($i: CreateUserInput!, $keep: Boolean, $reset: Boolean) { createUser(userInfo: $i,"
    " keepPassword: $keep, resetPasswordOnFirstLogin: $reset) { id password } }"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pool.db"


@pytest.fixture
async def file_api(path: Path) -> AsyncIterator[Api]:
    """Return a client of an emulator with a database file."""
    clock = Clock()
    app = create_app(str(path), clock=clock)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as http:
        client = Api(http, app, clock)
        await client.log_in()
        yield client
    app.close()


def stored_passwords(path: Path) -> list[tuple[int, str]]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT kept, value FROM credentials").fetchall()
    connection.close()
    return rows


def is_hash_of(value: str, password: str) -> bool:
    name, n, r, p, salt, digest = value.split("$")
    assert name == "scrypt"
    assert int(n) >= 2**14
    made = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=int(n), r=int(r), p=int(p))
    return made.hex() == digest


async def test_password_is_stored_as_salted_scrypt_hash(file_api: Api, path: Path) -> None:
    for name in ("a", "b"):
        user = await file_api.create(username=name, password=file_api.encrypt("密码 pass"))
        assert user["password"] is None
    (kept, first), (_, second) = stored_passwords(path)
    assert not kept
    assert is_hash_of(first, "密码 pass")
    assert is_hash_of(second, "密码 pass")
    assert first != second


async def test_kept_password_is_stored_unchanged(file_api: Api, path: Path) -> None:
    fields = {"username": "a", "password": file_api.encrypt("$2b$x")}
    user = await file_api.execute(KEEP, i=fields, keep=True)
    assert user["password"] is None
    assert stored_passwords(path) == [(1, "$2b$x")]


async def test_update_replaces_and_null_removes_the_password(file_api: Api, path: Path) -> None:
    user = await file_api.create(username="a", password=file_api.encrypt("first one"))
    await file_api.update(user["id"], password=file_api.encrypt("second one"))
    ((_, value),) = stored_passwords(path)
    assert is_hash_of(value, "second one")
    await file_api.update(user["id"], nickname="x")
    assert stored_passwords(path) == [(0, value)]
    await file_api.update(user["id"], password=None)
    assert stored_passwords(path) == []


async def test_required_reset_is_stored(file_api: Api, path: Path) -> None:
    await file_api.execute(KEEP, i={"username": "a"}, reset=True)
    await file_api.execute(KEEP, i={"username": "b"})
    with sqlite3.connect(path) as connection:
        flags = connection.execute(
            "SELECT resetPasswordOnFirstLogin FROM users ORDER BY username"
        ).fetchall()
    connection.close()
    assert flags == [(1,), (0,)]


async def test_short_password_is_rejected(api: Api) -> None:
    assert await api.create_error_code(username="a", password=api.encrypt("12345")) == 2029
    assert await api.create_error_code(username="a", password=api.encrypt("")) == 2029
    assert await api.create_error_code(username="a", password=api.encrypt("密码密码密")) == 2029
    user = await api.create(username="a", password=api.encrypt("123456"))
    assert await api.error_code(UPDATE, id=user["id"], i={"password": api.encrypt("1")}) == 2029


async def test_password_that_cannot_be_decrypted_is_rejected(api: Api) -> None:
    good = base64.b64decode(api.encrypt("123456"))
    other = create_app(user_pool_id="other")
    unreadable = {
        "plain": "123456",
        "empty": "",
        "not base64": "!" * 172,
        "with line breaks": base64.encodebytes(good).decode(),
        "too short": base64.b64encode(good[1:]).decode(),
        "too large": base64.b64encode(b"\xff" * len(good)).decode(),
        "damaged": base64.b64encode(good[:-1] + bytes([good[-1] ^ 1])).decode(),
        "for another pool": encrypt(other.public_key, "123456"),
        "no UTF-8": api.encrypt(b"\xff\xfe123456"),
        "SM2": "sm2:0123456789abcdef",
    }
    other.close()
    codes = {
        case: await api.create_error_code(username="a", password=text)
        for case, text in unreadable.items()
    }
    assert codes == dict.fromkeys(unreadable, 2016)
    assert await api.error_code(KEEP, i={"username": "a", "password": "x"}, keep=True) == 2016


@pytest.mark.parametrize(
    "padded", [b"\0\1" + b"\xff" * 100 + b"\0abcdef", b"\0\2" + b"\xff" * 7 + b"\0abcdef"]
)
async def test_wrong_padding_is_rejected(api: Api, padded: bytes) -> None:
    key = load_pem_public_key(api.app.public_key.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    numbers = key.public_numbers()
    block = padded.ljust(key.key_size // 8, b"x")
    cipher = pow(int.from_bytes(block, "big"), numbers.e, numbers.n)
    text = base64.b64encode(cipher.to_bytes(len(block), "big")).decode()
    assert await api.error_code(CREATE, i={"username": "a", "password": text}) == 2016


async def test_password_has_at_most_117_bytes(api: Api) -> None:
    assert await api.create(username="a", password=api.encrypt("x" * 117))
    with pytest.raises(ValueError, match="ncryption"):
        api.encrypt("x" * 118)


def test_private_key_must_be_rsa() -> None:
    pem = (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode()
    )
    with pytest.raises(TypeError, match="RSA"):
        PrivateKey(pem)


async def test_strength_check_uses_the_same_rule(api: Api) -> None:
    query = "query($p: String!) { checkPasswordStrength(password: $p) { valid message } }"
    assert await api.execute(query, p="123456") == {"valid": True, "message": None}
    weak = await api.execute(query, p="12345")
    assert not weak["valid"]
    assert "6" in weak["message"]
