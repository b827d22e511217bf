"""OpenTelemetry spans: one for each call, without its content."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from authing_users import (
    AsyncManagementClient,
    AuthenticationError,
    AuthingError,
    NotFoundError,
    SchemaDriftWarning,
    ServerError,
    TransportError,
)
from authing_users.testing import skip_waits

from ..support.client_kinds import MakeClient, Management, collect, run, sync_client
from ..support.emulator_pool import EmulatorPool
from ..support.programs import run_program
from ..support.scripted_server import (
    DELETED,
    NO_USERS,
    ScriptedServer,
    api_error,
    data,
    rest,
    token,
)


@pytest.fixture(scope="module")
def provider() -> tuple[TracerProvider, InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider, exporter


@pytest.fixture
def spans(
    provider: tuple[TracerProvider, InMemorySpanExporter], monkeypatch: pytest.MonkeyPatch
) -> InMemorySpanExporter:
    """The spans of clients that are built after this fixture."""
    tracers, exporter = provider
    exporter.clear()
    monkeypatch.setattr(trace, "get_tracer", tracers.get_tracer)
    return exporter


def finished(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    return list(spans.get_finished_spans())


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def own_id(span: ReadableSpan) -> int:
    context = span.get_span_context()
    assert context is not None
    return context.span_id


def parent_id(span: ReadableSpan) -> int | None:
    return None if span.parent is None else span.parent.span_id


async def test_a_call_is_a_client_span_and_its_token_request_a_child(
    make_client: MakeClient, spans: InMemorySpanExporter
) -> None:
    server = ScriptedServer(NO_USERS, DELETED)
    client = make_client(server, host="https://inner.example:8443")
    await run(client.users.list())
    await run(client.users.delete("u"))
    token_request, listing, deletion = finished(spans)
    for span, operation_type, operation in (
        (token_request, "query", "GetAccessToken"),
        (listing, "query", "ListUsers"),
        (deletion, "mutation", "DeleteUser"),
    ):
        assert span.name == operation_type
        assert span.kind is SpanKind.CLIENT
        assert span.status.status_code is StatusCode.UNSET
        assert attributes(span) == {
            "server.address": "inner.example",
            "server.port": 8443,
            "graphql.operation.name": operation,
            "graphql.operation.type": operation_type,
        }
        assert span.instrumentation_scope is not None
        assert span.instrumentation_scope.name == "authing_users"
    assert parent_id(listing) is None
    assert parent_id(deletion) is None
    assert parent_id(token_request) == own_id(listing)


async def test_a_rest_span_is_named_after_method_and_operation(
    make_client: MakeClient, spans: InMemorySpanExporter
) -> None:
    server = ScriptedServer(rest({"isLogin": False}))
    client = make_client(server)
    await run(client.users.check_login_status("canary-id"))
    span = finished(spans)[-1]
    assert span.name == "GET CheckUserLoginStatus"
    assert attributes(span) == {
        "server.address": "core.authing.cn",
        "server.port": 443,
        "http.request.method": "GET",
    }


async def test_each_attempt_is_an_event(
    make_client: MakeClient, spans: InMemorySpanExporter
) -> None:
    server = ScriptedServer(httpx.Response(503), httpx.ReadTimeout("slow"), NO_USERS)
    client = make_client(server, retries=2)
    with skip_waits() as waits:
        await run(client.users.list())
    span = finished(spans)[-1]
    events = [(event.name, dict(event.attributes or {})) for event in span.events]
    assert events == [
        ("attempt", {"authing.attempt": 1, "http.response.status_code": 503}),
        ("retry", {"authing.attempt": 1, "authing.wait": waits[0]}),
        ("attempt", {"authing.attempt": 2, "error.type": "TransportTimeoutError"}),
        ("retry", {"authing.attempt": 2, "authing.wait": waits[1]}),
        ("attempt", {"authing.attempt": 3, "http.response.status_code": 200}),
    ]
    assert span.status.status_code is StatusCode.UNSET


async def test_a_request_that_is_adapted_to_the_schema_is_an_attempt_of_the_same_span(
    make_client: MakeClient, spans: InMemorySpanExporter
) -> None:
    errors = [{"message": 'Cannot query field "arn" on type "User".'}]
    server = ScriptedServer(httpx.Response(400, json={"errors": errors}), NO_USERS)
    client = make_client(server)
    with pytest.warns(SchemaDriftWarning):
        await run(client.users.list())
    _, span = finished(spans)
    assert [(event.name, dict(event.attributes or {})) for event in span.events] == [
        ("attempt", {"authing.attempt": 1, "http.response.status_code": 400}),
        ("attempt", {"authing.attempt": 2, "http.response.status_code": 200}),
    ]
    assert span.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize(
    ("response", "error", "code"),
    [
        (api_error(2004, "canary-bob does not exist"), NotFoundError, 2004),
        (httpx.ConnectError("canary-host is unreachable"), TransportError, None),
    ],
    ids=["API error", "transport error"],
)
async def test_a_span_records_the_error_type_without_its_message(
    make_client: MakeClient,
    spans: InMemorySpanExporter,
    response: Any,
    error: type[Exception],
    code: int | None,
) -> None:
    client = make_client(ScriptedServer(response))
    with pytest.raises(error, match="canary"):
        await run(client.users.update("u", {"nickname": "x"}))
    span = finished(spans)[-1]
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description is None
    assert attributes(span)["error.type"] == error.__name__
    assert attributes(span).get("authing.code") == code
    assert [event.name for event in span.events] == ["attempt"]


async def test_a_failed_token_request_fails_both_spans(
    make_client: MakeClient, spans: InMemorySpanExporter
) -> None:
    server = ScriptedServer()
    server.tokens = [api_error(1001, "no")]
    client = make_client(server)
    with pytest.raises(AuthenticationError):
        await run(client.users.list())
    token_request, call = finished(spans)
    assert {span.status.status_code for span in (token_request, call)} == {StatusCode.ERROR}
    assert attributes(call)["error.type"] == "AuthenticationError"


async def test_spans_hold_no_content_of_requests_or_responses(
    make_client: MakeClient, spans: InMemorySpanExporter
) -> None:
    rejected = api_error(2206, "canary-message")
    bob = data(updateUser={"id": "canary-id", "username": "canary-bob"})
    server_error = httpx.Response(500, json={"code": 500, "message": "canary-message"})
    no_users = data(searchUser={"totalCount": 0, "list": []})
    server = ScriptedServer(rejected, bob, no_users, server_error)
    server.tokens = [token("canary-first"), token("canary-second")]
    client = make_client(server)
    await run(client.users.update("canary-id", {"nickname": "canary-nick"}))
    await run(client.users.search("canary-query"))
    with pytest.raises(ServerError, match="canary-message"):
        await run(client.users.get_user_tenants("canary-id"))
    exported = "".join(span.to_json() for span in finished(spans))
    assert len(finished(spans)) == 5
    assert "canary" not in exported


async def test_spans_of_tasks_and_threads_keep_their_own_parent(
    make_client: MakeClient, spans: InMemorySpanExporter
) -> None:
    server = ScriptedServer(*[NO_USERS] * 6)
    client = make_client(server)
    await run(client.users.list())
    spans.clear()
    tracer = trace.get_tracer("test")
    if isinstance(client, AsyncManagementClient):

        async def task(number: int) -> None:
            with tracer.start_as_current_span(f"task {number}"):
                await client.users.list()

        await asyncio.gather(*[task(number) for number in range(5)])
    else:

        def thread(number: int) -> None:
            with tracer.start_as_current_span(f"thread {number}"):
                client.users.list()

        with ThreadPoolExecutor(5) as pool:
            list(pool.map(thread, range(5)))
    outer = [span for span in finished(spans) if span.kind is SpanKind.INTERNAL]
    calls = [span for span in finished(spans) if span.kind is SpanKind.CLIENT]
    assert len(calls) == 5
    assert sorted(parent_id(span) or 0 for span in calls) == sorted(map(own_id, outer))


async def test_spans_of_prefetched_pages_keep_the_parent(
    spans: InMemorySpanExporter, client: Management, emulator_pool: EmulatorPool
) -> None:
    emulator_pool.seed_users(20)
    tracer = trace.get_tracer("test")
    with tracer.start_as_current_span("outer") as outer:
        assert len(await collect(client.users.iter_list(limit=3, prefetch=4))) == 20
    calls = [span for span in finished(spans) if "ListUsers" in str(attributes(span))]
    assert len(calls) == 7
    assert set(map(parent_id, calls)) == {outer.get_span_context().span_id}


def test_the_current_span_is_restored_after_a_call(spans: InMemorySpanExporter) -> None:
    tracer = trace.get_tracer("test")

    def check() -> None:
        with (
            sync_client(ScriptedServer(NO_USERS)) as client,
            tracer.start_as_current_span("outer") as outer,
        ):
            client.users.list()
            assert trace.get_current_span() is outer

    copy_context().run(check)
    assert [span.kind for span in finished(spans)].count(SpanKind.CLIENT) == 2


PROGRAM_WITHOUT_OPENTELEMETRY = """
import asyncio, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from authing_users import AsyncManagementClient, ManagementClient

