"""The Dockerfile and the compose file, by what reads them: hadolint, Compose itself, apt, and the program."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from chart import Manifests, pod
from settings_schema import REPOSITORY, table
from support.hub import Hub

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text()
PACKAGES = REPOSITORY / "scripts" / "packages"
PROFILES = {"guests-1": 1, "guests-3": 3, "guests-9": 9}


def tool(name, *words, **variables):
    """Runs a program that the tests' packages brought."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LOCO_", "COMPOSE_"))}
    return subprocess.run(
        [pathlib.Path(sys.executable).parent / name, *words], capture_output=True, text=True, timeout=60, check=False,
        cwd=REPOSITORY, env={**environment, **variables})


def compose(profile="guests-1", *files, **variables):
    """The file as Compose understands it."""
    done = tool(
        "docker-compose", *(word for file in ("compose.yaml", *files) for word in ("-f", file)), "config", "--format", "json",
        **{"LOCO_TOKEN": "a-token-for-tests", "COMPOSE_PROFILES": profile, **variables})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


def stages():
    """The instructions of each stage of the Dockerfile, with those of the stage it builds on."""
    found = {}
    name = None
    for line in re.sub(r"\\\n", " ", DOCKERFILE).splitlines():
        if match := re.match(r"FROM (\S+) AS (\w+)", line):
            name = match[2]
            found[name] = list(found.get(match[1], []))
        elif name and line and not line.startswith("#"):
            found[name].append(re.sub(r"\s+", " ", line))
    return found


def listed(name):
    return [line.split()[0] for line in (PACKAGES / f"{name}.txt").read_text().splitlines()
            if line.strip() and not line.startswith("#")]


def last(stage, instruction):
    return [line for line in stages()[stage] if line.startswith(instruction + " ")][-1]


