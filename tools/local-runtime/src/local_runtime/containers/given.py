"""What Compose is given from the host: secrets, settings with secrets in them, and Dapr's files; made once, kept."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from event_contracts.apps import APPS

from local_runtime import database
from local_runtime.keys import Keys
from local_runtime.layout import RUN
from local_runtime.render import files
from local_runtime.render.in_containers import DATABASE, InContainers

FOLDER: Final = RUN / "compose"


def write(folder: Path = FOLDER) -> Path:
    """Make what is absent, write the rest again, and return the folder.

    Containers run as 65532 and read single files that are mounted: so these are readable, in folders that are not.
    """
    place = InContainers(folder=folder.resolve())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    keys = Keys(place.keys_folder)
    host, port = DATABASE
    keys.make_all(port, host)
    (place.keys_folder / "postgres-password").write_text(keys.passwords["superuser"])
    for file in place.keys_folder.iterdir():
        file.chmod(0o644)
    files.write(place, place.dapr_folder)
    (place.dapr_folder / "dapr.yaml").unlink()  # for the Dapr CLI, which has nothing to do here
    settings = folder / "env"
    settings.mkdir(exist_ok=True)
    for name, variables in _settings(keys).items():
        (settings / f"{name}.env").write_text("".join(f"{key}={value}\n" for key, value in variables.items()))
    return folder


def _settings(keys: Keys) -> dict[str, dict[str, str]]:
    host, port = DATABASE
    address, tokens = f"postgresql://{host}:{port}/postgres", keys.dapr_tokens
    wanted: dict[str, dict[str, str]] = {"dapr": tokens}
    for app in APPS.values():
        wanted[app.app_id] = dict(tokens)
        if app.schema is None:
            wanted[app.app_id] = {"DAPR_API_TOKEN": tokens["DAPR_API_TOKEN"], "SESSION_KEY": keys.session_key}
            continue
        for role, file, name in (
            (database.app_role(app.schema), app.app_id, "DATABASE_URL"),
            (database.owner_role(app.schema), f"{app.schema}-owner", "DATABASE_OWNER_URL"),
        ):
            wanted.setdefault(file, {})[name] = database.url(address, role, keys.passwords[role])
    return wanted
