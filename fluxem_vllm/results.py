"""A tool's result as JSON: the same over HTTP and on the command line."""

from typing import Any

from fluxem_encoders.forms import to_json, to_text
from fluxem_encoders.values import Value


def result_to_json(value: Value, *, exact: bool) -> dict[str, Any]:
    """{"value": "1/3", "text": "1/3", "exact": true}: the JSON form, what people read, exactness.

    `exact` is the call's, which a result may not show: a whole number made of a float is inexact.
    """
    return {"value": to_json(value), "text": to_text(value), "exact": exact}
