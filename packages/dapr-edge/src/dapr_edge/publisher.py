"""Publishing through the sidecar's HTTP bulk endpoint, raw: the record's bytes are ours, each entry has its own key.

Over gRPC one refused entry hides which one it was; the SDK's bulk publish has no key per entry. `rawPayload` must be
request metadata and the content type text/plain, else Dapr wraps the event a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import aiohttp
import orjson
from event_contracts.topics import PUBSUB
from event_spine.errors import BrokerUnavailable
from event_spine.outgoing import Outgoing, Refusal
from opentelemetry import propagate

DEADLINE_SECONDS = 2.0
_OPERATOR_REASONS = (
    "too large",
    "toolarge",
    "larger than configured",
    "message size",
    "invalid message",
    "is not allowed",
    "forbidden",
)


class HttpBulkPublisher:
    """Publishes bulks to one pub/sub component; the deadline bounds a frozen broker, where Dapr itself would hang.

    aiohttp, because a call of it costs a third of httpx's and the relay calls for every bulk.
    """

    def __init__(self, dapr_http_port: int, dapr_api_token: str, pubsub: str = PUBSUB) -> None:
        self._url = f"http://127.0.0.1:{dapr_http_port}/v1.0/publish/bulk/{pubsub}"
        self._headers = {"dapr-api-token": dapr_api_token, "content-type": "application/json"}
        self._session: aiohttp.ClientSession | None = None

    async def publish(self, topic: str, entries: Sequence[Outgoing]) -> Sequence[Refusal]:
        """Publish one bulk; see `event_spine.outgoing.Publisher`."""
        body = orjson.dumps(
            [
                {
                    "entryId": str(e.event_id),
                    "event": e.record.decode(),
                    "contentType": "text/plain",
                    "metadata": {"partitionKey": e.stream_key},
                }
                for e in entries
            ]
        )
        headers: dict[str, str] = {}
        propagate.inject(headers)
        url = f"{self._url}/{topic}?metadata.rawPayload=true"
        try:
            async with self._opened().post(url, data=body, headers=headers) as answer:
                if answer.ok:
                    return []
                return refusals_of(answer.status, await answer.read(), entries)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BrokerUnavailable(f"{type(error).__name__} while publishing to {topic}") from error

    async def close(self) -> None:
        """Close the connections to the sidecar."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers, timeout=aiohttp.ClientTimeout(total=DEADLINE_SECONDS)
            )
        return self._session


def refusals_of(status: int, body: bytes, entries: Sequence[Outgoing]) -> list[Refusal]:
    """Read daprd's answer to a bulk that failed: the entries that were refused.

    Raises BrokerUnavailable when none is named, or all are for a reason that may pass.
    """
    failed: list[dict[str, Any]] = _document(body).get("failedEntries") or []
    refusals = [
        Refusal(UUID(f["entryId"]), str(f.get("error", "")), _needs_operator(str(f.get("error", "")))) for f in failed
    ]
    if refusals and (len(refusals) < len(entries) or any(r.operator_only for r in refusals)):
        return refusals
    raise BrokerUnavailable(f"status {status}: {body[:300].decode(errors='replace')}")


def _needs_operator(reason: str) -> bool:
    lowered = reason.lower()
    return any(words in lowered for words in _OPERATOR_REASONS)


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
