"""Names that generated Python code has to rename, avoid or tell apart."""

import builtins
import keyword
import random
import re

from pydantic import BaseModel

KEYWORDS = [*keyword.kwlist, *keyword.softkwlist]
BUILTINS = [name for name in dir(builtins) if name[0].islower()]
MODEL_METHODS = [name for name in dir(BaseModel) if not name.startswith("_")]
OWN_METHODS = ["get", "items", "keys", "values"]
ENUM_NAMES = ["name", "value", "mro", "title", "format", "count", "index", "join", "encode"]
GENERATED_CODE = [
    "Any", "AsyncClient", "AsyncExecutor", "BaseModel", "Client", "Executor", "Field", "UNSET",
    "UnsetType", "_executor", "client", "cls", "data", "datetime", "enums", "execute", "executor",
    "fragments", "input_types", "kwargs", "operation_name", "operations", "query", "response",
    "self", "typing", "variables",
]  # fmt: skip
TYPING_NAMES = [
    "Annotated", "Any", "BaseModel", "Dict", "Enum", "Field", "InputModel", "List", "Literal",
    "Mapping", "OpenEnum", "Optional", "Required", "Sequence", "TypedDict", "Union",
]  # fmt: skip
SHAPES = [
    "_", "_id", "__", "_1", "a1", "a_1", "A1", "x__y", "x_", "X", "e3b0", "userID", "user_id",
    "userId", "UserId", "HTTPServer", "lastIP", "lastIp", "iOS", "v2Beta", "SHOUTING_CASE",
    "customData", "list", "totalCount", "id", "typename", "typename__", "n" * 90,
]  # fmt: skip
# Nested classes are named after paths of fields: user.id and userId are the same.
PATHS = ["user", "userId", "a", "b", "aB", "ab", "a_b"]
PLAIN = ["name", "age", "email", "owner", "members", "parent", "createdAt", "isActive", "tags"]


def is_valid_name(name: str) -> bool:
    """Return whether a schema can define this name."""
    return re.fullmatch(r"[_A-Za-z][_0-9A-Za-z]*", name) is not None and not name.startswith("__")


MEMBER_NAMES = [
    [name for name in pool if is_valid_name(name)]
    for pool in (KEYWORDS, BUILTINS, MODEL_METHODS, OWN_METHODS, ENUM_NAMES, GENERATED_CODE,
                 TYPING_NAMES, SHAPES, PATHS)
]  # fmt: skip


def member_name(rng: random.Random) -> str:
    """Return a name for a field, an argument, a variable, an alias or an enum value."""
    return rng.choice(PLAIN if rng.random() < 0.4 else rng.choice(MEMBER_NAMES))


def type_name(rng: random.Random, number: int) -> str:
    """Return a name for a type, an operation or a fragment."""
    if rng.random() < 0.6:
        return f"{rng.choice(['User', 'Order', 'Role', 'Item', 'Page'])}{number}"
    name = member_name(rng)
    return name if rng.random() < 0.5 else name[0].upper() + name[1:]


def python_name(name: str) -> str:
    """Return a form of a name that is the same for names that may collide in Python."""
    form = re.sub(r"[^a-z0-9]", "", name.lower())
    return form if form and not form[0].isdigit() else f"x{form}"
