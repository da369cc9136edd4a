from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from event_contracts.apps import APPS
from event_contracts.topics import TOPICS, ConsumerKind
from local_runtime.layout import CLONE
from local_runtime.render.files import rendered, write
from local_runtime.render.place import Place

COMMITTED = CLONE / "dapr"


def documents(place: Place, folder: Path = COMMITTED) -> dict[str, list[dict[str, Any]]]:
    return {name: list(yaml.safe_load_all(text)) for name, text in rendered(place, folder).items()}


def test_the_committed_files_are_the_render_at_offset_zero() -> None:
    committed = {str(file.relative_to(COMMITTED)): file.read_text() for file in COMMITTED.rglob("*.yaml")}
    assert committed == rendered(Place(), COMMITTED), "run `make render`"


def test_the_committed_files_hold_no_path_of_this_machine() -> None:
    assert not [name for name, text in rendered(Place(), COMMITTED).items() if str(CLONE) in text]


def test_an_offset_moves_every_port_and_every_path(tmp_path: Path) -> None:
    near, far = documents(Place()), documents(Place(10_000, tmp_path), tmp_path / "dapr")
    for here, there in zip(near["dapr.yaml"][0]["apps"], far["dapr.yaml"][0]["apps"], strict=True):
        ports = [key for key in here if key.endswith("Port")]
        assert ports
        assert all(there[key] == here[key] + 10_000 for key in ports)
    assert far["components/pubsub-kafka.yaml"][0]["spec"]["metadata"][0]["value"] == "127.0.0.1:29092"
    resolver = far["configuration/todo-relay.yaml"][0]["spec"]["nameResolution"]["configuration"]
    assert resolver["connectionString"] == str(tmp_path / "names.db")


def test_a_name_outlives_renewals_that_come_late_and_is_never_cleaned_away() -> None:
    for app in APPS:
        resolver = documents(Place())[f"configuration/{app}.yaml"][0]["spec"]["nameResolution"]["configuration"]
        counts, patience = (int(resolver[name].removesuffix("s")) for name in ("updateInterval", "timeout"))
        renewed_each = counts - patience
        assert counts >= 4 * renewed_each, "three renewals in a row may fail"
        assert resolver["cleanupInterval"] == "0s", "it deletes the names that are alive"


def test_resiliency_is_alone_in_its_file_and_its_folder_is_loaded() -> None:
    files = documents(Place())
    holding = [name for name, found in files.items() if any(d.get("kind") == "Resiliency" for d in found)]
    assert holding == ["resiliency/resiliency.yaml"]
    assert len(files["resiliency/resiliency.yaml"]) == 1
    assert "./resiliency" in files["dapr.yaml"][0]["common"]["resourcesPaths"]


def test_every_app_is_named_in_every_topic_scope() -> None:
    files = documents(Place())
    for name in ("pubsub-kafka", "pubsub-kafka-broadcast"):
        metadata = {m["name"]: m["value"] for m in files[f"components/{name}.yaml"][0]["spec"]["metadata"]}
        for scope in ("publishingScopes", "subscriptionScopes"):
            assert {part.split("=")[0] for part in metadata[scope].split(";")} == set(APPS)
        assert metadata["protectedTopics"] == metadata["allowedTopics"]


def test_each_consumer_that_may_lose_nothing_has_a_raw_bulk_subscription() -> None:
    found = {
        (document["scopes"][0], document["spec"]["topic"])
        for name, (document, *_) in documents(Place()).items()
        if name.startswith("subscriptions/")
        and document["spec"]["metadata"] == {"rawPayload": "true"}
        and document["spec"]["bulkSubscribe"]["enabled"]
        and "deadLetterTopic" not in document["spec"]
    }
    kinds = (ConsumerKind.PROJECTION, ConsumerKind.RECORD)
    assert found == {(app, topic.name) for topic in TOPICS.values() for app in topic.consumer_ids(*kinds)}


def test_writing_again_touches_nothing_and_removes_what_is_no_longer_meant(tmp_path: Path) -> None:
    place = Place(20, tmp_path)
    write(place, tmp_path / "dapr")
    stray = tmp_path / "dapr" / "subscriptions" / "gone.yaml"
    stray.write_text("kind: Subscription\n")
    before = (tmp_path / "dapr" / "dapr.yaml").stat().st_mtime_ns
    write(place, tmp_path / "dapr")
    assert not stray.exists()
    assert (tmp_path / "dapr" / "dapr.yaml").stat().st_mtime_ns == before
