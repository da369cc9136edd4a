"""From records to events: CloudEvents whose data is what their type promises, and what is none of that."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from event_contracts import CloudEvent, data_model
from pydantic import ValidationError

from event_spine.errors import Poison
from event_spine.records import Delivered, Record, Refused


def parse_batch(records: Sequence[Record]) -> tuple[list[Delivered], list[Refused]]:
    """Read records as CloudEvents and return them, and those that are poison."""
    delivered: list[Delivered] = []
    poison: list[Refused] = []
    for record in records:
        try:
            delivered.append(parse(record))
        except Poison as error:
            poison.append(Refused(record, error.reason, str(error), attempts=1))
    return delivered, poison


def parse(record: Record) -> Delivered:
    """Read a record as a CloudEvent. Raises Poison (not_json, not_cloudevent, invalid_data)."""
    try:
        document = orjson.loads(record.body)
    except orjson.JSONDecodeError as error:
        raise Poison("not_json", str(error)) from error
    try:
        event = CloudEvent.model_validate(document)
    except ValidationError as error:
        raise Poison("not_cloudevent", _brief(error)) from error
    model = data_model(event.type)
    if model is None:
        return Delivered(record, event, None)
    try:
        return Delivered(record, event, model.model_validate(event.data))
    except ValidationError as error:
        raise Poison("invalid_data", _brief(error)) from error


def _brief(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)[:5])
