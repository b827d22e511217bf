"""The base of results: attributes, and at the same time the content of a dict."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from .graphql_model import GraphQLModel, attributes_by_graphql_name


class ResultModel(GraphQLModel):
    """A result of the API. Unknown fields are kept, and numbers are accepted as strings.

    ``result["givenName"]`` is the field ``result.given_name``. Fields that the API has sent, but
    the model does not know, can be read in both ways by their GraphQL name.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        coerce_numbers_to_str=True,
        extra="allow",
        defer_build=True,
        protected_namespaces=(),
    )

    def to_dict(self) -> dict[str, Any]:
        """Return the content as a new dict with GraphQL names, which JSON can represent.

        Results that it contains become dicts too, and times become ISO 8601 text. Secrets are
        included.
        """
        # No warnings about values that were set: they would show secrets.
        return self.model_dump(mode="json", by_alias=True, warnings=False)

    def to_json(self, indent: int | None = None) -> str:
        """Return the content of ``to_dict()`` as JSON text.

        Args:
            indent: Spaces per level. Default: all in one line.
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        """Iterate over the GraphQL names, like a dict."""
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __bool__(self) -> bool:
        return True

    if not TYPE_CHECKING:  # type checkers would accept any name

        def __setattr__(self, name: str, value: object) -> None:
            # An unknown field never has the GraphQL name of a known one.
            super().__setattr__(attributes_by_graphql_name(type(self)).get(name, name), value)

    def __setitem__(self, name: str, value: object) -> None:
        """Set the field with this GraphQL name, or add an unknown one. Values are not checked."""
        if name in attributes_by_graphql_name(type(self)):
            setattr(self, name, value)
        else:
            self._unknown_fields("set", name)[name] = value

    def __delitem__(self, name: str) -> None:
        """Remove an unknown field."""
        del self._unknown_fields("removed", name)[name]

    def pop(self, name: str, /, *default: Any) -> Any:
        """Remove an unknown field, and return its value.

        Args:
            name: GraphQL name of the field.
            *default: Value to return if there is no such field. Otherwise, ``KeyError`` is raised.

        Raises:
            TypeError: The model has the field, so it cannot be removed.
        """
        return self._unknown_fields("removed", name).pop(name, *default)

    def setdefault(self, name: str, default: Any = None) -> Any:
        """Return the field with this GraphQL name. Set it to ``default`` if it does not exist."""
        try:
            return self[name]
        except KeyError:
            self[name] = default
            return default

    def update(
        self, fields: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), /, **others: Any
    ) -> None:
        """Set several fields of this object, like ``update`` of a dict. Nothing is sent."""
        for name, value in {**dict(fields), **others}.items():
            self[name] = value

    def clear(self) -> NoReturn:
        """Raise ``TypeError``: the fields of a result cannot be removed."""
        raise self._error("cannot be cleared")

    def popitem(self) -> NoReturn:
        """Raise ``TypeError``: the fields of a result cannot be removed."""
        raise self._error("has no last item that can be removed")

    def copy(self) -> Self:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return a shallow copy."""
        return self.model_copy()

    def _unknown_fields(self, change: str, name: object) -> dict[str, Any]:
        """Return the unknown fields, of which one is to be changed."""
        if not isinstance(name, str):
            raise self._error(f"has no item {name!r} that can be {change}")
        if name in attributes_by_graphql_name(type(self)):
            raise self._error(f"always has the field {name!r}, which cannot be {change}")
        fields = self.__pydantic_extra__
        if fields is None:
            raise self._error(f"has no field {name!r} that can be {change}")
        return fields

    def _error(self, problem: str) -> TypeError:
        name = type(self).__name__
        return TypeError(f"{name} {problem}: use .to_dict(), which returns a dict of your own")

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        return ((name, value) for name, value in super().__repr_args__() if value is not None)

    def _repr_html_(self) -> str:
        """Return a table of the fields, for notebooks."""
        from .display import html_table

        return html_table(type(self).__name__, self.__repr_args__())
