"""Whether what is shipped to run the watch and the service starts them in a way that they understand."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from subextract import cli
from subextract.watch.settings import Watching
from subextract.web.settings import Service
from tests.helpers.files import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def understood(arguments: list[str]) -> str:
    """The command that the arguments call; an error where they are not understood."""
    command, bound, _ = cli.app.parse_args(arguments, exit_on_error=False, print_error=False)
    assert bound is not None
    return str(command.__name__)


@pytest.mark.parametrize("command", ["watch", "serve"])
def test_the_unit_starts_its_command_and_the_system_understands_it(command: str, tmp_path: Path) -> None:
    name = f"subextract-{command}.service"
    written = (DEPLOY / name).read_text()
    (line,) = re.findall(r"^ExecStart=(.*)$", written, re.MULTILINE)
    program, *arguments = shlex.split(line)
    assert Path(program).name == "subextract"
    assert understood(arguments) == command
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze")
    unit = tmp_path / name
    unit.write_text(written.replace(program, "/bin/true"))
    checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_image_starts_a_watch_and_copies_what_is_there() -> None:
    (command,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert understood(json.loads(command)) == "watch"
    sources = [
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
        if not source.startswith("--")
    ]
    assert sources == [
        "pyproject.toml",
        "constraints.txt",
        "README.md",
        "LICENSE",
        "subextract",
        "deploy/entrypoint.sh",
    ]
    assert all((ROOT / source).exists() for source in sources)


def test_the_variables_of_image_and_compose_file_are_settings() -> None:
    names = set(re.findall(r"SUBEXTRACT_WATCH_([A-Z_]+)", DOCKERFILE + (DEPLOY / "compose.yaml").read_text()))
    assert {name.lower() for name in names} <= {*Watching.model_fields}
    assert names >= {"LEDGER", "METRICS", "RECURSIVE", "ON_DONE", "JOBS"}
    served = set(re.findall(r"SUBEXTRACT_SERVE_([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    assert served == {"JOBS", "NAMES"}
    assert {name.lower() for name in served} <= {*Service.model_fields}


def test_the_service_in_a_container_shares_the_ledger_of_the_watch_and_has_the_port_that_it_is_asked_for() -> None:
    described = COMPOSE["services"]["serve"]
    data = described["command"][described["command"].index("--data") + 1]
    assert f"SUBEXTRACT_WATCH_LEDGER={data}/jobs.db" in DOCKERFILE
    assert "state:/state" in described["volumes"]
    port = Service.model_validate({}).port
    assert described["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert f"127.0.0.1:{port}/healthz" in described["healthcheck"]["test"][-1]
    assert described["build"]["args"]["EXTRAS"] == "[web]"


@pytest.mark.parametrize(("service", "command"), [("subextract", "watch"), ("gpu", "watch"), ("serve", "serve")])
def test_each_service_of_the_compose_file_starts_its_command(service: str, command: str) -> None:
    described = COMPOSE["services"][service]
    assert understood(described["command"]) == command
    context = DEPLOY / described["build"]["context"]
    assert (context / described["build"]["dockerfile"]).is_file()
    assert {"CHOWN", "SETUID", "SETGID", "KILL"} <= {*described["cap_add"]}


def test_the_entry_point_is_a_shell_script_and_sets_the_permissions(tmp_path: Path) -> None:
    script = DEPLOY / "entrypoint.sh"
    assert script.stat().st_mode & 0o111
    program = tmp_path / "subextract"
    program.write_text('#!/bin/sh\necho "$(umask) $(id -u) $*"\n')
    program.chmod(0o755)
    (tmp_path / "setpriv").write_text('#!/bin/sh\necho "$*"\n')
    (tmp_path / "setpriv").chmod(0o755)
    (tmp_path / "chown").symlink_to("/bin/true")
    (tmp_path / "mkdir").symlink_to("/bin/true")
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "PUID": "1234", "PGID": "99", "UMASK": "027"}
    said = subprocess.run([script, "watch", "/films"], env=environment, capture_output=True, text=True, check=True)
    expected = {
        True: "--reuid=1234 --regid=99 --clear-groups --no-new-privs subextract watch /films\n",
        False: "0027",
    }
    as_root = "--reuid" in said.stdout
    assert said.stdout.startswith(expected[as_root])
