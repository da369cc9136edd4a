"""The one place that speaks Dapr: publisher, subscriptions, invocation, tokens."""
