"""Publishing through the sidecar's HTTP bulk endpoint, raw: the record's bytes are ours, each entry has its own key.

Over gRPC one refused entry hides which one it was; the SDK's bulk publish has no key per entry. `rawPayload` must be
request metadata and the content type text/plain, else Dapr wraps the event a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx
import orjson
from event_contracts.topics import PUBSUB
from event_spine.errors import BrokerUnavailable
from event_spine.outgoing import Outgoing, Refusal

DEADLINE_SECONDS = 2.0
_OPERATOR_REASONS = ("too large", "toolarge", "message size", "invalid message", "is not allowed", "forbidden")


class HttpBulkPublisher:
    """Publishes bulks to one pub/sub component; the deadline bounds a frozen broker, where Dapr itself would hang."""

    def __init__(self, dapr_http_port: int, dapr_api_token: str, pubsub: str = PUBSUB) -> None:
        self._pubsub = pubsub
        self._client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{dapr_http_port}",
            headers={"dapr-api-token": dapr_api_token, "content-type": "application/json"},
            timeout=DEADLINE_SECONDS,
        )

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
        try:
            answer = await self._client.post(
                f"/v1.0/publish/bulk/{self._pubsub}/{topic}", params={"metadata.rawPayload": "true"}, content=body
            )
        except httpx.HTTPError as error:
            raise BrokerUnavailable(f"{type(error).__name__} while publishing to {topic}") from error
        if answer.is_success:
            return []
        return _refusals(answer, entries)

    async def close(self) -> None:
        """Close the connections to the sidecar."""
        await self._client.aclose()


def _refusals(answer: httpx.Response, entries: Sequence[Outgoing]) -> list[Refusal]:
    document = _document(answer)
    failed: list[dict[str, Any]] = document.get("failedEntries") or []
    refusals = [
        Refusal(UUID(f["entryId"]), str(f.get("error", "")), _needs_operator(str(f.get("error", "")))) for f in failed
    ]
    if refusals and (len(refusals) < len(entries) or any(r.operator_only for r in refusals)):
        return refusals
    raise BrokerUnavailable(f"status {answer.status_code}: {answer.text[:300]}")


def _needs_operator(reason: str) -> bool:
    lowered = reason.lower()
    return any(words in lowered for words in _OPERATOR_REASONS)


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        document = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
