"""Every setting of the assistant, read once from the environment. `.env.example` has a sentence for each."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.lanes import STANDARD_PACES, TELEGRAM_PAID_PER_SECOND, Paces
from bot.domain.messages import Channel

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DATA = PROJECT_ROOT / "data"
"""The shipped knowledge."""


class Settings(BaseSettings):
    """The assistant's settings; frozen, from environment variables and an optional `.env` file."""

    model_config = SettingsConfigDict(env_file=PROJECT_ROOT / ".env", frozen=True, extra="ignore")

    port: int = Field(default=8000, ge=0, le=65535)
    """PORT: where the web chat, the console and the webhooks listen."""
    host: str = "127.0.0.1"
    """HOST: the address to listen on."""
    public_url: str = ""
    """PUBLIC_URL: the address citizens see, such as https://troly.example.gov.vn; empty: http://HOST:PORT."""
    data_dir: Path = PROJECT_ROOT / "var"
    """DATA_DIR: where the embedded database, models and keys are kept."""
    database_url: SecretStr = SecretStr("")
    """DATABASE_URL: a PostgreSQL server, postgresql://...; empty: an embedded one under DATA_DIR."""
    database_owner_url: SecretStr = SecretStr("")
    """DATABASE_OWNER_URL: the same, as the role that owns the tables, for migrations; empty: DATABASE_URL."""
    replaced_database_url: SecretStr = SecretStr("")
    """REPLACED_DATABASE_URL: for `restore` alone: the database that is replaced; its deletions are done again."""
    data_key: SecretStr = SecretStr("")
    """DATA_KEY: 32 bytes in base64 that open the keys of personal data; empty: DATA_DIR/keys/data.key."""
    nlu_url: str = "http://127.0.0.1:5005"
    """NLU_URL: the understanding server, http://... or unix:/path of its socket file."""
    nlu_timeout_ms: int = Field(default=800, ge=10, le=5000)
    """NLU_TIMEOUT_MS: after this long the bot answers from retrieval alone."""
    telegram_bot_token: SecretStr = SecretStr("")
    """TELEGRAM_BOT_TOKEN: from @BotFather; empty: Telegram is off."""
    telegram_api_base: str = "https://api.telegram.org"
    """TELEGRAM_API_BASE: Telegram's own servers, or a stand-in."""
    telegram_webhook_secret: SecretStr = SecretStr("")
    """TELEGRAM_WEBHOOK_SECRET: set: updates come to PUBLIC_URL/telegram/webhook; empty: they are polled."""
    telegram_per_second: float = Field(default=30.0, gt=0, le=1000)
    """TELEGRAM_PER_SECOND: messages a second that we start, from all processes together."""
    telegram_paid_broadcast: bool = False
    """TELEGRAM_PAID_BROADCAST: pay Telegram for broadcasts: up to 1,000 a second, in a lane of their own."""
    zalo_app_id: str = ""
    """ZALO_APP_ID: the app that our Official Account is linked to; empty: Zalo OA is off."""
    zalo_app_secret: SecretStr = SecretStr("")
    """ZALO_APP_SECRET: the app's secret key, for tokens."""
    zalo_oa_secret: SecretStr = SecretStr("")
    """ZALO_OA_SECRET: the Official Account's secret key, by which events are signed."""
    zalo_oauth_base: str = "https://oauth.zaloapp.com"
    """ZALO_OAUTH_BASE: where tokens come from, or a stand-in."""
    zalo_api_base: str = "https://openapi.zalo.me"
    """ZALO_API_BASE: where messages go, or a stand-in."""
    zalo_business_base: str = "https://business.openapi.zalo.me"
    """ZALO_BUSINESS_BASE: where templates go by phone number, or a stand-in."""
    zalo_templates: dict[str, str] = Field(default_factory=dict)
    """ZALO_TEMPLATES: JSON, the id of the registered template of each purpose of data/zalo/templates.yml."""
    zalo_list_buttons: bool = False
    """ZALO_LIST_BUTTONS: also send choices as a list of buttons, where the Official Account may."""
    zalo_bot_token: SecretStr = SecretStr("")
    """ZALO_BOT_TOKEN: from Zalo Bot Manager; empty: the Zalo bot is off."""
    zalo_bot_api_base: str = "https://bot-api.zaloplatforms.com"
    """ZALO_BOT_API_BASE: the Zalo Bot Platform, or a stand-in."""
    zalo_bot_webhook_secret: SecretStr = SecretStr("")
    """ZALO_BOT_WEBHOOK_SECRET: 8 to 256 characters: updates come to PUBLIC_URL/zalo-bot/webhook; empty: polled."""
    demo_messengers: bool = True
    """DEMO_MESSENGERS: whether `run` plays the messengers whose token is not set."""
    demo_applications: int = Field(default=50_000, ge=0, le=1_000_000)
    """DEMO_APPLICATIONS: how many invented applications `run` writes beside the named ones; 0: none."""
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """METRICS_PORT: where `deliver` and `schedule` give their figures for Prometheus; 0: nowhere."""
    log_level: str = "INFO"
    """LOG_LEVEL: DEBUG, INFO, WARNING or ERROR."""

    @property
    def paces(self) -> Paces:
        """How many messages a second may leave on each channel."""
        paid = {Channel.TELEGRAM: TELEGRAM_PAID_PER_SECOND} if self.telegram_paid_broadcast else {}
        return Paces(
            per_second={**STANDARD_PACES.per_second, Channel.TELEGRAM: self.telegram_per_second}, paid=paid
        )

    @property
    def owner_url(self) -> SecretStr:
        """The address of the database as the role that owns the tables."""
        return self.database_owner_url if self.database_owner_url.get_secret_value() else self.database_url

    @property
    def keys_dir(self) -> Path:
        """The folder of key files."""
        return self.data_dir / "keys"

    @property
    def tombstones_dir(self) -> Path:
        """The folder beside the backups where deletions are written down."""
        return self.data_dir / "tombstones"

    @property
    def models_dir(self) -> Path:
        """The folder of trained understanding models."""
        return self.data_dir / "models"

    @property
    def base_url(self) -> str:
        """The address citizens see, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
