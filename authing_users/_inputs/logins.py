"""Arguments of a login."""

from collections.abc import Mapping
from typing import Required, TypedDict

from authing_graphql import (
    LoginByEmailInput,
    LoginByPhonePasswordInput,
    LoginByUsernameInput,
)

from .._runtime.secret import Secret
from ..errors import InvalidInputError
from .checks import boolean, input_model, non_empty_string, reject_unknown
from .custom_fields import creation_params

LoginInput = LoginByUsernameInput | LoginByEmailInput | LoginByPhonePasswordInput

_INPUTS: Mapping[str, type[LoginInput]] = {
    "username": LoginByUsernameInput,
    "email": LoginByEmailInput,
    "phone": LoginByPhonePasswordInput,
}


class LoginArguments(TypedDict, total=False):
    """The arguments of ``log_in``."""

    username: str | None
    """Username. Give exactly one of ``username``, ``email`` and ``phone``."""
    email: str | None
    """Email address."""
    phone: str | None
    """Phone number."""
    password: Required[str]
    """Password, not encrypted."""
    auto_register: bool
    """Whether to create the user if it does not exist."""
    client_ip: str | None
    """IP address of the user; that of the client by default."""
    custom_data: Mapping[str, object] | None
    """Values of custom fields to set, by key."""


def login_input(arguments: Mapping[str, object]) -> tuple[LoginInput, Secret]:
    """Return the input of a login without its password, and the password.

    Raises:
        InvalidInputError: An argument is missing or unknown, or has the wrong type.
    """
    reject_unknown(arguments, LoginArguments.__annotations__, "log_in")
    names = [name for name in _INPUTS if arguments.get(name) is not None]
    if len(names) != 1:
        raise InvalidInputError("log_in needs exactly one of username, email and phone")
    password = non_empty_string(arguments.get("password"), "password")
    fields: dict[str, object] = {
        names[0]: non_empty_string(arguments[names[0]], names[0]),
        "password": "",
    }
    if boolean(arguments.get("auto_register", False), "auto_register"):
        fields["autoRegister"] = True
    if arguments.get("client_ip") is not None:
        fields["clientIp"] = arguments["client_ip"]
    if arguments.get("custom_data") is not None:
        fields["params"] = creation_params(arguments["custom_data"])
    return input_model(_INPUTS[names[0]], fields, "log_in"), Secret(password)
