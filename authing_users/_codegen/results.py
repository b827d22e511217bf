"""The models of results: a class for each fragment, operation and nested selection.

A class has the fields that the selections of a type request. If a fragment is all that is selected,
its class is used. A class extends the classes of the fragments that are spread in it, as far as it
has the same fields.

For an interface or union, there is one class with the fields that are selected of all its types,
and a subclass for each type that has selections of its own. Objects are assigned to them by
``__typename``. Those of a type that the operation does not name, or that a newer server has added,
are instances of the common class.

A class with the fields ``list`` and ``totalCount`` is a page, which is a sequence of its items.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    OperationDefinitionNode,
    SelectionNode,
    get_named_type,
)

from .class_source import class_source, descriptions_source, field_source
from .documentation import description_of, one_line
from .naming import (
    TYPENAME,
    ClassNames,
    class_name,
    definition_name,
    field_names,
    pascal_case,
    python_name,
    root_type,
    selectable_fields,
)
from .required_fields import NON_NULL_FIELDS
from .scalars import ScalarTypes
from .selections import SelectedField, Selections, fragment_spreads

# The fields of a list that becomes a dict of Python values by key.
CUSTOM_DATA_FIELDS = frozenset({"key", "value", "dataType"})
PAGE_ITEMS, PAGE_TOTAL = "list", "totalCount"


@dataclass(frozen=True)
class ResultField:
    """A field of a result class.

    Attributes:
        key: The key in the response.
        name: The attribute.
        annotation: The annotation of the field.
        plain: The same for signatures, without metadata of pydantic.
        default: Source of the default, or ``None`` if the field is required.
        description: The description in the schema.
        nodes: The selections of the field.
        is_conditional: Whether a directive can leave it out.
    """

    key: str
    name: str
    annotation: str
    plain: str
    default: str | None
    description: str
    nodes: frozenset[int]
    is_conditional: bool

    @property
    def type(self) -> tuple[str, bool]:
        """The annotation, and whether it is required, which a subclass must not change."""
        return self.annotation, self.default is None


@dataclass(frozen=True)
class ResultClass:
    """A class of a result, with all its fields: those of its bases are declared again.

    Otherwise pydantic would look up the types of inherited fields in the wrong module.
    """

    name: str
    bases: tuple[str, ...]
    fields: tuple[ResultField, ...]
    description: str

    def source(self) -> str:
        """Return the source of the class."""
        body = [
            line
            for one in self.fields
            for line in field_source(
                one.name, one.key, one.annotation, one.default, one.description
            )
        ]
        body += descriptions_source({one.name: one.description for one in self.fields})
        return class_source(self.name, self.bases or ("BaseModel",), self.description, body)

    @property
    def page_item(self) -> str | None:
        """The annotation of the items of a page. ``None`` if the class is not one."""
        plain = {one.key: _without_optional(one.plain) for one in self.fields}
        items = plain.get(PAGE_ITEMS, "")
        is_page = items.startswith("List[") and plain.get(PAGE_TOTAL) == "int"
        return items.removeprefix("List[")[:-1] if is_page else None


@dataclass
class Model:
    """The classes for the selections of one type.

    Attributes:
        name: The class of all types without a class of their own.
        members: The classes of single object types, by type.
    """

    name: str
    members: dict[str, str] = field(default_factory=dict[str, str])


class ResultClasses:
    """Builds the classes of results.

    Args:
        schema: The schema.
        fragments: The fragments by name.
        names: The names of classes. Those of fragments and operations are already claimed.
        scalars: The types of scalars.
        enums: The classes of enums by GraphQL name.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        names: ClassNames,
        scalars: ScalarTypes,
        enums: Mapping[str, str],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._selections = Selections(schema, fragments)
        self._names = names
        self._scalars = scalars
        self._enums = enums
        self._models: dict[str, Model] = {}
        self._classes: dict[str, ResultClass] = {}
        # Classes with the same bases, to find out which bases Python can combine.
        self._mirrors: dict[str, type] = {}
        self._order: list[str] = []

    def fragment_classes(self) -> list[ResultClass]:
        """Return the classes of all fragments, each after those that it uses."""
        for name in sorted(self._fragments):
            self._fragment(name)
        return self._take()

    def operation_classes(self, operation: OperationDefinitionNode) -> list[ResultClass]:
        """Return the classes of an operation. The first one is that of the data."""
        name = definition_name(operation)
        selections = operation.selection_set.selections
        description = f"The data of a ``{name}`` response."
        self._build(class_name(name), root_type(self._schema, operation), selections, description)
        return self._take()

    def data_class(self, operation: OperationDefinitionNode) -> ResultClass:
        """Return the class of the data of an operation."""
        return self._classes[class_name(definition_name(operation))]

    def _take(self) -> list[ResultClass]:
        taken = [self._classes[name] for name in self._order]
        self._order.clear()
        return taken

    def _fragment(self, name: str) -> Model:
        if name not in self._models:
            definition = self._fragments[name]
            selections = definition.selection_set.selections
            for used in fragment_spreads(definition):
                self._fragment(used)
            type_ = root_type(self._schema, definition)
            self._models[name] = self._model(class_name(name), type_, selections)
        return self._models[name]

    def _model(
        self, name: str, type_: GraphQLNamedType, selections: tuple[SelectionNode, ...]
    ) -> Model:
        """Build the classes for the selections of a type."""
        self._build(name, type_, selections, _description(type_))
        model = Model(name)
        for member in self._selections.narrowed_types(type_, selections):
            member_class = self._names.claim(name + pascal_case(member.name))
            self._build(member_class, member, selections, _description(member), common=name)
            model.members[member.name] = member_class
        return model

    def _build(
        self,
        name: str,
        type_: GraphQLNamedType,
        selections: tuple[SelectionNode, ...],
        description: str,
        common: str | None = None,
    ) -> None:
        """Build one class, and those of its nested selections.

        Args:
            name: Name of the class.
            type_: The type that the selections apply to.
            selections: The selections.
            description: The docstring.
            common: The class of all types of an interface or union, of which this type is one.
        """
        self._order.append(name)
        selected = self._selections.collect(type_, selections)
        candidates = [] if common is None else [common]
        for spread in self._selections.direct_spreads(type_, selections):
            model = self._fragment(spread)
            candidates.append(model.members.get(type_.name, model.name))
        fields: dict[str, ResultField] = {}
        bases: list[str] = []
        for candidate in candidates:
            inherited = self._inherited(candidate, type_, selected, fields)
            if inherited is not None and self._combines(bases, candidate):
                fields |= inherited
        attributes = field_names(selected, {key: one.name for key, one in fields.items()})
        for key, one in selected.items():
            if key not in fields:
                fields[key] = self._field(name, type_, one, attributes[key])
        if common is not None and TYPENAME in fields:
            fields[TYPENAME] = replace(fields[TYPENAME], default=f'"{type_.name}"')
        mirrors = tuple(self._mirrors[base] for base in bases)
        self._mirrors[name] = type(name, mirrors, {})
        ordered = tuple(fields[key] for key in selected)
        built = ResultClass(name, tuple(bases), ordered, description)
        if built.page_item and not any(self._classes[base].page_item for base in bases):
            built = replace(built, bases=(f"PageModel[{built.page_item}]", *bases))
        self._classes[name] = built

    def _inherited(
        self,
        base: str,
        type_: GraphQLNamedType,
        selected: Mapping[str, SelectedField],
        fields: Mapping[str, ResultField],
    ) -> dict[str, ResultField] | None:
        """Return the fields that a class inherits. ``None`` if one differs from its own."""
        inherited = {one.key: one for one in self._classes[base].fields}
        names = {one.name: one.key for one in fields.values()}
        for key, one in inherited.items():
            own = selected[key]
            is_ambiguous = one.name != key and one.name in selected and key != TYPENAME
            if is_ambiguous or names.get(one.name, key) != key:
                return None
            if key in fields:
                if fields[key].type != one.type or fields[key].name != one.name:
                    return None
            elif one.nodes != own.node_ids or own.is_conditional is not one.is_conditional:
                if own.selections:
                    return None
                if self._field(base, type_, own, one.name).type != one.type:
                    return None
        return inherited

    def _combines(self, bases: list[str], candidate: str) -> bool:
        """Add a base class if Python can combine it with the others. Return whether it can."""
        mirrors = self._mirrors
        if any(issubclass(mirrors[base], mirrors[candidate]) for base in bases):
            return True
        combined = [base for base in bases if not issubclass(mirrors[candidate], mirrors[base])]
        combined.append(candidate)
        try:
            type("Combined", tuple(mirrors[base] for base in combined), {})
        except TypeError:
            return False
        bases[:] = combined
        return True

    def _field(
        self, owner: str, type_: GraphQLNamedType, selected: SelectedField, attribute: str
    ) -> ResultField:
        definition = _definition(type_, selected.name)
        output = definition.type
        is_required = (
            isinstance(output, GraphQLNonNull)
            and not selected.is_conditional
            and (selected.name in NON_NULL_FIELDS or self._is_root(type_))
        )
        if _is_custom_data(definition, selected):
            annotation, plain = "CustomData", "CustomData"
        else:
            value, plain_value = self._value(owner, definition, selected)
            annotation, plain = _wrapped(output, value), _wrapped(output, plain_value)
        if not is_required:
            annotation, plain = f"Optional[{annotation}]", f"Optional[{plain}]"
        return ResultField(
            key=selected.key,
            name=attribute,
            annotation=annotation,
            plain=plain,
            default=None if is_required else "None",
            description="" if self._is_root(type_) else description_of(definition),
            nodes=selected.node_ids,
            is_conditional=selected.is_conditional,
        )

    def _value(
        self, owner: str, definition: GraphQLField, selected: SelectedField
    ) -> tuple[str, str]:
        """Return the annotations of a single value: for the field, and for signatures."""
        type_ = get_named_type(definition.type)
        if isinstance(type_, GraphQLScalarType):
            annotation = self._scalars.result_annotation(type_.name)
            return annotation, annotation
        if isinstance(type_, GraphQLEnumType):
            return self._enums[type_.name], self._enums[type_.name]
        fragment = self._selections.only_fragment(type_, selected.selections)
        if fragment is not None:
            model = self._fragment(fragment)
        else:
            name = self._names.claim(owner + pascal_case(python_name(selected.key, ())))
            model = self._model(name, type_, selected.selections)
        if not isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            reference = f'"{model.members.get(type_.name, model.name)}"'
            return reference, reference
        possible = {one.name for one in self._schema.get_possible_types(type_)}
        members = {name: one for name, one in model.members.items() if name in possible}
        if not members:
            return f'"{model.name}"', f'"{model.name}"'
        tagged = [f'Annotated["{one}", Tag("{name}")]' for name, one in members.items()]
        tagged.append(f'Annotated["{model.name}", Tag("")]')
        typenames = ", ".join(f'"{name}"' for name in members)
        plain = ", ".join(f'"{one}"' for one in [*members.values(), model.name])
        return (
            f"Annotated[Union[{', '.join(tagged)}], by_typename({typenames})]",
            f"Union[{plain}]",
        )

    def _is_root(self, type_: GraphQLNamedType) -> bool:
        return type_ in (self._schema.query_type, self._schema.mutation_type)


