"""Passwords in requests: their encryption, and the key that is used."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from authing_users import InvalidRequestError

from ..support.client_kinds import MakeClient, Management, run
from ..support.emulator_pool import EmulatorPool
from ..support.scripted_server import ScriptedServer, data

PRIVATE_KEY = rsa.generate_private_key(65537, 2048)


PUBLIC_KEY = (
    PRIVATE_KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode("ascii")
)


def decrypted(ciphertext: str) -> str:
    return PRIVATE_KEY.decrypt(base64.b64decode(ciphertext), PKCS1v15()).decode("utf-8")


async def test_enc_public_key_encrypts_passwords(make_client: MakeClient) -> None:
    server = ScriptedServer(data(createUser={"id": "u"}), data(updateUser={"id": "u"}))
    client = make_client(server, enc_public_key=PUBLIC_KEY, host="http://127.0.0.1:1")
    await run(client.users.create({"username": "bob", "password": "123456"}))
    await run(client.users.update("u", {"password": "654321"}))
    assert server.operations == ["GetAccessToken", "CreateUser", "UpdateUser"]
    assert decrypted(server.variables[1]["userInfo"]["password"]) == "123456"
    assert decrypted(server.variables[2]["input"]["password"]) == "654321"


async def test_passwords_are_encrypted_with_the_published_key_by_default(
    make_client: MakeClient,
) -> None:
    server = ScriptedServer(data(createUser={"id": "u"}))
    client = make_client(server)
    await run(client.users.create({"username": "bob", "password": "123456"}))
    ciphertext = server.variables[1]["userInfo"]["password"]
    assert len(base64.b64decode(ciphertext)) == 128


async def test_passwords_are_encrypted_in_requests(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    info: Any = {"username": "bob", "password": "canary-password"}
    user = await run(client.users.create(info))
    await run(client.users.update(user.id, {"password": "canary-second"}))
    assert info["password"] == "canary-password"
    assert len(emulator_pool.requests) == 4  # the key, the token, and two calls
    for request in emulator_pool.requests:
        assert b"canary-password" not in request.content
        assert b"canary-second" not in request.content
    with pytest.raises(InvalidRequestError) as caught:
        await run(client.users.update(user.id, {"password": "short"}))
    assert caught.value.code == 2029


async def test_keep_password_is_sent_with_the_new_user(
    client: Management, emulator_pool: EmulatorPool
) -> None:
    user = await run(
        client.users.create({"username": "bob", "password": "md5"}, keep_password=True)
    )
    assert user.password is None
    assert json.loads(emulator_pool.requests[-1].content)["variables"]["keepPassword"] is True
