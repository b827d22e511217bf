"""The encryption of passwords."""

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

PRIVATE_KEY = rsa.generate_private_key(65537, 2048)


def pem(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(encoding, form).decode("ascii")


PUBLIC_KEY = pem(PRIVATE_KEY.public_key())


def decrypted(ciphertext: str) -> str:
    return PRIVATE_KEY.decrypt(base64.b64decode(ciphertext), PKCS1v15()).decode("utf-8")


@given(st.text(max_size=60))
def test_an_encrypted_password_can_be_decrypted(password: str) -> None:
    encryptor = PasswordEncryptor(PUBLIC_KEY)
    assert decrypted(encryptor.encrypt(Secret(password))) == password
    assert encryptor.encrypt(Secret(password)) != encryptor.encrypt(Secret(password))


def test_the_default_key_is_the_published_key() -> None:
    key = serialization.load_pem_public_key(DEFAULT_PUBLIC_KEY.encode())
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = Hash(SHA256())
    digest.update(der)
    assert digest.finalize().hex() == (
        "b82ffaca93fee64c09015e45768f61a274fc5483cf25b4c56889e30d5a9e0f27"
    )


def test_a_password_that_is_too_long_is_rejected() -> None:
    encryptor = PasswordEncryptor(DEFAULT_PUBLIC_KEY)
    assert len(base64.b64decode(encryptor.encrypt(Secret("x" * 117)))) == 128
    with pytest.raises(InvalidInputError, match="118 bytes in UTF-8; at most 117"):
        encryptor.encrypt(Secret("x" * 118))
    with pytest.raises(InvalidInputError, match="120 bytes"):
        encryptor.encrypt(Secret("密" * 40))


def test_an_indented_key_is_accepted() -> None:
    indented = "\n" + "".join(f"    {line}\n" for line in PUBLIC_KEY.splitlines()) + "\n"
    assert decrypted(PasswordEncryptor(indented).encrypt(Secret("secret"))) == "secret"


@pytest.mark.parametrize("key", ["", "no key", "-----BEGIN PUBLIC KEY-----\nx\n", "ec"])
def test_a_key_other_than_rsa_is_rejected(key: str) -> None:
    if key == "ec":
        key = pem(ec.generate_private_key(ec.SECP256R1()).public_key())
    with pytest.raises(ConfigurationError, match="enc_public_key"):
        PasswordEncryptor(key)
