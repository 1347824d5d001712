"""What goes wrong in a tool call, as data that the model and the trace can carry."""

from typing import Literal

from fluxem_encoders.errors import FluxEMError

Category = Literal["invalid", "mismatch", "limit", "undefined", "unknown_tool", "internal"]
"""invalid: an argument breaks a rule. mismatch: the tool takes no argument of that name or kind, or
misses one. limit: a bound would be passed. undefined: the mathematics has no answer (division by
zero). unknown_tool: no tool of that name. internal: a defect of ours."""


class ToolError(FluxEMError, ValueError):
    """A call that has no result; its text names the rule, the value and the remedy."""

    def __init__(self, message: str, category: Category = "invalid") -> None:
        super().__init__(message, category)  # both, so that the error survives pickle
        self.message = message
        self.category: Category = category

    def __str__(self) -> str:
        return self.message
