from __future__ import annotations

import ssl
from pathlib import Path

import httpx
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, generate_latest
from service_kit.certificates import NAME, Certificates
from service_kit.health import Health
from service_kit.metrics import metrics_router
from service_kit.requests import RequestContext

OPENMETRICS = {"accept": "application/openmetrics-text; version=1.0.0"}


async def test_a_scrape_asks_the_checks_and_says_which_fails() -> None:
    async def fine() -> None: ...

    async def broken() -> None:
        raise ConnectionError

    text = (await _scraped(Health(gating={"database": fine}, reported={"sidecar": broken}))).text
    assert 'app_check_ok{check="database"} 1.0' in text
    assert 'app_check_ok{check="sidecar"} 0.0' in text


async def test_a_scrape_of_openmetrics_leads_from_a_duration_to_its_trace() -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    parent = {"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"}
    answer = await _scraped(Health(), asked_before=parent, headers=OPENMETRICS)
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert f'# {{trace_id="{trace_id}"}}' in answer.text
    assert trace_id not in (await _scraped(Health())).text, "the plain format has no place for it"


def test_the_first_end_among_the_certificates_of_a_file_is_told(tmp_path: Path) -> None:
    bundle = tmp_path / "authorities.pem"
    known = ssl.create_default_context()
    some = known.get_ca_certs(binary_form=True)[:5]
    bundle.write_text("".join(ssl.DER_cert_to_PEM_cert(one) for one in some))
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted.load_verify_locations(cafile=bundle)
    first = min(ssl.cert_time_to_seconds(str(one["notAfter"])) for one in trusted.get_ca_certs())
    assert _told(bundle) == {str(bundle): float(first)}


def test_a_file_that_cannot_be_read_counts_as_ended(tmp_path: Path) -> None:
    gone, damaged = tmp_path / "gone.pem", tmp_path / "damaged.pem"
    damaged.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    assert _told(gone, damaged) == {str(gone): 0.0, str(damaged): 0.0}


def test_without_any_file_the_metric_is_there_and_says_nothing() -> None:
    registry, certificates = CollectorRegistry(), Certificates()
    certificates.watch(None)
    registry.register(certificates)
    assert f"# TYPE {NAME} gauge" in generate_latest(registry).decode()
    assert _told() == {}


def _told(*files: Path) -> dict[str, float]:
    certificates = Certificates()
    for file in files:
        certificates.watch(file)
    [family] = certificates.collect()
    return {sample.labels["file"]: sample.value for sample in family.samples}


async def _scraped(
    health: Health, *, asked_before: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    app = FastAPI()
    app.include_router(metrics_router(health))
    app.add_middleware(RequestContext, listener="open")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        if asked_before:
            await client.get("/somewhere", headers=asked_before)
        return await client.get("/metrics", headers=headers)
