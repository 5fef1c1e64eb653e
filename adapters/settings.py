"""Every setting of Jalur: a `JALUR_` name, a default and a description (`jalur settings` shows them).

Settings say where things are and how to reach them; what the office does stands in `config/`.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from pathlib import Path

from pydantic import Field, HttpUrl, IPvAnyNetwork, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment at start. Unknown JALUR_ names are refused by `jalur settings --check`."""

    model_config = SettingsConfigDict(env_prefix="JALUR_", frozen=True, extra="ignore")

    home: Path = Field(Path("var"), description="Folder for everything a run writes: data, keys, documents, Prefect.")
    config: Path = Field(Path("config"), description="Folder with the office's configuration.")
    database_url: str | None = Field(
        None, description="PostgreSQL as postgresql://user:password@host/name; SQLite in the home folder when not set."
    )
    prefect_host: str = Field("127.0.0.1", description="Address that Prefect's server listens on.")
    prefect_port: int = Field(4200, ge=1, le=65535, description="Port of Prefect's server.")
    prefect_api_url: HttpUrl | None = Field(
        None, description="A Prefect server run elsewhere; when set, `jalur up` starts none of its own."
    )
    web_host: str = Field("127.0.0.1", description="Address that the web pages and the API listen on.")
    web_port: int = Field(8000, ge=1, le=65535, description="Port of the web pages and the API.")
    trusted_proxy: IPvAnyNetwork = Field(
        IPv4Network("127.0.0.1"),
        description="Address or network of the proxy in front: what it says of who asks, and whether over HTTPS "
        "(X-Forwarded-For, X-Forwarded-Proto), is believed, of nobody else.",
    )
    production: bool = Field(
        False,
        description="Set for real use: cookies travel over HTTPS only (put a proxy with a certificate in front), and "
        "nothing starts with a demo's people or made-up residents in it.",
    )
    oidc_issuer: HttpUrl | None = Field(
        None, description="The office's OpenID Connect provider; people then sign in with their account there too."
    )
    oidc_client_id: str = Field("jalur", description="The name under which the provider knows Jalur.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Jalur's secret at the provider.")
    oidc_claim: str = Field("preferred_username", description="What of an account is the username here.")
    registry_url: HttpUrl | None = Field(
        None, description="The civil register over HTTP; a sandbox of made-up residents when not set."
    )
    registry_token: SecretStr = Field(SecretStr(""), description="Bearer token for the civil register.")
    registry_timeout_s: float = Field(
        10.0, gt=0, description="Longest wait for one answer of the register, in seconds."
    )
    mail_url: SecretStr | None = Field(
        None,
        description="Apprise URL for e-mail with {recipient} in it: mailto://user:pass@host?from=a@b&to={recipient}; "
        "messages are written to a folder when neither this nor phone_url is set.",
    )
    phone_url: SecretStr | None = Field(
        None, description="Apprise URL for messages to a phone number (WhatsApp, SMS), with {recipient} in it."
    )
    clamd: str | None = Field(
        None,
        description="Where a ClamAV daemon looks through uploads, as HOST:PORT or the path of its socket; nothing "
        "looks for viruses when not set.",
    )
    api_per_minute: int = Field(
        600, ge=1, description="Requests a minute that one token of the API, or one address without a token, may send."
    )
    forms_per_minute: int = Field(
        300, ge=1, description="Forms a minute that may come from one address at which nobody is signed in."
    )
    webhook_loopback: bool = Field(
        False, description="Set where webhooks may be sent to programs of this very machine (127.0.0.1, ::1)."
    )
    lease_s: int = Field(
        30, ge=5, le=300, description="Seconds after which a step whose worker died is taken up by another worker."
    )
    worker_slots: int = Field(8, ge=1, le=64, description="Automatic steps that one lane worker executes at once.")
    user: str | None = Field(None, description="Who acts on the command line when --as is not given (a username).")

    @field_validator("database_url")
    @classmethod
    def _a_database_jalur_knows(cls, url: str | None) -> str | None:
        if url is not None and url.partition(":")[0] not in ("postgresql", "postgres", "postgresql+psycopg", "sqlite"):
            raise ValueError("begin it with postgresql:// or sqlite:///")
        return url

    @property
    def data(self) -> Path:
        """Where the office's own data lie: database, keys, documents, papers."""
        return self.home / "data"

    @property
    def keys(self) -> Path:
        """The file of the keys by which personal data are encrypted."""
        return self.data / "keys.json"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the store."""
        if self.database_url is None:
            return f"sqlite:///{self.data / 'jalur.sqlite'}"
        scheme, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in ("postgresql", "postgres") else self.database_url

    @property
    def web_page(self) -> str:
        """Where the pages are on this machine."""
        return f"http://{self.web_host}:{self.web_port}"

    @property
    def prefect_home(self) -> Path:
        """PREFECT_HOME of every Prefect process that Jalur starts."""
        return self.home / "prefect"

    @property
    def prefect_api(self) -> str:
        """The address of Prefect's API."""
        return str(self.prefect_api_url or f"http://{self.prefect_host}:{self.prefect_port}/api")
