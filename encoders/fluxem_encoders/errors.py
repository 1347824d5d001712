"""The errors of the encoders; each also is the standard error that it refines."""


class FluxEMError(Exception):
    """Base of every error that this project raises on purpose."""


class CapacityError(FluxEMError, ValueError):
    """A value lies outside what its domain's 256 lanes hold exactly; the text says the limit."""


class DecodeError(FluxEMError, ValueError):
    """256 numbers that are no embedding of any value."""


class ValueFormError(FluxEMError, ValueError):
    """A text or JSON form that stands for no value of the wanted type."""


class UnknownDomainError(FluxEMError, TypeError):
    """A domain that is not registered, or a value that the domain does not hold."""


class AlgebraError(FluxEMError, ValueError):
    """An operation that a domain's algebra does not know for these operands."""
