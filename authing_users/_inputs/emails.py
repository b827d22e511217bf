"""Arguments of the methods that send emails."""

from typing import Literal

from authing_graphql import EmailScene

from .checks import one_of

__all__ = ["EmailSceneName"]

EmailSceneName = (
    EmailScene
    | Literal["RESET_PASSWORD", "VERIFY_EMAIL", "CHANGE_EMAIL", "MFA_VERIFY", "VERIFY_CODE"]
)
"""The purposes of emails to users."""

SCENES = tuple(scene.value for scene in EmailScene)


def email_scene(value: object, name: str) -> EmailScene:
    """Return the purpose of an email."""
    return EmailScene(one_of(value, name, SCENES))