def test_hadolint_finds_nothing():
    done = tool("hadolint", "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(("stage", "role"), [("hub", "hub"), ("emulator", "node")])
def test_an_image_runs_its_role_under_an_init_as_an_ordinary_user(stage, role):
    assert last(stage, "ENTRYPOINT") == 'ENTRYPOINT ["tini", "--", "loco"]'
    assert last(stage, "CMD") == f'CMD ["{role}"]'
    assert last(stage, "USER") == "USER 10001:10001"
    assert any("useradd --uid 10001" in line for line in stages()[stage])
    # The chart's pods run as the same one.
    workload = Manifests().hub if stage == "hub" else Manifests().emulator
    assert pod(workload)["securityContext"]["runAsUser"] == 10001


def test_an_image_tells_its_health_by_the_programs_own_check():
    assert "loco probe test || exit 1" in last("emulator", "HEALTHCHECK")
    assert 'CMD ["check-hub"]' in last("hub", "HEALTHCHECK")


@pytest.mark.parametrize(("stage", "lists"), [
    ("build", ["build"]), ("hub", ["hub", "image"]), ("pages", ["pages"]), ("emulator", ["run", "image"])])
def test_an_image_installs_what_the_lists_name(stage, lists):
    assert any(f"scripts/install-packages {' '.join(lists)} &&" in line for line in stages()[stage])
    for name in lists:
        assert listed(name)


def test_the_hubs_image_has_the_scripts_that_its_pages_import():
    code = (REPOSITORY / "Sources" / "Gateway" / "Hub" / "PackageFiles.swift").read_text()
    folders = re.findall(r'PackageFiles\("[\w.]+", in: "([^"]+)"\)', code)
    copied = [line.split()[2] for line in stages()["hub"] if line.startswith("COPY --from=pages")]
    assert folders
    for folder in folders:
        assert any(folder == one or folder.startswith(one + "/") for one in copied), folder


def test_images_and_program_agree_on_where_things_are():
    code = "\n".join(path.read_text() for path in (REPOSITORY / "Sources" / "Gateway").rglob("*.swift"))
    for path in ("/usr/share/loco/Web", "/usr/share/loco/loco-demo.img"):
        assert f'"{path}"' in code and f"/out{path}" in DOCKERFILE
    # What the build stage lays out, each image gets.
    assert all("COPY --from=build /out/ /" in stages()[stage] for stage in ("hub", "emulator"))
    variables = {row[2] for row in table().values()}
    for stage in stages().values():
        for line in stage:
            if line.startswith("ENV "):
                assert line.split()[1].split("=")[0] in variables, line
    exposed = {port for stage in ("hub", "emulator") for port in last(stage, "EXPOSE").split()[1:]}
    text = (REPOSITORY / "docs" / "configuration.md").read_text()
    assert exposed == {re.search(rf"`{name}` \| `(\d+)`", text)[1] for name in ("hub.port", "vr.port", "node.port")}


def test_every_package_is_one_of_debians():
    names = sorted({name for path in PACKAGES.glob("*.txt") for name in listed(path.stem)})
    policy = subprocess.run(["apt-cache", "policy", *names], capture_output=True, text=True, timeout=60, check=True,
                            env={**os.environ, "LC_ALL": "C"})
    found = dict(re.findall(r"^(\S+):\n  Installed: (?:.*)\n  Candidate: (.*)$", policy.stdout, re.M))
    if not subprocess.run(["apt-cache", "show", "libc6-dbg"], capture_output=True, timeout=60, check=False).stdout:
        pytest.skip("this machine has no lists of Debian's packages: apt-get update")
    assert [name for name in names if found.get(name, "(none)") == "(none)"] == []


def test_no_guest_or_history_goes_into_the_build():
    ignored = (REPOSITORY / ".dockerignore").read_text().split("\n")
    assert {".git", ".build", "docker/disks"} <= set(ignored)
    # What the package names has to be there, or it cannot even be loaded.
    for folder in ("Sources", "Tests", "benchmark", "demo", "scripts", "docker"):
        assert folder not in ignored


@pytest.mark.parametrize(("profile", "guests"), PROFILES.items())
def test_compose_runs_a_hub_and_as_many_guests_as_the_profile_says(profile, guests):
    services = compose(profile)
    assert set(services) == {"hub", *(f"emulator-{number}" for number in range(guests))}
    (file,) = [one["source"] for one in services["hub"]["volumes"] if one["target"].endswith("instances.json")]
    text = re.sub(r"^//.*$", "", pathlib.Path(file).read_text(), flags=re.M)
    for number, instance in enumerate(json.loads(text)):
        environment = services[f"emulator-{number}"]["environment"]
        assert instance["id"] == f"instance-{number}" and environment["LOCO_NODE_NUMBER"] == str(number)
        assert instance["streamUrl"] == f"http://emulator-{number}:3100"
    assert number + 1 == guests


def test_containers_of_one_host_share_no_port_and_no_folder():
    services = compose("guests-9")
    published = [(port["published"], port["protocol"]) for one in services.values() for port in one.get("ports", [])]
    assert len(published) == len(set(published))
    assert {port["host_ip"] for one in services.values() for port in one["ports"]} == {"127.0.0.1"}
    for name, service in services.items():
        if name == "hub":
            continue
        first, last_port = map(int, service["environment"]["LOCO_ICE_PORT_RANGE"].split("-"))
        wanted = {(port, protocol) for port in range(first, last_port + 1) for protocol in ("tcp", "udp")}
        assert {(port["target"], port["protocol"]) for port in service["ports"]} == wanted
        assert all(str(port["target"]) == port["published"] for port in service["ports"])
        assert last_port - first + 1 >= 16
    volumes = [one["source"] for service in services.values() for one in service["volumes"] if one["type"] == "volume"]
    assert len(volumes) == len(set(volumes)) == 10


def test_containers_of_compose_have_no_rights_that_they_do_not_need():
    for service in compose("guests-9").values():
        assert service["cap_drop"] == ["ALL"] and service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service and "network_mode" not in service
        assert re.search(r":\d[^/:]*$", service["image"]) and service["build"]["target"] in stages()


def test_compose_refuses_to_start_without_a_token():
    done = tool("docker-compose", "config")
    assert done.returncode != 0 and "set LOCO_TOKEN" in done.stderr


def test_kvm_is_given_by_its_own_file():
    services = compose("guests-3", "docker/compose.kvm.yaml", LOCO_KVM_GROUP="104")
    for name, service in services.items():
        assert [one["source"] for one in service.get("devices", [])] == ([] if name == "hub" else ["/dev/kvm"])
    done = tool("docker-compose", "-f", "compose.yaml", "-f", "docker/compose.kvm.yaml", "config", LOCO_TOKEN="a" * 12)
    assert done.returncode != 0 and "LOCO_KVM_GROUP" in done.stderr


@pytest.mark.parametrize("name", ["hub", "emulator-0", "emulator-8"])
def test_every_variable_and_flag_of_compose_is_one_that_the_program_reads(name, loco_config):
    service = compose("guests-9", LOCO_NODE_FLAGS="--video-fps 60 --video-codecs vp8", LOCO_HUB_FLAGS="--active-cpu-share 0.5",
                      LOCO_ANNOUNCED="192.0.2.1", LOCO_GUEST_DISK="/disks/win98.qcow2")[name]
    role, *flags = service["command"]
    assert role == ("hub" if name == "hub" else "node")
    told = loco_config({**service["environment"], "HOME": "/nowhere"}, *flags)
    assert "0.5" in told if name == "hub" else "60" in told


@pytest.mark.parametrize(("profile", "guests"), PROFILES.items())
def test_the_hub_takes_the_lists_of_compose_and_is_checked(profile, guests):
    text = (REPOSITORY / "docker" / f"{profile}.json").read_text()
    with Hub(json.loads(re.sub(r"^//.*$", "", text, flags=re.M))) as hub:
        assert [one["id"] for one in hub.instances()] == [f"instance-{number}" for number in range(guests)]
        check = [str(REPOSITORY / "docker" / "check-hub")]
        environment = {"PATH": os.environ["PATH"], "LOCO_HUB_PORT": str(hub.port)}
        done = subprocess.run(check, capture_output=True, text=True, timeout=10, check=False, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        hub.stop()
        done = subprocess.run(check, capture_output=True, text=True, timeout=10, check=False, env=environment)
        assert done.returncode == 1
