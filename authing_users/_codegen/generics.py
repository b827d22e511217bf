"""Make the page of users generic, so that it can contain a model of the caller.

For type checkers, ``PaginatedUsers`` has a type parameter with the default ``User``. At run time,
it is a plain model, and ``PaginatedUsers[MyUser]`` is a subclass with ``MyUser`` in place of
``User``.
"""

import ast

from .naming import top_level_classes

PAGE = "PaginatedUsers"
ITEM = "User"
PARAMETER = "UserT_co"

DEFINITIONS = f'''
if TYPE_CHECKING:
    {PARAMETER} = TypeVar("{PARAMETER}", bound="{ITEM}", default="{ITEM}", covariant=True)

    class _{PAGE}(BaseModel, Generic[{PARAMETER}]):
        """A page of users of one type."""
else:
    {PARAMETER} = {ITEM}

    class _{PAGE}(BaseModel):
        """A page of users of one type."""

        def __class_getitem__(cls, model):
            return specialized(cls, {ITEM}, model)
'''
IMPORTS = """
from typing import TYPE_CHECKING, Generic
from .specialization import specialized

if TYPE_CHECKING:
    from typing_extensions import TypeVar
"""


def make_page_generic(module: ast.Module) -> None:
    """Rewrite the class of the page, if the module has it and the class of its items."""
    classes = {class_def.name: class_def for class_def in top_level_classes(module)}
    page, item = classes.get(PAGE), classes.get(ITEM)
    if page is None or item is None or module.body.index(item) > module.body.index(page):
        return
    items = [
        node
        for field in page.body
        if isinstance(field, ast.AnnAssign)
        for node in ast.walk(field.annotation)
        if isinstance(node, ast.Name) and node.id.strip("\"'") == ITEM
    ]
    if len(items) != 1:
        return
    items[0].id = f'"{PARAMETER}"'
    page.bases = [ast.parse(f"_{PAGE}[{PARAMETER}]", mode="eval").body]
    at = module.body.index(page)
    module.body[at:at] = ast.parse(DEFINITIONS).body
    last_import = max(
        index
        for index, node in enumerate(module.body)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )
    module.body[last_import + 1 : last_import + 1] = ast.parse(IMPORTS).body
    ast.fix_missing_locations(module)
