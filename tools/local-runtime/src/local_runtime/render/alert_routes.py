"""The routes of monitoring/alertmanager/ as an AlertmanagerConfig wants them (monitoring.coreos.com/v1alpha1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import yaml

from local_runtime.render.components import Document
from local_runtime.render.observing import MONITORING

_MATCHER: Final = re.compile(r'^(\w+)(=~|!~|!=|=)"([^"]*)"$')
_ROUTE: Final = {
    "receiver": "receiver",
    "group_by": "groupBy",
    "group_wait": "groupWait",
    "group_interval": "groupInterval",
    "repeat_interval": "repeatInterval",
}


def alert_routes() -> Document:
    """What the chart makes an AlertmanagerConfig of: `route`, `inhibitRules`, and each receiver's words in `mails`.

    Addresses, server and password are the chart's values. What Alertmanager's file says and this cannot is refused.

    Raises `ValueError` for a setting or matcher of Alertmanager's file that is not known here.
    """
    found: dict[str, Any] = yaml.safe_load((MONITORING / "alertmanager" / "alertmanager.yaml").read_text())
    return {
        "route": _route(found["route"]),
        "inhibitRules": [_inhibition(rule) for rule in found["inhibit_rules"]],
        "mails": {receiver["name"]: _mail(receiver) for receiver in found["receivers"]},
    }


def _route(route: Document) -> Document:
    unknown = set(route) - set(_ROUTE) - {"routes", "matchers"}
    if unknown:
        raise ValueError(f"a route says {sorted(unknown)}, which is not carried over")
    made: Document = {_ROUTE[name]: value for name, value in route.items() if name in _ROUTE}
    if "matchers" in route:
        made["matchers"] = _matchers(route["matchers"])
    if "routes" in route:
        made["routes"] = [_route(one) for one in route["routes"]]
    return made


def _inhibition(rule: Document) -> Document:
    made: Document = {
        "sourceMatch": _matchers(rule["source_matchers"]),
        "targetMatch": _matchers(rule["target_matchers"]),
    }
    return made | ({"equal": rule["equal"]} if "equal" in rule else {})


def _matchers(texts: Sequence[str]) -> list[Document]:
    return [_matcher(text) for text in texts]


def _matcher(text: str) -> Document:
    found = _MATCHER.match(text)
    if found is None:
        raise ValueError(f"a matcher that is not understood: {text}")
    return {"name": found[1], "matchType": found[2], "value": found[3]}


def _mail(receiver: Document) -> Document:
    [mail] = receiver["email_configs"]
    return {
        "sendResolved": mail["send_resolved"],
        "headers": [{"key": key, "value": value} for key, value in mail["headers"].items()],
        "text": mail["text"],
    }
