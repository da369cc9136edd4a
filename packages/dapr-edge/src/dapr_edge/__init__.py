"""The one place that speaks Dapr: publisher, subscriptions, invocation, tokens."""

from __future__ import annotations
