"""Dict-like access to the fields of a model by their GraphQL names."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

# GraphQL names of fields that a repr masks.
SECRET_FIELDS = frozenset(
    {"password", "token", "accessToken", "refreshToken", "oauth", "secret", "jwtSecret"}
)


@cache
def attributes_by_graphql_name(model: type[BaseModel]) -> dict[str, str]:
    """Return the attribute names of the fields of ``model`` by their GraphQL names."""
    return {
        field.serialization_alias or to_camel(name): name
        for name, field in model.model_fields.items()
    }


class GraphQLModel(BaseModel):
    """A model whose fields can be read by GraphQL name: ``user["givenName"]``."""

    def __getitem__(self, name: str) -> Any:
        """Return the field with this GraphQL name. Raises ``KeyError`` if it does not exist."""
        return getattr(self, attributes_by_graphql_name(type(self))[name])

    def get(self, name: str, default: Any = None) -> Any:
        """Return the field with this GraphQL name, or ``default`` if it does not exist."""
        attribute = attributes_by_graphql_name(type(self)).get(name)
        return default if attribute is None else getattr(self, attribute)

    def __contains__(self, name: object) -> bool:
        return name in attributes_by_graphql_name(type(self))

    def keys(self) -> Iterable[str]:
        """Return the GraphQL names of the fields."""
        return attributes_by_graphql_name(type(self)).keys()

    def values(self) -> Iterator[Any]:
        """Iterate over the values of the fields."""
        return (getattr(self, name) for name in attributes_by_graphql_name(type(self)).values())

    def items(self) -> Iterator[tuple[str, Any]]:
        """Iterate over the fields as pairs of GraphQL name and value."""
        names = attributes_by_graphql_name(type(self))
        return ((graphql, getattr(self, name)) for graphql, name in names.items())

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        attributes = attributes_by_graphql_name(type(self))
        secret = {attributes.get(name) for name in SECRET_FIELDS}
        for name, value in super().__repr_args__():
            yield name, "**********" if name in secret and value is not None else value