async def main():
    with ManagementClient() as client:
        print(client.users.list().total_count)
    async with AsyncManagementClient() as client:
        print((await client.users.list()).total_count)

asyncio.run(main())
print([name for name in sys.modules if "opentelemetry" in name])
"""


def test_calls_work_without_opentelemetry_and_do_not_import_it(emulator_pool: EmulatorPool) -> None:
    emulator_pool.seed_users(3)
    printed = run_program(emulator_pool, PROGRAM_WITHOUT_OPENTELEMETRY)
    assert printed == ["3", "3", "[]"]


PROGRAM_WITH_A_LATE_PROVIDER = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import ProxyTracer
from authing_users import ManagementClient

created = []
create = ProxyTracer.start_as_current_span

def recording(*args, **settings):
    created.append(settings)
    return create(*args, **settings)

ProxyTracer.start_as_current_span = recording
with ManagementClient() as client:
    client.users.list()
    print(len(created))
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    client.users.list()
print(len(created), len(exporter.get_finished_spans()))
"""


def test_spans_are_created_once_the_program_has_set_a_provider(emulator_pool: EmulatorPool) -> None:
    printed = run_program(emulator_pool, PROGRAM_WITH_A_LATE_PROVIDER)
    assert printed == ["0", "1 1"]


async def test_a_code_that_is_a_secret_is_not_recorded(
    make_client: MakeClient, spans: InMemorySpanExporter
) -> None:
    client = make_client(ScriptedServer(api_error(12345678, "no")), secret="12345678")
    with pytest.raises(AuthingError):
        await run(client.users.list())
    (span,) = [span for span in finished(spans) if span.kind is SpanKind.CLIENT][-1:]
    assert span.status.status_code is StatusCode.ERROR
    assert "12345678" not in span.to_json()
