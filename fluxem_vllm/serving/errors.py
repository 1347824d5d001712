"""What the pool's errors become over HTTP."""

from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from fluxem_vllm.pool.errors import DetectionError, PoolBusyError, PoolClosedError, PoolLostError

POOL_ERRORS = (PoolBusyError, PoolClosedError, PoolLostError, DetectionError)


def status_of(error: Exception) -> HTTPStatus:
    """503 for what may be better soon, 500 for a defect."""
    defect = isinstance(error, DetectionError)
    return HTTPStatus.INTERNAL_SERVER_ERROR if defect else HTTPStatus.SERVICE_UNAVAILABLE


def kind_of(status: HTTPStatus) -> str:
    """The `type` of an error in OpenAI's form, such as `BadRequestError`."""
    return status.phrase.title().replace(" ", "").removesuffix("Error") + "Error"


def error_reply(
    message: str, status: HTTPStatus, retry_after_s: float | None = None
) -> JSONResponse:
    """An error in OpenAI's form."""
    error = {"message": message, "type": kind_of(status), "param": None, "code": status.value}
    headers = None if retry_after_s is None else {"Retry-After": str(max(1, ceil(retry_after_s)))}
    return JSONResponse({"error": error}, status.value, headers=headers)


async def reply_to_pool_error(_: Request, error: Any) -> JSONResponse:
    """The reply to a request that the pool did not serve."""
    return error_reply(str(error), status_of(error), getattr(error, "retry_after_s", None))


def add_error_replies(app: FastAPI) -> None:
    """Have the app answer the pool's errors so, on every route."""
    for kind in POOL_ERRORS:
        app.add_exception_handler(kind, reply_to_pool_error)
