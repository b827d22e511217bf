"""Methods of the vendor's SDKs without a call pair, each with the reason."""

UNPAIRED_METHODS: dict[str, str] = {}
