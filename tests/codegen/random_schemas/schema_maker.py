"""Random schemas, as text in the schema definition language."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from .names import member_name, python_name, type_name

BUILT_IN_SCALARS = ["Int", "Float", "String", "Boolean", "ID"]
CUSTOM_SCALARS = ["DateTime", "Date", "JSON", "JSONObject", "BigInt", "UUID", "Object", "Opaque"]
# Names that the schema itself, or a scalar of it, already has.
TAKEN = {"query", "mutation", *map(str.lower, [*BUILT_IN_SCALARS, *CUSTOM_SCALARS, "upload"])}
DESCRIPTIONS = [
    "The name.", 'With "quotes", \'single\' and """three""".', "Backslash \\ and \\n and C:\\new",
    'ends with a quote"', "ends with a backslash\\", "用户池的名称。😀",
    "two\nlines\n\n  and more ",
    "tab\tand bell\x07 and nul\x00", "# no comment", "{braces} %s {0}", "r'''raw'''", "\u2028 ends",
    '"""', "", "x" * 200, "Args:\n    self: no", "\x85 and \x0c",
]  # fmt: skip


@dataclass
class SchemaMaker:
    """Makes one schema.

    Attributes:
        rng: Source of all choices.
        taken: Names of types, in the form that tells whether their classes collide.
    """

    rng: random.Random
    taken: set[str] = field(default_factory=lambda: set(TAKEN))
    enums: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    scalars: list[str] = field(default_factory=list[str])
    inputs: list[str] = field(default_factory=list[str])
    objects: list[str] = field(default_factory=list[str])
    input_fields: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    interfaces: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    unions: list[str] = field(default_factory=list[str])
    composite: float = 0.4
    one_of_inputs: set[str] = field(default_factory=set[str])
    _ancestors: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _without_object: list[str] = field(default_factory=list[str])

    def schema(self) -> str:
        """Return the text of a valid schema."""
        rng = self.rng
        self.scalars = rng.sample(CUSTOM_SCALARS, rng.randint(0, 3))
        self.enums = {self._type_name(): self._values() for _ in range(rng.randint(0, 3))}
        self.inputs = [self._type_name() for _ in range(rng.randint(0, 4))]
        self.objects = [self._type_name() for _ in range(rng.randint(2, 5))]
        self.unions = [self._type_name() for _ in range(rng.randint(0, 2))]
        interfaces = [self._type_name() for _ in range(rng.randint(0, min(3, len(self.objects))))]
        parts = [f"{self._description()}scalar {name}{self._url()}" for name in self.scalars]
        parts += [self._enum(name) for name in self.enums]
        parts += [self._input(index) for index in range(len(self.inputs))]
        # An interface can be implemented by interfaces that come later.
        parts += [self._interface(name) for name in interfaces]
        self._without_object = interfaces
        parts += [self._object(name) for name in self.objects]
        for name in self.unions:
            members = rng.sample(self.objects, rng.randint(1, min(3, len(self.objects))))
            parts.append(f"{self._description()}union {name} = {' | '.join(members)}")
        parts.append(self._root("Query", rng.randint(2, 5)))
        if rng.random() < 0.5:
            parts.append(self._root("Mutation", rng.randint(1, 2)))
        return "\n\n".join(parts) + "\n"

    def _type_name(self) -> str:
        while True:
            name = type_name(self.rng, len(self.taken))
            # The class of an input has a twin for dicts.
            forms = {python_name(name), python_name(name) + "dict"}
            if not forms & self.taken and not python_name(name).endswith("dict"):
                self.taken |= forms
                return name

    def _names(self, count: int, *, exclude: set[str]) -> list[str]:
        """Return different names. Some collide as attributes in Python."""
        forms, names = {*map(python_name, exclude)}, [*exclude]
        while len(names) < count + len(exclude):
            name = member_name(self.rng)
            if name not in names and (python_name(name) not in forms or self.rng.random() < 0.1):
                forms.add(python_name(name))
                names.append(name)
        return names[len(exclude) :]

    def _values(self) -> list[str]:
        """Return the values of an enum."""
        names = self._names(self.rng.randint(1, 6), exclude=set())
        return [name for name in names if name not in ("true", "false", "null")] or ["A"]

    def _description(self, indent: str = "") -> str:
        if self.rng.random() < 0.6:
            return ""
        text = self.rng.choice(DESCRIPTIONS)
        if self.rng.random() < 0.3 and not set(text) & set("\x00\x07\\\x85\u2028\x0c"):
            text = text.replace('"""', '\\"""')
            return f'{indent}"""\n{indent}{text}\n{indent}"""\n'
        return f"{indent}{json.dumps(text, ensure_ascii=self.rng.random() < 0.5)}\n"

    def _url(self) -> str:
        return ' @specifiedBy(url: "https://example.com/x")' if self.rng.random() < 0.3 else ""

    def _deprecated(self) -> str:
        if self.rng.random() < 0.9:
            return ""
        reason = self.rng.choice(DESCRIPTIONS)
        return self.rng.choice([" @deprecated", f" @deprecated(reason: {json.dumps(reason)})"])

    def _enum(self, name: str) -> str:
        values = [
            f"{self._description('  ')}  {value}{self._deprecated()}" for value in self.enums[name]
        ]
        return f"{self._description()}enum {name} {{\n" + "\n".join(values) + "\n}"

    def _wrapped(self, named: Callable[[], str], *, required: float = 0.4) -> str:
        """Return a type, of lists that are nested in a few cases."""
        type_ = named()
        while self.rng.random() < 0.25:
            type_ = f"[{type_}{self._mark(0.5)}]"
        return type_ + self._mark(required)

    def _mark(self, required: float) -> str:
        return "!" if self.rng.random() < required else ""

    def _leaf(self) -> str:
        return self.rng.choice([*BUILT_IN_SCALARS, *self.scalars, *self.enums])

    def _input_type(self) -> str:
        if self.inputs and self.rng.random() < 0.3:
            return self.rng.choice(self.inputs)
        return self._leaf()

    def _output_type(self) -> str:
        if self.rng.random() < self.composite:
            return self.rng.choice([*self.objects, *self.interfaces, *self.unions])
        return self._leaf()

    def _input(self, index: int) -> str:
        name, is_one_of = self.inputs[index], self.rng.random() < 0.25
        fields: dict[str, str] = {}
        lines: list[str] = []
        for key in self._names(self.rng.randint(1, 6), exclude=set()):
            # The first field ends the recursion of inputs with exactly one field.
            of_type = self._input_type if fields else self._leaf
            type_ = self._wrapped(of_type, required=0 if is_one_of else 0.3)
            # A required input inside of itself could never end.
            if type_.endswith("!") and any(later in type_ for later in self.inputs[index:]):
                type_ = type_.removesuffix("!")
            fields[key] = type_
            tail = "" if is_one_of else self._default(type_)
            is_required = type_.endswith("!") and not tail
            tail += "" if is_required else self._deprecated()
            lines.append(f"{self._description('  ')}  {key}: {type_}{tail}")
        self.input_fields[name] = fields
        if is_one_of:
            self.one_of_inputs.add(name)
        head = f"{self._description()}input {name}{' @oneOf' if is_one_of else ''}"
        return f"{head} {{\n" + "\n".join(lines) + "\n}"

    def _default(self, type_: str) -> str:
        if self.rng.random() < 0.65:
            return ""
        literal = self.literal(type_)
        return "" if literal is None else f" = {literal}"

    def literal(self, type_: str) -> str | None:
        """Return a literal of an input type. ``None`` if this is not simple."""
        rng = self.rng
        if not type_.endswith("!") and rng.random() < 0.2:
            return "null"
        type_ = type_.removesuffix("!")
        if type_.startswith("["):
            items = [self.literal(type_[1:-1]) for _ in range(rng.randint(0, 2))]
            return None if None in items else f"[{', '.join(map(str, items))}]"
        if type_ in self.enums:
            return rng.choice(self.enums[type_])
        if type_ in self.input_fields:
            return self._input_literal(type_)
        simple = {
            "Int": ["0", "-1", "2147483647"],
            "Float": ["0.5", "1", "-1e3"],
            "Boolean": ["true", "false"],
            "ID": ['"id"', "7"],
            "String": ['"text"', '""', r'"\"quoted\" \\ \n"', '"""block"""', '"用户"'],
            "JSON": ["{a: [1, null]}", '"text"', "3"],
            "JSONObject": ["{a: {b: true}}", "{}"],
            "Object": ["{a: 1}"],
        }
        return rng.choice(simple[type_]) if type_ in simple else None

    def _input_literal(self, name: str) -> str | None:
        fields = self.input_fields[name]
        if name in self.one_of_inputs:
            key, type_ = next(iter(fields.items()))
            literals = {key: self.literal(f"{type_}!")}
        else:
            literals = {
                key: self.literal(type_) for key, type_ in fields.items() if type_.endswith("!")
            }
        if None in literals.values():
            return None
        return "{" + ", ".join(f"{key}: {literal}" for key, literal in literals.items()) + "}"

    def _arguments(self) -> str:
        if self.rng.random() < 0.6:
            return ""
        arguments: list[str] = []
        for name in self._names(self.rng.randint(1, 4), exclude=set()):
            type_ = self._wrapped(self._input_type, required=0.3)
            default = self._default(type_)
            deprecated = "" if type_.endswith("!") and not default else self._deprecated()
            arguments.append(f"{name}: {type_}{default}{deprecated}")
        return f"({', '.join(arguments)})"

    def _fields(self, inherited: dict[str, str], count: int) -> dict[str, str]:
        """Return the definitions of fields by name, those of interfaces included."""
        names = self._names(count, exclude=set(inherited))
        own = {
            name: f"{self._arguments()}: {self._wrapped(self._output_type)}{self._deprecated()}"
            for name in names
        }
        return {**inherited, **own}

    def _implemented(self, interface: str | None = None) -> tuple[str, dict[str, str]]:
        """Return the clause ``implements``, and the fields that it requires."""
        if interface is None:
            if not self.interfaces or self.rng.random() < 0.4:
                return "", {}
            interface = self.rng.choice([*self.interfaces])
        implemented = [interface, *self._ancestors[interface]]
        return f" implements {' & '.join(implemented)}", self.interfaces[interface]

    def _interface(self, name: str) -> str:
        clause, inherited = self._implemented()
        fields = self._fields(inherited, self.rng.randint(1, 3))
        self._ancestors[name] = clause.removeprefix(" implements ").split(" & ") if clause else []
        self.interfaces[name] = fields
        return f"{self._description()}interface {name}{clause} {self._block(fields)}"

    def _object(self, name: str) -> str:
        clause, inherited = self._implemented(
            self._without_object.pop() if self._without_object else None
        )
        fields = self._fields(inherited, self.rng.randint(1, 6))
        return f"{self._description()}type {name}{clause} {self._block(fields)}"

    def _root(self, name: str, count: int) -> str:
        self.composite = 0.75
        return f"{self._description()}type {name} {self._block(self._fields({}, count))}"

    def _block(self, fields: dict[str, str]) -> str:
        lines = [
            f"{self._description('  ')}  {name}{definition}" for name, definition in fields.items()
        ]
        return "{\n" + "\n".join(lines) + "\n}"
