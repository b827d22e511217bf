"""Check the classes of generated packages that callers pass."""

from ..errors import InvalidInputError


def check_client_class(client_class: object) -> None:
    """Check that a class is the synchronous client of a generated package."""
    _check(client_class, "BaseClient", "AsyncBaseClient", "asynchronous: pass Client")


def check_async_client_class(client_class: object) -> None:
    """Check that a class is the asynchronous client of a generated package."""
    _check(client_class, "AsyncBaseClient", "BaseClient", "synchronous: pass AsyncClient")


def _check(client_class: object, base: str, other: str, advice: str) -> None:
    bases = client_class.__mro__ if isinstance(client_class, type) else ()
    names = {one.__name__ for one in bases}
    if base in names:
        return
    described = (
        f"{client_class.__module__}.{client_class.__qualname__}"
        if isinstance(client_class, type)
        else f"an instance of {type(client_class).__name__}"
    )
    if other in names:
        raise InvalidInputError(f"client_class: {described} is {advice}, or use the other client")
    raise InvalidInputError(
        f"client_class must be the client of a package that `authing-users generate` wrote,"
        f" not {described}"
    )
