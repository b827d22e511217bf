"""Resolvers of custom fields and their values."""

from collections.abc import Mapping, Sequence

from ..messages import Success
from ..store import custom_fields
from ..store.records import Record
from .bindings import Info, bind_resolvers, non_empty, required


def set_udf(
    _: object,
    info: Info,
    target_type: str,
    key: str,
    data_type: str,
    **changes: str | None,  # label and options; null clears the options, absence keeps them
) -> dict[str, object]:
    return custom_fields.define_field(info.context.store, target_type, key, data_type, changes)


def remove_udf(_: object, info: Info, target_type: str, key: str) -> dict[str, object]:
    custom_fields.delete_field(info.context.store, target_type, key)
    return info.context.common_message(Success.DELETED)


def udf(_: object, info: Info, target_type: str) -> list[dict[str, object]]:
    return custom_fields.list_fields(info.context.store, target_type)


def udv(_: object, info: Info, target_type: str, target_id: str) -> list[dict[str, object]]:
    return custom_fields.values_of_target(info.context.store, target_type, target_id)


def udf_value_batch(
    _: object, info: Info, target_type: str, target_ids: Sequence[str | None]
) -> list[dict[str, object]]:
    store = info.context.store
    ids = [required(target_id, "targetIds") for target_id in target_ids]
    values_by_target = custom_fields.values_of_targets(
        store, target_type, custom_fields.existing_targets(store, target_type, ids)
    )
    return [
        {"targetId": target_id, "data": values} for target_id, values in values_by_target.items()
    ]


def set_udv(
    _: object, info: Info, target_type: str, target_id: str, key: str, value: str
) -> list[dict[str, object]]:
    custom_fields.set_values(info.context.store, target_type, [(target_id, key, value)])
    return udv(_, info, target_type, target_id)


def set_udv_batch(
    _: object,
    info: Info,
    target_type: str,
    target_id: str,
    udv_list: Sequence[Mapping[str, str]] | None = None,
) -> list[dict[str, object]]:
    entries = non_empty(udv_list, "udvList")
    custom_fields.set_values(
        info.context.store,
        target_type,
        [(target_id, entry["key"], entry.get("value")) for entry in entries],
    )
    return udv(_, info, target_type, target_id)


def set_udf_value_batch(
    _: object, info: Info, target_type: str, input_: Sequence[Mapping[str, str]]
) -> dict[str, object]:
    custom_fields.set_values(
        info.context.store,
        target_type,
        [(entry["targetId"], entry["key"], entry["value"]) for entry in non_empty(input_, "input")],
    )
    return info.context.common_message(Success.OK)


def remove_udv(
    _: object, info: Info, target_type: str, target_id: str, key: str
) -> list[dict[str, object]]:
    custom_fields.delete_value(info.context.store, target_type, target_id, key)
    return udv(_, info, target_type, target_id)


def user_custom_data(user: Record, info: Info) -> list[dict[str, object]]:
    return custom_fields.values_of_user(info.context.store, user)


CUSTOM_FIELD_BINDINGS = (
    bind_resolvers("Query", {"udf": udf, "udv": udv, "udfValueBatch": udf_value_batch}),
    bind_resolvers(
        "Mutation",
        {
            "setUdf": set_udf,
            "removeUdf": remove_udf,
            "setUdv": set_udv,
            "setUdvBatch": set_udv_batch,
            "setUdfValueBatch": set_udf_value_batch,
            "removeUdv": remove_udv,
        },
    ),
    bind_resolvers("User", {"customData": user_custom_data}),
)
