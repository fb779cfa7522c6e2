"""Problems as `application/problem+json` (RFC 9457) in the reader's language, and the handlers that make them."""

from collections.abc import Callable, Coroutine
from typing import Any, Final
from urllib.parse import quote

import psycopg
import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as StarletteHTTPException

from smartcity_api.kit import conflicts, errors
from smartcity_api.kit.http.database_problems import of_database_error
from smartcity_api.kit.http.validation import faults_of
from smartcity_api.kit.language import Language, preferred_language

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)


class FaultDetail(BaseModel):
    """One thing wrong with a request."""

    parameter: str | None = Field(None, description="Name of the query parameter, path parameter or header")
    pointer: str | None = Field(None, description="JSON pointer (RFC 6901) into the request's content")
    code: str = Field(description="Machine-readable kind of fault", examples=["unknown_parameter"])
    message: str = Field(description="The fault in the reader's language")
    value: str | None = Field(None, description="What was sent, cut at 200 characters")
    suggested: str | None = Field(None, description="A value that was probably meant")


class ProblemDetails(BaseModel):
    """Problem details of RFC 9457."""

    type: str = Field(
        description="URI of the kind of problem, documented there", examples=["/problems/invalid-parameter"]
    )
    title: str = Field(description="The kind of problem, in the reader's language")
    status: int = Field(description="The HTTP status code", examples=[400])
    detail: str | None = Field(None, description="This occurrence, in the reader's language")
    instance: str = Field(description="The path that was asked", examples=["/v1/provinces"])
    request_id: str | None = Field(None, description="Finds this request in the service's logs")
    errors: list[FaultDetail] = Field(default_factory=list, description="Each thing that is wrong, where it is known")


def problem_content(problem: errors.Problem, *, instance: str, language: Language, request_id: str | None) -> bytes:
    """The JSON text of a problem."""
    details = ProblemDetails(
        type=f"/problems/{problem.slug()}",
        title=problem.title.in_(language),
        status=problem.status,
        detail=problem.detail.in_(language) if problem.detail else None,
        instance=instance,
        request_id=request_id,
        errors=[
            FaultDetail(
                parameter=fault.parameter,
                pointer=fault.pointer,
                code=fault.code,
                message=fault.message.in_(language),
                value=_printable(fault.value),
                suggested=fault.suggested,
            )
            for fault in problem.faults
        ],
    )
    return details.model_dump_json(exclude_none=True).encode()


def problem_response(request: Request, problem: errors.Problem) -> Response:
    """The answer that a problem becomes."""
    language = preferred_language(request.headers.get("accept-language"))
    return Response(
        problem_content(
            problem,
            instance=quote(request.scope["path"]),
            language=language,
            request_id=getattr(request.state, "request_id", None),
        ),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={
            "Content-Language": language,
            "Vary": "Accept-Language",
            "Cache-Control": "no-store",
            **problem.headers,
        },
    )


def _printable(value: str | None) -> str | None:
    """The value as it was sent, short, and without what JSON cannot carry (lone surrogates)."""
    return None if value is None else value[:200].encode("utf-8", "replace").decode()


# --- what became of an exception -------------------------------------------------------------------------------------


def of_http_exception(error: StarletteHTTPException, request: Request) -> errors.Problem:
    """The router's own refusals; it knows the methods of one route only, where a path may have several."""
    if error.status_code == 405:
        path = request.scope["path"]
        found = {
            method for address, methods in request.app.state.addresses if address.match(path) for method in methods
        }
        allowed = sorted(found | ({"HEAD"} if "GET" in found else set()))
        return errors.MethodNotAllowed(headers={"Allow": ", ".join(allowed)})
    if error.status_code == 404:
        return errors.NoSuchPath()
    return errors.MalformedRequest() if error.status_code == 400 else errors.InternalError()


def of_validation_error(error: RequestValidationError) -> errors.Problem:
    """A bad query, path or header is 400 and names the parameter; bad content is 422 and points at the place."""
    faults = faults_of(error.errors())
    kind = errors.InvalidParameter if all(fault.parameter is not None for fault in faults) else errors.Invalid
    return kind.listing(faults)


Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]


def _answering(translate: Callable[[Any], errors.Problem]) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        problem = translate(error)
        if isinstance(problem, errors.Unavailable | conflicts.InsufficientStorage):  # foreseen: a line, no trace
            log.warning("unavailable", problem=problem.slug(), error=str(error))
            request.state.unavailable = problem  # who waits for the same answer learns it by this
        elif problem.status >= 500:
            log.error("request failed", problem=problem.slug(), error=type(error).__name__, exc_info=error)
        return problem_response(request, problem)

    return handle


async def _of_router(request: Request, error: Exception) -> Response:
    return await _answering(lambda found: of_http_exception(found, request))(request, error)


async def _of_database(request: Request, error: Exception) -> Response:
    return await _answering(lambda found: of_database_error(found, request.method))(request, error)


HANDLERS: Final[dict[int | type[Exception], Handler]] = {
    errors.Problem: _answering(lambda problem: problem),
    RequestValidationError: _answering(of_validation_error),
    StarletteHTTPException: _of_router,
    psycopg.Error: _of_database,
}
"""What is known to fail ends as its problem; what is not, as `InternalError` in `gates`."""
