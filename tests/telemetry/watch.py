"""`python -m tests.telemetry.watch [PORT]`: take OTLP on this machine, and print each trace as a tree, once quiet."""

from __future__ import annotations

import sys
import time

from tests.telemetry.receiver import Received, Span, receiving

PORT = 4318
QUIET_SECONDS = 6.0
"""Apps and the page send each second, sidecars each five."""


def main(port: str = str(PORT)) -> None:
    """Print traces until Ctrl-C."""
    changed: dict[str, tuple[int, float]] = {}
    with receiving(int(port)) as received:
        print(f"Ready: OTEL_EXPORTER_OTLP_ENDPOINT={received.url} make run", flush=True)
        while True:
            time.sleep(0.5)
            now, spans = time.monotonic(), list(received.spans.values())
            for trace_id in dict.fromkeys(span.trace_id for span in spans):
                whole = [span for span in spans if span.trace_id == trace_id]
                count, since = changed.get(trace_id, (0, now))
                if count != len(whole):
                    changed[trace_id] = (len(whole), now)
                elif now - since > QUIET_SECONDS:
                    print("\n".join(["", trace_id, *tree(whole)]), flush=True)
                    _forget(received, trace_id)
                    del changed[trace_id]


def tree(spans: list[Span]) -> list[str]:
    """The spans of one trace, each below its parent; one whose parent is elsewhere stands at the left."""
    ids = {span.span_id for span in spans}

    def below(parent: str, depth: int) -> list[str]:
        children = [span for span in spans if span.parent_id == parent]
        return [line for span in children for line in (_line(span, depth), *below(span.span_id, depth + 1))]

    return [
        line
        for root in spans
        if root.parent_id not in ids
        for line in (_line(root, 0), *below(root.span_id, 1))
    ]  # fmt: skip


def _line(span: Span, depth: int) -> str:
    linked = f" (linked to {len(span.links)})" if span.links else ""
    return f"{'  ' * depth}{span.service}: {span.name}{linked}"


def _forget(received: Received, trace_id: str) -> None:
    for context in [context for context in received.spans if context[0] == trace_id]:
        del received.spans[context]
    received.bodies.clear()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        pass
