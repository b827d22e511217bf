"""Methods of the vendor's SDKs without a call pair, each with the reason."""

UNPAIRED_METHODS = {
    "python roles.get_udf_value_batch": "authing_users reads the values of one role per call",
    "python roles.get_specific_udf_value": "authing_users reads all values of a role in one call",
    "python roles.set_udf_value_batch": "authing_users stores the values of one role per call",
    "python roles.remove_udf_value": "authing_users only removes values of users",
}
