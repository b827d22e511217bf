"""The parts of ``vcrpy`` that are used here. They have no types."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

_cassette: Any = import_module("vcr.cassette")
_filesystem: Any = import_module("vcr.persisters.filesystem")
_filters: Any = import_module("vcr.filters")
_matchers: Any = import_module("vcr.matchers")
_record_mode: Any = import_module("vcr.record_mode")
_request: Any = import_module("vcr.request")
_serialize: Any = import_module("vcr.serialize")
_yaml: Any = import_module("vcr.serializers.yamlserializer")
_vcr: Any = import_module("vcr")

if TYPE_CHECKING:

    class Cassette:
        """The requests and responses of a file."""

        path: str

        def __len__(self) -> int:
            """Return the number of requests."""
            raise NotImplementedError

        def __getattr__(self, name: str) -> Any:
            """Stand for all attributes."""

else:
    Cassette = _cassette.Cassette

DECOMPRESSORS = _filters.AVAILABLE_DECOMPRESSORS
FilesystemPersister = _filesystem.FilesystemPersister
RecordMode = _record_mode.RecordMode
Request = _request.Request
VCR = _vcr.VCR
requests_match = _matchers.requests_match
serialize = _serialize.serialize
yaml_serializer = _yaml
