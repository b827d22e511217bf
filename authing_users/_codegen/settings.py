"""The settings of ariadne-codegen that are the same for each package."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent / "templates"
FILES = (
    "custom_data.py",
    "graphql_model.py",
    "open_enum.py",
    "operation_tree.py",
    "polymorphism.py",
)

SETTINGS: Mapping[str, Any] = {
    "client_name": "AsyncClient",
    "async_client": True,
    "base_client_file_path": str(TEMPLATES / "base_client.py"),
    "base_client_name": "AsyncBaseClient",
    "files_to_include": [str(TEMPLATES / name) for name in FILES],
    "multipart_uploads": False,
    "include_typename": False,
    "include_all_inputs": False,
    "include_all_enums": False,
    "default_optional_fields_to_none": True,
    "ignore_extra_fields": True,
    "use_alias_generator": True,
    "defer_model_build": True,
    "lazy_imports": True,
    "include_comments": "stable",
    "plugins": [
        "ariadne_codegen.contrib.shorter_results.ShorterResultsPlugin",
        "ariadne_codegen.contrib.extract_operations.ExtractOperationsPlugin",
        "ariadne_codegen.contrib.client_forward_refs.ClientForwardRefsPlugin",
        # Last, because it rewrites the output of the others.
        "authing_users._codegen.plugin.ClientPlugin",
    ],
}
