"""Where everything of one platform is reached, and with which settings its apps run."""

from __future__ import annotations

from local_runtime import database
from local_runtime.keys import Keys
from local_runtime.platform.specs import Specs
from local_runtime.render.place import Place


class Addresses:
    """Addresses and credentials of the platform at `place`; nothing has to run for them."""

    place: Place
    keys: Keys
    specs: Specs

    def url(self, app_id: str, replica: int = 0) -> str:
        """The open address of an app."""
        return f"http://127.0.0.1:{self.place.app(app_id, replica).open_port}"

    def inner_url(self, app_id: str, replica: int = 0) -> str:
        """The address that only the sidecar calls; raises ValueError for an app without one."""
        port = self.place.app(app_id, replica).app_port
        if port is None:
            raise ValueError(f"{app_id} has no app-port")
        return f"http://127.0.0.1:{port}"

    def sidecar_url(self, app_id: str, replica: int = 0) -> str:
        """The HTTP address of an app's sidecar; requests need `dapr_headers`."""
        return f"http://127.0.0.1:{self.place.app(app_id, replica).sidecar.http}"

    @property
    def mail_url(self) -> str:
        """The page of the mail catcher."""
        return f"http://127.0.0.1:{self.place.mail_page_port}"

    @property
    def prometheus_url(self) -> str:
        """Prometheus, where the platform is observed."""
        return f"http://127.0.0.1:{self.place.prometheus_port}"

    @property
    def alertmanager_url(self) -> str:
        """Alertmanager, where the platform is observed."""
        return f"http://127.0.0.1:{self.place.alertmanager_port}"

    @property
    def dapr_headers(self) -> dict[str, str]:
        """The token that sidecars ask for."""
        return {"dapr-api-token": self.keys.dapr_tokens["DAPR_API_TOKEN"]}

    def environment(self, app_id: str, replica: int = 0) -> dict[str, str]:
        """The settings that an app is started with."""
        return self.specs.environment(self.place.app(app_id, replica), replica)

    def owner_url(self, schema: str) -> str:
        """Database address for the owner of a schema."""
        return self.specs.database_url(database.owner_role(schema))

    def app_url(self, schema: str) -> str:
        """Database address for the runtime role of a schema."""
        return self.specs.database_url(database.app_role(schema))

    @property
    def superuser_url(self) -> str:
        """Database address of `todo` for the superuser."""
        return self.specs.superuser_url.rsplit("/", 1)[0] + f"/{database.DATABASE}"
