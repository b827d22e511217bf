"""The templates of packages, and the default scalars."""

from collections.abc import Mapping
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
FILES = (
    "custom_data.py",
    "display.py",
    "documentation.py",
    "graphql_model.py",
    "input_values.py",
    "open_enum.py",
    "operation_tree.py",
    "page_model.py",
    "polymorphism.py",
    "result_model.py",
    "specialization.py",
)

# Settings of ariadne-codegen, in whose table the configuration is, that cannot be changed.
SETTINGS = frozenset(
    {
        "async_client",
        "base_client_file_path",
        "base_client_name",
        "client_name",
        "default_optional_fields_to_none",
        "defer_model_build",
        "files_to_include",
        "ignore_extra_fields",
        "include_all_enums",
        "include_all_inputs",
        "include_comments",
        "include_typename",
        "lazy_imports",
        "multipart_uploads",
        "use_alias_generator",
    }
)

# The Python type of each custom scalar, unless the config file has another. A scalar that is in
# neither, such as JSON, is `Any`.
SCALARS: Mapping[str, Mapping[str, str]] = {
    "BigInt": {"type": "int"},
    "Date": {"type": "datetime.date"},
    "DateTime": {"type": "datetime.datetime"},
    "Time": {"type": "datetime.time"},
    "UUID": {"type": "uuid.UUID"},
}
