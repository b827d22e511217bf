"""How passwords are encrypted before they are sent."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from hypothesis import given, strategies as st

from authing_users import ConfigurationError, InvalidInputError
from authing_users._inputs.passwords import DEFAULT_PUBLIC_KEY, PasswordEncryptor
from authing_users._runtime.secret import Secret

from ..support.client_kinds import Mode, close, run
from ..support.scripted_server import ScriptedServer, data

PRIVATE_KEY = rsa.generate_private_key(65537, 2048)


def pem(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(encoding, form).decode("ascii")


PUBLIC_KEY = pem(PRIVATE_KEY.public_key())


def decrypted(ciphertext: str) -> str:
    return PRIVATE_KEY.decrypt(base64.b64decode(ciphertext), PKCS1v15()).decode("utf-8")


@given(st.text(max_size=60))
def test_what_is_encrypted_can_be_decrypted(password: str) -> None:
    encryptor = PasswordEncryptor(PUBLIC_KEY)
    assert decrypted(encryptor.encrypt(Secret(password))) == password
    assert encryptor.encrypt(Secret(password)) != encryptor.encrypt(Secret(password))


def test_the_default_key_is_the_published_one() -> None:
    key = serialization.load_pem_public_key(DEFAULT_PUBLIC_KEY.encode())
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = Hash(SHA256())
    digest.update(der)
    assert digest.finalize().hex() == (
        "b82ffaca93fee64c09015e45768f61a274fc5483cf25b4c56889e30d5a9e0f27"
    )


def test_a_password_that_is_too_long_is_refused() -> None:
    encryptor = PasswordEncryptor(DEFAULT_PUBLIC_KEY)
    assert len(base64.b64decode(encryptor.encrypt(Secret("x" * 117)))) == 128
    with pytest.raises(InvalidInputError, match="118 bytes in UTF-8; at most 117"):
        encryptor.encrypt(Secret("x" * 118))
    with pytest.raises(InvalidInputError, match="120 bytes"):
        encryptor.encrypt(Secret("密" * 40))


def test_a_key_may_stand_indented() -> None:
    indented = "\n" + "".join(f"    {line}\n" for line in PUBLIC_KEY.splitlines()) + "\n"
    assert decrypted(PasswordEncryptor(indented).encrypt(Secret("secret"))) == "secret"


@pytest.mark.parametrize("key", ["", "no key", "-----BEGIN PUBLIC KEY-----\nx\n", "ec"])
def test_what_is_no_rsa_key_is_refused(key: str) -> None:
    if key == "ec":
        key = pem(ec.generate_private_key(ec.SECP256R1()).public_key())
    with pytest.raises(ConfigurationError, match="enc_public_key"):
        PasswordEncryptor(key)


async def test_the_key_of_the_configuration_is_used(mode: Mode) -> None:
    server = ScriptedServer(data(createUser={"id": "u"}), data(updateUser={"id": "u"}))
    client = server.client(mode, enc_public_key=PUBLIC_KEY, host="http://127.0.0.1:1")
    await run(client.users.create({"username": "bob", "password": "123456"}))
    await run(client.users.update("u", {"password": "654321"}))
    assert server.operations == ["GetAccessToken", "CreateUser", "UpdateUser"]
    assert decrypted(server.variables[1]["userInfo"]["password"]) == "123456"
    assert decrypted(server.variables[2]["input"]["password"]) == "654321"
    await close(client)


async def test_the_published_key_is_used_for_the_service(mode: Mode) -> None:
    server = ScriptedServer(data(createUser={"id": "u"}))
    client = server.client(mode)
    await run(client.users.create({"username": "bob", "password": "123456"}))
    ciphertext = server.variables[1]["userInfo"]["password"]
    assert len(base64.b64decode(ciphertext)) == 128
    await close(client)
