"""The environment every Prefect process of Jalur runs in, so that its server, lane workers and sweeps agree.

Prefect reads it when it is first imported. `flows/__init__.py` sets it for our own processes, the supervisor for the
processes it starts; whoever runs `prefect worker start` by hand exports the same names (docs/many-machines.md).
"""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from adapters.settings import Settings

LOGGING = Path(__file__).with_name("prefect_logging.yml")


def prefect_environment(settings: Settings) -> dict[str, str]:
    """Names and values to set before Prefect is imported: where it lives, what it talks to, and no telemetry."""
    return {
        "PREFECT_HOME": str(settings.prefect_home.absolute()),
        "PREFECT_API_URL": settings.prefect_api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_SETTINGS_PATH": str(LOGGING),
        "PREFECT_CLIENT_MAX_RETRIES": "3",  # 14 s; by default a run that ends without a server hangs on for two minutes
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_CLI_COLORS": "false",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        # The server writes task runs and events down one by one, 45 ms of its time a task run; by the hundred, 18 ms.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
        # A run's end is waited for by nobody: what counts is in the office's database.
        "PREFECT_TASKS_DEFAULT_PERSIST_RESULT": "false",
        "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    }


def process_environment(settings: Settings) -> dict[str, str]:
    """The environment of a child process that is to work with these very settings, wherever they came from."""
    own = {}
    for name, value in settings:
        if name in settings.model_fields_set and value is not None:
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            own[f"JALUR_{name.upper()}"] = str(plain.absolute() if isinstance(plain, Path) else plain)
    return own | prefect_environment(settings)
