"""What the pool raises; a call that fails is no error of the pool but a `CallError`."""

from fluxem_encoders.errors import FluxEMError


class PoolBusyError(FluxEMError, RuntimeError):
    """The queue is full; the same request may succeed after `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message, retry_after_s)  # both, so that the error survives pickle
        self.message = message
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return self.message


class PoolClosedError(FluxEMError, RuntimeError):
    """The executor was closed before, or while, the request was served."""


class PoolLostError(FluxEMError, ConnectionError):
    """The Ray cluster cannot be reached, or does not start the pool's actors."""


class DetectionError(FluxEMError, RuntimeError):
    """Span detection failed on a text, or took too long."""
