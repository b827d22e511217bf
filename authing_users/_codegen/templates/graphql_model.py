"""Models whose fields can be read by their GraphQL names, like the items of a dict."""

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from functools import cache
from inspect import Signature
from typing import Any, ClassVar

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel

from .documentation import Documentation


@cache
def attributes_by_graphql_name(model: type[BaseModel]) -> dict[str, str]:
    """Return the attribute names of the fields of ``model`` by their GraphQL names."""
    return {
        field.serialization_alias or to_camel(name): name
        for name, field in model.model_fields.items()
    }


class _Signature:
    """The signature of a model that is not built yet: building it replaces this."""

    def __get__(self, instance: object, model: type[BaseModel]) -> Signature:
        if instance is None:
            model.model_rebuild(raise_errors=False)
            built: object = model.__dict__.get("__signature__")
            if built is not self:
                return model.__signature__
        raise AttributeError("__signature__")


class GraphQLModel(BaseModel):
    """A model whose fields can be read by GraphQL name: ``user["givenName"]``."""

    __descriptions__: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for name, description in cls.__dict__.get("__descriptions__", {}).items():
            cls.model_fields[name].description = description
        cls.__doc__ = Documentation.of(cls)
        if "__signature__" not in cls.__dict__:
            signature: Any = _Signature()
            cls.__signature__ = signature

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: Any, handler: GetJsonSchemaHandler, /
    ) -> dict[str, Any]:
        schema = handler(core_schema)
        content = handler.resolve_ref_schema(schema)
        # The fields have descriptions of their own in a JSON schema.
        content.pop("description", None)
        if isinstance(cls.__doc__, Documentation) and cls.__doc__.summary:
            content["description"] = cls.__doc__.summary
        return schema

    def __getitem__(self, name: str, /) -> Any:
        """Return the field with this GraphQL name. Raises ``KeyError`` if it does not exist."""
        names = attributes_by_graphql_name(type(self))
        if name in names:
            return getattr(self, names[name])
        extra = self.model_extra or {}
        if name in extra:
            return extra[name]
        raise KeyError(_unknown_item(name, names))

    def get(self, name: str, default: Any = None) -> Any:
        """Return the field with this GraphQL name, or ``default`` if it does not exist."""
        try:
            return self[name]
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        return name in attributes_by_graphql_name(type(self)) or name in (self.model_extra or {})

    def keys(self) -> KeysView[str]:
        """Return the GraphQL names of the fields."""
        return _content(self).keys()

    def values(self) -> ValuesView[Any]:
        """Return the values of the fields."""
        return _content(self).values()

    def items(self) -> ItemsView[str, Any]:
        """Return the fields as pairs of GraphQL name and value."""
        return _content(self).items()

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        from .display import shown_fields

        graphql_names = {
            name: graphql for graphql, name in attributes_by_graphql_name(type(self)).items()
        }
        unset = graphql_names.keys() - self.model_fields_set
        args = {name or "": value for name, value in super().__repr_args__() if name not in unset}
        fields = ((graphql_names.get(name, name), value) for name, value in args.items())
        for name, (_, value) in zip(args, shown_fields(fields), strict=True):
            yield name, value


def _unknown_item(name: str, names: Mapping[str, str]) -> str:
    """Return the argument of a ``KeyError``, which names the item that an attribute stands for."""
    for graphql, attribute in names.items():
        if attribute == name:
            return f"{name}: items have the names of the API, so write {graphql!r}"
    return name


def _content(model: GraphQLModel) -> dict[str, Any]:
    names = attributes_by_graphql_name(type(model))
    fields = {graphql: getattr(model, name) for graphql, name in names.items()}
    return {**fields, **model.model_extra} if model.model_extra else fields
