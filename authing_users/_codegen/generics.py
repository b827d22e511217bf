"""Make the page of users generic, so that it can contain a model of the caller.

For type checkers, ``PaginatedUsers`` has a type parameter with the default ``User``. At run time,
it is a plain model, and ``PaginatedUsers[MyUser]`` is a subclass with ``MyUser`` in place of
``User``.
"""

from collections.abc import Mapping

PAGE = "PaginatedUsers"
ITEM = "User"
PARAMETER = "UserT_co"

DEFINITIONS = f'''
if TYPE_CHECKING:
    {PARAMETER} = TypeVar("{PARAMETER}", bound="{ITEM}", default="{ITEM}", covariant=True)

    class _{PAGE}(PageModel[{PARAMETER}], Generic[{PARAMETER}]):
        """A page of users of one type."""
else:
    {PARAMETER} = {ITEM}

    class _{PAGE}(PageModel):
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


def with_generic_page(classes: Mapping[str, str]) -> list[str]:
    """Return the sources of classes, with a generic page if it and the class of its items exist.

    Args:
        classes: The source of each class by its name, in the order of the module.
    """
    names = [*classes]
    reference = f'"{ITEM}"'
    if not {PAGE, ITEM} <= classes.keys() or names.index(ITEM) > names.index(PAGE):
        return [*classes.values()]
    page = classes[PAGE]
    head = f"class {PAGE}(PageModel[{reference}]):"
    if page.count(reference) != 2 or not page.startswith(head):
        return [*classes.values()]
    page = page.replace(head, f"class {PAGE}(_{PAGE}[{PARAMETER}]):", 1)
    page = page.replace(reference, f'"{PARAMETER}"')
    sources = {**classes, PAGE: f"{DEFINITIONS}\n{page}"}
    return [IMPORTS, *sources.values()]
