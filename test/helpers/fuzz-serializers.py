"""Lets Schemathesis send what the API's document has besides JSON and bytes."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def write_lines(_context, value):
    """One document, of which the value is the only line."""
    return json.dumps(value).encode() + b"\n"
