"""The schema of the chart's values, from values.yaml: every key that stands there is wanted, no other is taken.

What a value may be follows from its name, or from its type where the name says nothing.
"""

from __future__ import annotations

import json
from typing import Any, Final

Schema = dict[str, Any]
Path = tuple[str, ...]


def values_schema(values: Schema) -> str:
    """Return the JSON schema of these values."""
    schema: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Values of todo-app"}
    schema |= _object((), values, values)
    schema["properties"]["global"] = {"type": "object"}  # helm puts it there
    schema["$defs"] = _DEFINITIONS
    return json.dumps(schema, indent=1) + "\n"


def _object(path: Path, part: Schema, values: Schema) -> Schema:
    found = {name: _schema((*path, name), value, values) for name, value in part.items()}
    return {"type": "object", "additionalProperties": False, "required": sorted(part), "properties": found}


def _schema(path: Path, value: Any, values: Schema) -> Schema:
    dotted = ".".join(path)
    if dotted in _CHOICES:
        return {"enum": _CHOICES[dotted]}
    if len(path) == 2 and path[1] == "sidecar":  # an app's own: any part of the common one
        return {**_object(("sidecar",), values["sidecar"], values), "required": []}
    name = next((name for name in (dotted, path[-1]) if name in _NAMED), None)
    if name is None and path[-1].endswith("Seconds"):
        name = "seconds"
    if name is not None and not (name in _LISTS and not isinstance(value, list)):
        return {"$ref": f"#/$defs/{_NAMED.get(name, name)}"}
    if isinstance(value, dict):
        return _object(path, value, values)
    return {"type": {bool: "boolean", int: "integer", str: "string"}[type(value)]}


_CHOICES: Final = {
    "image.pullPolicy": ["Always", "IfNotPresent", "Never"],
    "logLevel": ["DEBUG", "INFO", "WARNING", "ERROR"],
    "sidecar.logLevel": ["debug", "info", "warn", "error"],
    "notification.mail.security": ["starttls", "tls", "none"],
    "audit.seals.accessMode": ["ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"],
    "rollout.kind": ["rolling", "canary", "blue-green"],
    "spread.whenUnsatisfiable": ["ScheduleAnyway", "DoNotSchedule"],
    "postgres.sslMode": ["disable", "require", "verify-ca", "verify-full"],
    "kafka.flavour": ["strimzi", "redpanda", "redpanda-cloud", "confluent-cloud", "plain"],
    "kafka.auth": ["", "mtls", "scram", "plain", "none"],
    "secrets.source": ["existing", "external"],
    "secrets.external.storeKind": ["ClusterSecretStore", "SecretStore"],
    "exposure.kind": ["gateway", "ingress", "none"],
    "exposure.certificate.issuerKind": ["ClusterIssuer", "Issuer"],
}
_LISTS: Final = {"peers", "gateway", "monitoring", "ports"}
"""Names that mean something else where the value is no list."""
_NAMED: Final = {
    **dict.fromkeys(("cpu", "memory", "size", "cpuRequest", "cpuLimit", "memoryRequest", "memoryLimit"), "quantity"),
    **dict.fromkeys(("annotations", "labels", "nodeSelector"), "texts"),
    **dict.fromkeys(("replicas", "minReplicas", "maxReplicas"), "replicas"),
    **dict.fromkeys(("peers", "gateway", "monitoring"), "peers"),
    **dict.fromkeys(("refreshInterval", "interval"), "duration"),
    **dict.fromkeys(("tracing.endpoint", "backend.chatModel.url"), "url"),
    "digest": "digest",
    "port": "port",
    "ports": "ports",
    "host": "host",
    "brokers": "brokers",
    "cpuPercent": "percent",
    "lagThreshold": "positive",
    "goMaxProcs": "positive",
    "databasePoolSize": "poolSize",
    "goMemoryLimit": "goMemory",
    "samplingRate": "share",
    "vapidContact": "contact",
    "settings": "settings",
    "pullSecrets": "pullSecrets",
    "tolerations": "tolerations",
    "seconds": "seconds",
}
"""A value's name, or its whole path → what it may be."""


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


_SELECTOR: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"matchLabels": {"type": "object", "additionalProperties": {"type": "string"}}},
}
_BLOCK: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["cidr"],
    "properties": {"cidr": {"type": "string"}, "except": {"type": "array", "items": {"type": "string"}}},
}
_PEER: Final[Schema] = {
    "type": "object",
    "minProperties": 1,  # an empty one would be everybody
    "additionalProperties": False,
    "properties": {"namespaceSelector": _SELECTOR, "podSelector": _SELECTOR, "ipBlock": _BLOCK},
}
_DEFINITIONS: Final[Schema] = {
    "quantity": _text(r"^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$"),
    "texts": {"type": "object", "additionalProperties": {"type": "string"}},
    "replicas": {"type": "integer", "minimum": 1, "maximum": 50},
    "peers": {"type": "array", "minItems": 1, "items": _PEER},
    "duration": _text("^[0-9]+(ms|s|m|h)$"),
    "url": _text("^(https?://.+)?$"),
    "digest": _text("^(sha256:[0-9a-f]{64})?$"),
    "port": {"type": "integer", "minimum": 1, "maximum": 65535},
    "ports": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/port"}},
    "host": _text(r"^[A-Za-z0-9.:_-]*$"),
    "brokers": _text(r"^([A-Za-z0-9._-]+:[0-9]+(,[A-Za-z0-9._-]+:[0-9]+)*)?$"),
    "percent": {"type": "integer", "minimum": 10, "maximum": 100},
    "positive": {"type": "integer", "minimum": 1},
    "poolSize": {"type": "integer", "minimum": 1, "maximum": 100},
    "goMemory": _text("^[0-9]+(MiB|GiB)$"),
    "share": _text(r"^(0(\.[0-9]+)?|1(\.0+)?)$"),
    "contact": _text("^(mailto:|https://)"),
    "settings": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "propertyNames": {"pattern": "^[A-Z][A-Z0-9_]*$"},
    },
    "pullSecrets": {
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name"],
            "properties": {"name": {"type": "string"}},
        },
    },
    "tolerations": {"type": "array", "items": {"type": "object"}},
    "seconds": {"type": "integer", "minimum": 0, "maximum": 600},
}
