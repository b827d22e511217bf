"""Write a seed to a user pool. Objects that exist already are skipped."""

from typing import cast

from ..errors import ErrorCode
from ..store import (
    credentials,
    custom_fields,
    departments,
    groups,
    identities,
    roles,
    seeding,
    sessions,
    users,
)
from ..store.records import MAX_PAGE_SIZE, Page, Record, Store
from .errors import SeedError, SeedPath, errors_at, suggestion
from .model import CustomFieldSeed, DepartmentSeed, GroupSeed, RoleSeed, Seed, UserSeed

_REFERENCES = ("id", "username", "email", "phone", "externalId")


def write_seed(store: Store, seed: Seed) -> None:
    """Create the objects of a seed. Existing ones stay unchanged, with all that belongs to them.

    Raises:
        SeedError: An object cannot be created. The transaction must be rolled back.
    """
    for field in seed.custom_fields:
        _define_field(store, field)
    for role in seed.roles:
        _create_role(store, role)
    for group in seed.groups:
        _create_group(store, group)
    new_users = [(user, user_id) for user in seed.users if (user_id := _create_user(store, user))]
    seeding.seed_users(store, seed.generated_users, seed.prefix)
    for organisation in seed.organisations:
        if not departments.organisation_exists(store, organisation.code):
            tree = _resolve_members(store, organisation)
            with errors_at(organisation.path):
                departments.create_tree(store, tree)
    for user, user_id in new_users:
        _set_main_department(store, user, user_id)
    archived = [
        _find_user(store, reference, ("archived", index))
        for index, reference in enumerate(seed.archived)
    ]
    sessions.set_status(store, archived, "Archived")


def _define_field(store: Store, field: CustomFieldSeed) -> None:
    existing = custom_fields.list_fields(store, field.target_type)
    if all(definition["key"] != field.key for definition in existing):
        details = {"label": field.label, "options": field.options}
        with errors_at(field.path):
            custom_fields.define_field(
                store, field.target_type, field.key, field.data_type, details
            )


def _create_role(store: Store, role: RoleSeed) -> None:
    if roles.get(store, role.namespace, role.code) is None:
        if role.parent is not None and roles.get(store, role.namespace, role.parent) is None:
            raise _unknown_role(store, role.namespace, role.parent, (*role.path, "parent"))
        description = role.description or f"Seeded role {role.code}"
        with errors_at(role.path):
            roles.create(store, role.namespace, role.code, description, role.parent)


def _create_group(store: Store, group: GroupSeed) -> None:
    if groups.get(store, group.code) is None:
        name = group.name or group.code.title()
        description = group.description or f"Seeded group {group.code}"
        with errors_at(group.path):
            groups.create(store, group.code, name, description)


def _create_user(store: Store, user: UserSeed) -> str | None:
    """Create a user and return the ID, or ``None`` if the user exists already."""
    if _exists(store, user):
        return None
    with errors_at(user.path, user.fields):
        user_id = users.create(
            store, user.fields, reset_password=user.reset_password, added=user.added
        )
    if user.credential is not None:
        credentials.set_credential(store, user_id, user.credential)
    for index, identity in enumerate(user.identities):
        with errors_at((*user.path, "identities", index)):
            identities.link(store, user_id, identity)
    for key, value in user.custom_data.items():
        with errors_at((*user.path, "customData", key)):
            custom_fields.set_values(store, "USER", [(user_id, key, value)])
    for index, (namespace, code) in enumerate(user.roles):
        if roles.get(store, namespace, code) is None:
            raise _unknown_role(store, namespace, code, (*user.path, "roles", index))
        roles.assign(store, namespace, [code], [user_id])
    for index, code in enumerate(user.groups):
        if groups.get(store, code) is None:
            page = groups.list_groups(store, None, None, MAX_PAGE_SIZE, None)
            raise _unknown("group", code, page, (*user.path, "groups", index))
        groups.add_members(store, code, [user_id])
    return user_id


def _exists(store: Store, user: UserSeed) -> bool:
    if user.identifiers:
        name, value = next(iter(user.identifiers.items()))
        return users.find(store, {f"users.{name}": cast("str", value)}) is not None
    first = {name: user.identities[0][name] for name in ("provider", "userIdInIdp")}
    return identities.find_user(store, {}, first) is not None


def _unknown_role(store: Store, namespace: str, code: str, path: SeedPath) -> SeedError:
    page = roles.list_roles(store, namespace, None, MAX_PAGE_SIZE, None)
    return _unknown("role", code, page, path)


def _unknown(kind: str, code: str, known: Page[Record], path: SeedPath) -> SeedError:
    hint = suggestion(code, [cast("str", record["code"]) for record in known["list"]])
    return SeedError(f"Unknown {kind}.{hint}", path, code=ErrorCode.NOT_FOUND)


def _resolve_members(store: Store, department: DepartmentSeed) -> departments.DepartmentSeed:
    path = (*department.path, "members")
    return departments.DepartmentSeed(
        name=department.name,
        code=department.code,
        description=department.description,
        members=[
            _find_user(store, reference, (*path, index))
            for index, reference in enumerate(department.members)
        ],
        children=[_resolve_members(store, child) for child in department.children],
    )


def _find_user(store: Store, reference: str, path: SeedPath) -> str:
    """Return the ID of a user by ID, username, e-mail address, phone number or external ID."""
    for field in _REFERENCES:
        value = reference.lower() if field == "email" else reference
        user: Record | None = users.find(store, {f"users.{field}": value})
        if user is not None:
            return user.id
    message = f"No user has this {', '.join(_REFERENCES[:-1])} or {_REFERENCES[-1]}."
    raise SeedError(message, path, code=ErrorCode.USER_NOT_FOUND)


def _set_main_department(store: Store, user: UserSeed, user_id: str) -> None:
    if user.main_department is not None:
        change = {"mainDepartmentCode": user.main_department}
        with errors_at((*user.path, "mainDepartmentCode")):
            users.update(store, user_id, departments.main_department_fields(store, user_id, change))