def _definition(type_: GraphQLNamedType, name: str) -> GraphQLField:
    if name == TYPENAME:
        return GraphQLField(GraphQLString, description="Name of the type of the object.")
    return selectable_fields(type_)[name]


def _description(type_: GraphQLNamedType) -> str:
    return one_line(type_.description or "")


def _is_custom_data(definition: GraphQLField, selected: SelectedField) -> bool:
    """Return whether a field is the list of custom values of our API."""
    type_ = get_named_type(definition.type)
    return (
        selected.key == selected.name == "customData"
        and isinstance(type_, GraphQLObjectType)
        and type_.name == "UserCustomData"
        and type_.fields.keys() >= CUSTOM_DATA_FIELDS
        and {
            selection.name.value
            for selection in selected.selections
            if isinstance(selection, FieldNode) and selection.alias is None
        }
        >= CUSTOM_DATA_FIELDS
    )


def _without_optional(annotation: str) -> str:
    is_optional = annotation.startswith("Optional[")
    return annotation.removeprefix("Optional[")[:-1] if is_optional else annotation


def _wrapped(type_: GraphQLOutputType, value: str) -> str:
    """Return the annotation of a type that is not null, by that of a single value."""
    if isinstance(type_, GraphQLNonNull):
        return _wrapped(type_.of_type, value)
    if not isinstance(type_, GraphQLList):
        return value
    item = _wrapped(type_.of_type, value)
    is_nullable = not isinstance(type_.of_type, GraphQLNonNull)
    return f"List[Optional[{item}]]" if is_nullable else f"List[{item}]"
