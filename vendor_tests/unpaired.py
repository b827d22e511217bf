"""Methods of the vendor's SDKs that have no pair, each with the reason."""

UNPAIRED = {
    "python roles.get_udf_value_batch": "ours reads the values of roles one role at a time",
    "python roles.get_specific_udf_value": "ours reads all values of a role: one key picks one",
    "python roles.set_udf_value_batch": "ours stores the values of roles one role at a time",
    "python roles.remove_udf_value": "missing in ours, which removes values of users only",
}
