"""The engine and the images, once per session. Without an engine these tests are skipped, and so not proved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from local_runtime import layout
from local_runtime.containers import images, stand_ins
from local_runtime.containers.engine import Engine, engine
from local_runtime.containers.images import Built
from local_runtime.errors import PartMissingError
from local_runtime.provision.cache import Cache

from tests.deploy.images.stack import TAG


@pytest.fixture(scope="session")
def container_engine() -> Iterator[Engine]:
    """The engine of this machine."""
    try:
        with engine(Cache(layout.cache_folder())) as found:
            yield found
    except PartMissingError as absent:
        pytest.skip(str(absent))


@pytest.fixture(scope="session")
def built(container_engine: Engine) -> dict[str, Built]:
    """Image → what `make images BASES=local` builds."""
    cache = Cache(layout.cache_folder())
    bases = {name: image for name, image in stand_ins.make(container_engine, cache).items() if name in stand_ins.BASES}
    made = images.build(container_engine, cache, bases, tag=TAG)
    return dict(zip(images.IMAGES, made, strict=True))
