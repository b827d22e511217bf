"""The type parameter of clients and results: the model of users. Its default is ``User``."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from authing_graphql import User

    UserT_co = TypeVar("UserT_co", bound=User, default=User, covariant=True)
    UserT = TypeVar("UserT", bound=User, default=User)
else:
    # Bounds and defaults have no effect at run time, where importing the model would take long.
    from typing import TypeVar

    UserT_co = TypeVar("UserT_co", covariant=True)
    UserT = TypeVar("UserT")
