"""Exports an API as an OpenAPI 3.1 document."""

from truecopy.openapi.document import export
from truecopy.openapi.text import as_json, as_yaml

__all__ = ["as_json", "as_yaml", "export"]
