"""Documents that request other fields of users, and the types of their results. Does no I/O.

Imported only if a client or a call asks for other fields than those of ``User``.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import TypeVar, cast

from pydantic import BaseModel

from authing_graphql import User
from authing_graphql.operation_tree import Field, Fragment
from authing_graphql.specialization import specialized

from .._protocol.response import _building
from .._protocol.trees import OWN, Trees

ModelT = TypeVar("ModelT", bound=BaseModel)

USER = "User"
# The documents of more partial selections are printed again, so that memory stays limited.
MAX_PARTIAL_SELECTIONS = 64


class Selection:
    """The documents of the operations of a client, and the models of their results.

    Clients in several threads share it. It is only changed by single operations on dicts, which
    are atomic, and which can be done twice. So it needs no lock.

    Attributes:
        user_model: The model of users.
        trees: The operations, as they are requested.

    Args:
        user_model: The model of users.
        added: Fields of the model that the fragment ``User`` does not contain.
        omitted: Names of fields that are not requested, by type.
    """

    def __init__(
        self,
        user_model: type[User],
        added: Iterable[Field] = (),
        omitted: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.user_model = user_model
        fragment = OWN.fragments[USER]
        selections = (*fragment.selections, *added)
        self._complete = _with_users(OWN, fragment._replace(selections=selections))
        fragments = {
            name: _without(fragment, (omitted or {}).get(fragment.type, ()))
            for name, fragment in self._complete.fragments.items()
        }
        self.trees = replace(self._complete, fragments=fragments)
        self._documents: dict[str, str] = {}
        self._result_types: dict[type[BaseModel], type[BaseModel]] = {}
        self._partial: dict[frozenset[str], Selection] = {}

    def document(self, operation_name: str) -> str:
        """Return the document of an operation."""
        document = self._documents.get(operation_name)
        if document is None:
            document = self._documents[operation_name] = self.trees.document(operation_name)
        return document

    def requests(self, field: str) -> bool:
        """Return whether operations request a field of users, by its GraphQL name."""
        selections = self.trees.fragments[USER].selections
        return any(isinstance(one, Field) and one.name == field for one in selections)

    def result_type(self, result_type: type[ModelT]) -> type[ModelT]:
        """Return the model of a result, with the caller's model of users."""
        model = self._result_types.get(result_type)
        if model is None:
            with _building.lock:
                model = specialized(result_type, User, self.user_model)
            self._result_types[result_type] = model
        return cast("type[ModelT]", model)

    def only(self, fields: Iterable[str]) -> "Selection":
        """Return a selection of some fields of users.

        Args:
            fields: GraphQL names of the fields. ``id`` is always selected.
        """
        names = frozenset(fields) | {"id"}
        partial = self._partial.get(names)
        if partial is None:
            partial = Selection.__new__(Selection)
            partial.user_model = self.user_model
            partial._complete = self._complete
            fragment = self._complete.fragments[USER]
            unwanted = {
                field.name for field in fragment.selections if isinstance(field, Field)
            } - names
            partial.trees = _with_users(self.trees, _without(fragment, unwanted))
            partial._documents = {}
            partial._result_types = self._result_types
            partial._partial = {}
            if len(self._partial) >= MAX_PARTIAL_SELECTIONS:
                self._partial.clear()
            self._partial[names] = partial
        return partial


@cache
def default_selection() -> Selection:
    """Return what is requested without any option."""
    return Selection(User)


def _with_users(trees: Trees, fragment: Fragment) -> Trees:
    return replace(trees, fragments={**trees.fragments, USER: fragment})


def _without(fragment: Fragment, names: Collection[str]) -> Fragment:
    return fragment._replace(
        selections=tuple(
            selection
            for selection in fragment.selections
            if isinstance(selection, str) or selection.name not in names
        )
    )
