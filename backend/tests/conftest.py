"""The backend's schema, made by its own migrations on a real PostgreSQL; emptied between tests."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
import todo_backend
from argon2 import PasswordHasher
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dapr_edge.service_tokens import ServiceTokens
from local_runtime.keys import Keys
from local_runtime.testing import Postgres
from service_kit.database import Pool, make_pool
from service_kit.migration import upgrade
from todo_backend.accounts import passwords
from todo_backend.bootstrap import Backend, build
from todo_backend.settings import BackendSettings

from tests.scripted_model import ScriptedModel, scripted_model

sys.path.insert(0, str(Path(__file__).parent))
from actors import Chat, Database, Person, RecurringTaskService, StateApi

TABLES = (
    "tasks", "series", "lists", "refresh_tokens", "accounts", "change_counters", "acts", "idempotency_keys",
    "ledger", "pending", "held", "relay_lease", "operator_acts",
)  # fmt: skip


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> Postgres:
    upgrade(Path(todo_backend.__file__).parent / "migrations", "tasks", postgres.owner_url("tasks"))
    return postgres


@pytest.fixture
def empty(migrated: Postgres) -> Postgres:
    with psycopg.connect(migrated.owner_url("tasks"), autocommit=True) as owner:
        # Far cheaper than TRUNCATE, which makes new files for every partition and index.
        owner.execute("; ".join(f"DELETE FROM tasks.{name}" for name in TABLES))
    return migrated


@pytest.fixture
async def pool(empty: Postgres) -> AsyncIterator[Pool]:
    pool = make_pool(empty.app_url("tasks"), 10, "todo-backend")
    await pool.open()
    yield pool
    await pool.close()


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture(scope="session")
def settings(migrated: Postgres, keys: Keys) -> BackendSettings:
    return BackendSettings(
        app_id="todo-backend",
        public_port=8080,
        app_port=8000,
        dapr_http_port=1,
        dapr_api_token="d" * 32,
        app_api_token="a" * 32,
        database_url=migrated.app_url("tasks"),
        service_key_file=keys.service_key("todo-backend"),
        service_keys_file=keys.service_keys,
        access_token_key_file=keys.access_token_key,
    )


@pytest.fixture(scope="session")
async def one_backend(settings: BackendSettings) -> AsyncIterator[Backend]:
    """The real backend, as bootstrap wires it, with its lifespan running and no listener; one for all tests."""
    # Argon2id as it is, only as cheap as it can be: every test signs somebody up.
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._NOBODYS = passwords._HASHER.hash("nobody has this password")
    backend = build(settings)
    async with backend.inner_app.router.lifespan_context(backend.inner_app):
        yield backend


@pytest.fixture
async def backend(one_backend: Backend, empty: Postgres) -> AsyncIterator[Backend]:
    yield one_backend
    await one_backend.services.refusals.flush(5.0)  # else the next test finds what this one was refused


@pytest.fixture
async def mortal(settings: BackendSettings, empty: Postgres) -> AsyncIterator[Backend]:
    """A backend of a test's own, to stop or to break."""
    backend = build(settings)
    async with backend.inner_app.router.lifespan_context(backend.inner_app):
        yield backend


@pytest.fixture
async def nothing_left_to_tell(backend: Backend) -> AsyncIterator[None]:
    """What was refused is told of a moment later: not in the next test."""
    yield
    await backend.services.refusals.flush(1.0)


@pytest.fixture
async def api(backend: Backend) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(backend.open_app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://open") as client:
        yield client


@pytest.fixture
async def inner(backend: Backend) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(backend.inner_app, raise_app_exceptions=False)
    headers = {"dapr-api-token": "a" * 32}
    async with httpx.AsyncClient(transport=transport, base_url="http://inner", headers=headers) as client:
        yield client


@pytest.fixture
async def ada(api: httpx.AsyncClient) -> Person:
    return await Person.sign_up(api, "ada@example.com", "Europe/Berlin")


@pytest.fixture
async def bob(api: httpx.AsyncClient) -> Person:
    return await Person.sign_up(api, "bob@example.com", "America/New_York")


@pytest.fixture
def database(empty: Postgres) -> Database:
    return Database(empty.owner_url("tasks"))


@pytest.fixture
def recurring(inner: httpx.AsyncClient, keys: Keys) -> RecurringTaskService:
    tokens = ServiceTokens("recurring-task-service", keys.service_key("recurring-task-service"), keys.service_keys)
    return RecurringTaskService(inner, tokens)


@pytest.fixture
def state(backend: Backend) -> StateApi:
    """A state store of the test's own behind the backend's client."""
    api = StateApi()
    store = backend.services.conversations._store
    store._client = httpx.AsyncClient(transport=httpx.MockTransport(api), base_url="http://sidecar/v1.0/state")
    return api


@pytest.fixture
def chat(ada: Person, state: StateApi) -> Chat:
    return Chat(ada)


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    """A model's server, on a port of its own."""
    with scripted_model() as running:
        yield running


@pytest.fixture
async def talking(settings: BackendSettings, empty: Postgres, model: ScriptedModel) -> AsyncIterator[Backend]:
    """A backend that is told of the model. A test file that is about models names it as its `backend`."""
    model.requests.clear()
    told = {
        "chat_model_url": model.url, "chat_model": "scripted-1", "chat_model_request_seconds": 1.0,
        "chat_model_turn_seconds": 10.0, "chat_model_tool_calls": 5, "chat_model_turns_a_day": 12,
    }  # fmt: skip
    backend = build(settings.model_copy(update=told))
    async with backend.inner_app.router.lifespan_context(backend.inner_app):
        yield backend
