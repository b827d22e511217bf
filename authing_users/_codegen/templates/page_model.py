"""The base of pages: results with a list of items, and the number of items on all pages."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, SupportsIndex, TypeVar, overload

from .result_model import ResultModel

ItemT_co = TypeVar("ItemT_co", covariant=True)

if TYPE_CHECKING:

    class _PageModel(ResultModel, Generic[ItemT_co]):
        """A page of items of one type."""
else:

    class _PageModel(ResultModel):
        """A page of items of one type."""

        def __class_getitem__(cls, item):
            return cls


class PageModel(_PageModel[ItemT_co]):
    """A page. It is a sequence of its items, and at the same time a result with named fields.

    ``for item in page``, ``len(page)``, ``page[0]`` and ``page[1:3]`` are about the items. A page
    without items is falsy, like an empty list. ``page["totalCount"]``, ``dict(page)`` and all other
    methods are about the fields.
    """

    def to_dicts(self) -> "_List[dict[str, Any]]":
        """Return the items as new dicts with GraphQL names, such as the rows of a data frame."""
        dicts: _List[dict[str, Any]] | None = self.to_dict()["list"]
        return dicts or []

    def __iter__(self) -> Iterator[ItemT_co]:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        """Iterate over the items."""
        return iter(self._items())

    def __reversed__(self) -> Iterator[ItemT_co]:
        return reversed(self._items())

    def __len__(self) -> int:
        return len(self._items())

    def __bool__(self) -> bool:
        return bool(self._items())

    def __contains__(self, item: object) -> bool:
        return (isinstance(item, str) and super().__contains__(item)) or item in self._items()

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> ItemT_co: ...
    @overload
    def __getitem__(self, index: slice, /) -> "_List[ItemT_co]": ...
    @overload
    def __getitem__(self, index: str, /) -> Any: ...
    def __getitem__(self, index: SupportsIndex | slice | str, /) -> Any:
        """Return an item, the items of a slice, or the field with this GraphQL name."""
        return super().__getitem__(index) if isinstance(index, str) else self._items()[index]

    def _items(self) -> "_List[ItemT_co]":
        items: _List[ItemT_co] | None = getattr(self, "list", None)
        return items or []

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        from .display import page_summary

        yield None, page_summary(self._items(), self.get("totalCount"))
        for name, value in super().__repr_args__():
            if name not in {"list", "total_count"}:
                yield name, value

    def _repr_html_(self) -> str:
        """Return a table of the items, for notebooks."""
        from .display import html_page

        return html_page(repr(self), self._items())


# Subclasses have a field named ``list``.
_List = list
