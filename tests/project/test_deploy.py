"""The examples for production name what is there: commands, limits, and what each process must not have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.channels.inbox.body import LARGEST_BODY
from bot.channels.telegram.webhook import PATH
from bot.commands.cli import app
from bot.settings import PROJECT_ROOT
from bot.yaml_files import read_yaml

DEPLOY = PROJECT_ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMMANDS = set(getattr(get_command(app), "commands", {}))


def read_unit(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line and line[0] != "#")


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_exists_and_may_do_little(path: Path) -> None:
    """T32: a service that may too much."""
    unit = read_unit(path)
    found = re.search(r"-m (bot|nlu) (\w+)", unit["ExecStart"])
    assert found is not None
    assert found.group(2) in (COMMANDS if found.group(1) == "bot" else {"serve"})
    assert unit["Restart"] == "always"
    for limit in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"):
        assert unit[limit] == "yes", limit
    assert unit["ProtectSystem"] == "strict"
    assert unit["CapabilityBoundingSet"] == ""


def test_the_understanding_server_has_no_network_and_no_secret() -> None:
    unit = read_unit(DEPLOY / "systemd" / "troly06-understanding.service")
    assert unit["PrivateNetwork"] == "yes"
    assert unit["DynamicUser"] == "yes"
    assert "EnvironmentFile" not in unit
    service = read_compose()["services"]["understanding"]
    assert service["networks"] == ["inside"]
    assert "env_file" not in service
    assert "environment" not in service
    assert "secrets" not in service


def test_compose_starts_commands_that_exist() -> None:
    compose = read_compose()
    assert compose["networks"]["inside"] == {"internal": True}
    started = {service["command"][3] for service in compose["services"].values() if service["command"][:3] == BOT}
    assert started == {"receive", "serve", "deliver", "schedule"} <= COMMANDS


BOT = ["python", "-m", "bot"]


def test_the_understanding_server_reads_where_models_are_trained() -> None:
    """And nothing else of the folder of data."""
    trainer = read_unit(DEPLOY / "systemd" / "troly06-schedule@.service")
    reader = read_unit(DEPLOY / "systemd" / "troly06-understanding.service")
    data_dir = re.search(r"DATA_DIR=(\S+)", trainer["Environment"])
    assert data_dir is not None
    models = f"{data_dir.group(1)}/models"
    assert f"--models {models} " in reader["ExecStart"]
    assert reader["TemporaryFileSystem"] == f"{data_dir.group(1)}:ro"
    assert reader["BindReadOnlyPaths"] == models
    services = read_compose()["services"]
    assert f"{services['schedule']['environment']['DATA_DIR']}/models" == models
    assert f"models:{models}" in services["schedule"]["volumes"]
    assert services["understanding"]["volumes"] == [f"models:{models}:ro"]
    assert models in services["understanding"]["command"]


def test_the_image_is_the_one_that_compose_starts() -> None:
    built = (DEPLOY / "Dockerfile").read_text()
    images = {service["image"] for service in read_compose()["services"].values()}
    assert images == {"troly06", "postgres:18"}
    assert "TROLY06_ENVIRONMENT=ready" in built
    assert "DATA_KEY" not in built


def test_nginx_has_the_limits_of_the_webhook() -> None:
    """T22: connections held open."""
    written = (DEPLOY / "nginx" / "troly06.conf").read_text()
    assert f"location = {PATH} " in written
    assert f"client_max_body_size  {LARGEST_BODY // 1024}k;" in written
    assert written.count("{") == written.count("}")


def read_compose() -> dict[str, Any]:
    return dict(read_yaml(DEPLOY / "compose.yml"))
