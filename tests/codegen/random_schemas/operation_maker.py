"""Random operations and fragments that are valid against a schema."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from graphql import (
    DefinitionNode,
    DocumentNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OverlappingFieldsCanBeMergedRule,
    is_leaf_type,
    is_required_argument,
    parse,
    print_ast,
    validate,
)
from graphql.utilities import do_types_overlap

from .names import member_name, python_name, type_name
from .schema_maker import SchemaMaker
from .values import type_of

ATTEMPTS = 15
# Fields that an operation or a fragment selects, about.
SIZE = 14
Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@lru_cache(64)
def definitions(text: str) -> Sequence[DefinitionNode]:
    """Return the parsed definitions of a text."""
    return parse(text, no_location=True).definitions


@dataclass(frozen=True)
class Fragment:
    """A fragment definition.

    Attributes:
        name: Name of the fragment.
        type: Type of its condition.
        texts: Its definition, and those of the fragments that it spreads, by name.
        variables: Variables that they use.
    """

    name: str
    type: Composite
    texts: dict[str, str]
    variables: set[str]


@dataclass
class OperationMaker:
    """Makes the operations of one schema.

    Attributes:
        maker: The maker of the schema.
        schema: The schema.
    """

    maker: SchemaMaker
    schema: GraphQLSchema
    _fragments: list[Fragment] = field(default_factory=list[Fragment])
    # The type of each variable of the document, with its default.
    _variables: dict[str, str] = field(default_factory=dict[str, str])
    _forms: set[str] = field(default_factory=set[str])
    # Used by the definition that is being made.
    _used: set[str] = field(default_factory=set[str])
    _spread: dict[str, str] = field(default_factory=dict[str, str])
    _keys: set[str] = field(default_factory=set[str])
    _left: int = 0

    @property
    def _rng(self) -> random.Random:
        return self.maker.rng

    def document(self) -> str:
        """Return a document with operations, and the fragments that they spread."""
        roots = {"query": self.schema.query_type, "mutation": self.schema.mutation_type}
        composite = [
            type_
            for name, type_ in self.schema.type_map.items()
            if isinstance(type_, Composite) and type_ not in roots.values() and name[:2] != "__"
        ]
        for _ in range(self._rng.randint(0, 3)):
            self._begin(SIZE // 3)
            name, type_ = self._name(), self._rng.choice(composite)
            text = f"fragment {name} on {type_.name}{self._selection_set(type_, 2)}"
            texts = {name: text, **self._spread}
            self._fragments.append(Fragment(name, type_, texts, self._used))
        operations: list[str] = []
        spread: dict[str, str] = {}
        for kind, root in roots.items():
            if root is not None:
                for field_name in self._rng.sample([*root.fields], min(4, len(root.fields))):
                    if operation := self._operation(kind, root, field_name):
                        operations.append(operation)
                        spread |= self._spread
        return "\n\n".join([*operations, *spread.values()]) + "\n"

    def _operation(self, kind: str, root: GraphQLObjectType, field_name: str) -> str | None:
        """Return an operation. ``None`` if each attempt selected fields that contradict."""
        name = self._name()
        for attempt in range(ATTEMPTS):
            self._begin(SIZE * (ATTEMPTS - attempt) // ATTEMPTS)
            body = self._field(root.fields[field_name], field_name, 3)
            variables = [f"${key}: {self._variables[key]}" for key in sorted(self._used)]
            head = f"{kind} {name}" + (f"({', '.join(variables)})" if variables else "")
            text = f"{head} {{ {body} }}"
            parsed = [definitions(text), *map(definitions, self._spread.values())]
            document = DocumentNode(definitions=tuple(chain(*parsed)))
            # All else is valid by construction.
            if not validate(self.schema, document, [OverlappingFieldsCanBeMergedRule]):
                return text
        return None

    def _begin(self, size: int) -> None:
        self._used, self._spread, self._keys, self._left = set(), {}, set(), size

    def _name(self) -> str:
        while True:
            name = type_name(self._rng, len(self.maker.taken))
            if python_name(name) not in self.maker.taken and name != "on":
                self.maker.taken.add(python_name(name))
                return name

    def _selection_set(self, type_: GraphQLNamedType, depth: int) -> str:
        if not isinstance(type_, Composite):
            return ""
        return f" {{ {' '.join(self._selections(type_, depth))} }}"

    def _selections(self, type_: Composite, depth: int) -> list[str]:
        rng = self._rng
        selections = ["__typename"] if rng.random() < 0.1 else []
        if not isinstance(type_, GraphQLUnionType):
            fields = [
                (name, definition)
                for name, definition in type_.fields.items()
                if (depth > 0 and self._left > 0) or is_leaf_type(self._named_type(definition))
            ]
            chosen = rng.sample(fields, min(len(fields), rng.randint(1, 4)))
            selections += [self._field(definition, name, depth) for name, definition in chosen]
        if depth > 0 and self._left > 0:
            selections += self._inline_fragments(type_, depth)
        selections += self._spreads(type_)
        rng.shuffle(selections)
        return selections or [rng.choice(["__typename", "kind: __typename"])]

    def _inline_fragments(self, type_: Composite, depth: int) -> Iterator[str]:
        is_object = isinstance(type_, GraphQLObjectType)
        likelihood = 0.06 if is_object else 0.5
        for condition in self._overlapping(type_):
            if self._rng.random() < likelihood:
                on = f" on {condition.name}"
                if condition is type_ and self._rng.random() < 0.5:
                    on = ""
                selections = " ".join(self._selections(condition, depth - 1))
                yield f"...{on}{self._directives()} {{ {selections} }}"

    def _overlapping(self, type_: Composite) -> list[Composite]:
        return [
            other
            for name, other in self.schema.type_map.items()
            if isinstance(other, Composite) and name[:2] != "__"
            if do_types_overlap(self.schema, type_, other)
        ]

    def _spreads(self, type_: Composite) -> Iterator[str]:
        for fragment in self._fragments:
            if self._rng.random() < 0.3 and do_types_overlap(self.schema, type_, fragment.type):
                self._used |= fragment.variables
                self._spread |= fragment.texts
                yield f"...{fragment.name}{self._directives()}"

    def _directives(self) -> str:
        if self._rng.random() < 0.9:
            return ""
        names = self._rng.sample(["include", "skip"], self._rng.choice([1, 1, 1, 2]))
        conditions = [
            self._rng.choice(["true", "false"])
            if self._rng.random() < 0.2
            else self._variable(self._rng.choice(["Boolean!", "Boolean! = true"]))
            for _ in names
        ]
        pairs = zip(names, conditions, strict=True)
        return "".join(f" @{name}(if: {condition})" for name, condition in pairs)

    def _field(self, definition: GraphQLField, name: str, depth: int) -> str:
        alias = ""
        self._left -= 1
        if self._rng.random() < 0.2:
            key = member_name(self._rng)
            if python_name(key) not in self._keys:
                alias = f"{key}: "
        self._keys.add(python_name(alias or name))
        arguments = self._arguments(definition.args.items())
        nested = self._selection_set(self._named_type(definition), depth - 1)
        return f"{alias}{name}{arguments}{self._directives()}{nested}"

    def _named_type(self, definition: GraphQLField) -> GraphQLNamedType:
        node = type_of(definition)
        while not isinstance(node, NamedTypeNode):
            assert isinstance(node, ListTypeNode | NonNullTypeNode)
            node = node.type
        return self.schema.type_map[node.name.value]

    def _arguments(self, definitions: Iterable[tuple[str, GraphQLArgument]]) -> str:
        arguments = [
            f"{name}: {self._argument(print_ast(type_of(definition)))}"
            for name, definition in definitions
            if is_required_argument(definition) or self._rng.random() < 0.7
        ]
        return f"({', '.join(arguments)})" if arguments else ""

    def _argument(self, type_: str) -> str:
        literal = self.maker.literal(type_) if self._rng.random() < 0.25 else None
        if literal is not None:
            return literal
        chance = self._rng.random()
        if chance < 0.15 and not type_.endswith("!"):
            return self._variable(f"{type_}!")
        if chance < 0.3:
            default = self.maker.literal(type_.removesuffix("!") + "!")
            if default is not None:
                return self._variable(f"{type_} = {default}")
        return self._variable(type_)

    def _variable(self, definition: str) -> str:
        """Return a variable with this type and default, a new one in most cases."""
        if self._rng.random() < 0.2:
            for name in self._variables:
                if self._variables[name] == definition:
                    self._used.add(name)
                    return f"${name}"
        name = member_name(self._rng)
        while python_name(name) in self._forms:
            name += self._rng.choice(["A", "_x", "1"])
        self._forms.add(python_name(name))
        self._variables[name] = definition
        self._used.add(name)
        return f"${name}"
