"""Resolvers of custom data."""

from collections.abc import Mapping, Sequence

from ..messages import Success
from ..store import custom_data
from ..store.records import Record
from .bindings import Info, binding, filled, required


def set_udf(
    _: object,
    info: Info,
    target_type: str,
    key: str,
    data_type: str,
    **changes: str | None,  # the label, and the options, which null clears and absence keeps
) -> dict[str, object]:
    return custom_data.define(info.context.store, target_type, key, data_type, changes)


def remove_udf(_: object, info: Info, target_type: str, key: str) -> dict[str, object]:
    custom_data.undefine(info.context.store, target_type, key)
    return info.context.done(Success.DELETED)


def udf(_: object, info: Info, target_type: str) -> list[dict[str, object]]:
    return custom_data.definitions(info.context.store, target_type)


def udv(_: object, info: Info, target_type: str, target_id: str) -> list[dict[str, object]]:
    return custom_data.of_target(info.context.store, target_type, target_id)


def udf_value_batch(
    _: object, info: Info, target_type: str, target_ids: Sequence[str | None]
) -> list[dict[str, object]]:
    store = info.context.store
    wanted = [required(target_id, "targetIds") for target_id in target_ids]
    found = custom_data.of_targets(
        store, target_type, custom_data.existing(store, target_type, wanted)
    )
    return [{"targetId": target_id, "data": values} for target_id, values in found.items()]


def set_udv(
    _: object, info: Info, target_type: str, target_id: str, key: str, value: str
) -> list[dict[str, object]]:
    custom_data.set_values(info.context.store, target_type, [(target_id, key, value)])
    return udv(_, info, target_type, target_id)


def set_udv_batch(
    _: object,
    info: Info,
    target_type: str,
    target_id: str,
    udv_list: Sequence[Mapping[str, str]] | None = None,
) -> list[dict[str, object]]:
    entries = filled(udv_list, "udvList")
    custom_data.set_values(
        info.context.store,
        target_type,
        [(target_id, entry["key"], entry.get("value")) for entry in entries],
    )
    return udv(_, info, target_type, target_id)


def set_udf_value_batch(
    _: object, info: Info, target_type: str, input_: Sequence[Mapping[str, str]]
) -> dict[str, object]:
    custom_data.set_values(
        info.context.store,
        target_type,
        [(entry["targetId"], entry["key"], entry["value"]) for entry in filled(input_, "input")],
    )
    return info.context.done(Success.OK)


def remove_udv(
    _: object, info: Info, target_type: str, target_id: str, key: str
) -> list[dict[str, object]]:
    custom_data.remove_value(info.context.store, target_type, target_id, key)
    return udv(_, info, target_type, target_id)


def user_custom_data(user: Record, info: Info) -> list[dict[str, object]]:
    return custom_data.of(info.context.store, user)


CUSTOM_DATA_BINDINGS = (
    binding("Query", {"udf": udf, "udv": udv, "udfValueBatch": udf_value_batch}),
    binding(
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
    binding("User", {"customData": user_custom_data}),
)
