"""The error of the schema tools."""


class SchemaToolError(Exception):
    """A schema or operations cannot be read. The message is for the user."""
