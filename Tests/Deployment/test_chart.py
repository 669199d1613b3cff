"""The chart: every documented set of values renders to what Kubernetes takes and what the code relies on."""

import base64
import json
import re

import helm_python as helm
import kubernetes_validate
import pytest
import yaml

import settings_schema
from chart import (CHART, DOCUMENT, FOREIGN, Manifests, component, container, documented, environment, loaded, merge,
                   pod, ports, sets)
from settings_schema import REPOSITORY, SCHEMA

EVERYTHING = {
    "replicas": 9,
    "imagePullSecrets": ["registry"],
    "rbac": {"allowPodDelete": True, "allowScale": True, "allowResize": True},
    "hub": {"allowedOrigins": ["https://other.example.org"], "settings": {"active": {"cpuShare": 0.5}},
            "tlsSecret": "hub-tls", "service": {"type": "NodePort", "nodePort": 30000},
            "podAnnotations": {"a": "b"}, "nodeSelector": {"disk": "ssd"},
            "tolerations": [{"key": "games", "operator": "Exists", "effect": "NoSchedule"}],
            "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}]}}},
            "priorityClassName": "high"},
    "emulator": {"settings": {"video": {"fps": 60, "codecs": ["vp8"]}, "supervision": {"delays": ["1", "2.5"]},
                              "recording": {"maxBytes": 4294967296}},
                 "disk": {"path": "images/win98.qcow2", "existingClaim": "images"},
                 "storage": {"persistent": True, "storageClass": "fast", "whenScaled": "Delete"},
                 "assets": {"nfs": {"server": "10.0.0.9", "path": "/export"}, "readOnly": True},
                 "kvm": {"mode": "devicePlugin", "gid": 104}},
    "ice": {"hostPorts": True, "tcp": True, "servers": ["stun:stun.example.org:3478"],
            "nodeServers": ["turn:10.0.0.1:3478?transport=udp"], "relay": True},
    "turn": {"enabled": True, "host": "turn.example.org", "service": {"type": "NodePort", "nodePort": 30478}},
    "ingress": {"enabled": True, "host": "loco.example.org", "vrHost": "vr.example.org", "tlsSecret": "tls"},
    "networkPolicy": {"hubFrom": ["10.0.0.0/8"], "viewersFrom": ["192.168.0.0/16", "fd00::/8"]},
    "monitoring": {"serviceMonitor": {"enabled": True}, "alerts": {"enabled": True}, "dashboard": {"enabled": True}},
}
SETS = {"the defaults": {}, "everything at once": EVERYTHING, **documented()}
every_set = pytest.mark.parametrize("values", SETS.values(), ids=SETS.keys())


def sources():
    return {path: path.read_text() for path in (REPOSITORY / "Sources").rglob("*.swift")}


@every_set
@pytest.mark.parametrize("version", ["1.28", "1.37"])
def test_every_documented_set_of_values_is_what_kubernetes_takes(values, version):
    manifests = Manifests(values)
    for one in manifests.all:
        if one["kind"] in FOREIGN:
            continue
        # Strict: a field that does not exist there is an error.
        kubernetes_validate.validate(one, version, strict=True)
    names = [(one["kind"], one["metadata"]["name"]) for one in manifests.all]
    assert len(set(names)) == len(names)
    for kind, name in names:
        assert re.fullmatch("[a-z]([-a-z0-9]{0,61}[a-z0-9])?", name), f"{kind} {name}"
    for one in manifests.all:
        assert one["metadata"]["namespace"] == "loco"
        assert one["metadata"]["labels"]["app.kubernetes.io/part-of"] == "lego-loco-cluster"


@every_set
def test_what_a_pod_refers_to_is_there(values):
    manifests = Manifests(values)
    given = json.dumps(merge(loaded().values, values))
    for workload in manifests.workloads:
        spec, only = pod(workload), container(workload)
        volumes = {one["name"]: one for one in spec["volumes"]}
        claims = {one["metadata"]["name"] for one in workload["spec"].get("volumeClaimTemplates", [])}
        assert {one["name"] for one in only["volumeMounts"]} == set(volumes) | claims
        refers = [("Secret", one["secret"]["secretName"]) for one in volumes.values() if "secret" in one]
        refers += [("ConfigMap", one["configMap"]["name"]) for one in volumes.values() if "configMap" in one]
        refers += [("PersistentVolumeClaim", one["persistentVolumeClaim"]["claimName"]) for one in volumes.values()
                   if "persistentVolumeClaim" in one]
        if "serviceAccountName" in spec:
            refers.append(("ServiceAccount", spec["serviceAccountName"]))
        for one in only["env"]:
            if key := one.get("valueFrom", {}).get("secretKeyRef"):
                refers.append(("Secret", key["name"]))
                if secret := manifests.named("Secret").get(key["name"]):
                    assert key["key"] in secret["data"]
        for kind, name in refers:
            assert name in manifests.named(kind) or f'"{name}"' in given, f"{kind} {name} is nowhere"
        names = {one.get("name") for one in only["ports"]}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            if probe in only:
                assert next(iter(only[probe].values()))["port"] in names
        assert len([one["name"] for one in only["env"]]) == len(environment(workload))
    for service in manifests.named("Service").values():
        (owner,) = [one for one in manifests.workloads
                    if service["spec"]["selector"].items() <= one["spec"]["template"]["metadata"]["labels"].items()]
        assert {one["targetPort"] for one in service["spec"]["ports"]} <= set(ports(owner))


@every_set
def test_no_container_has_rights_that_it_does_not_need(values):
    for workload in Manifests(values).workloads:
        spec, only = pod(workload), container(workload)
        security = only["securityContext"]
        assert "privileged" not in security and "hostNetwork" not in spec and "hostPID" not in spec
        assert security["allowPrivilegeEscalation"] is False and security["readOnlyRootFilesystem"] is True
        assert security["capabilities"]["drop"] == ["ALL"]
        added = ["NET_BIND_SERVICE"] if component(workload) == "turn" else []
        assert security["capabilities"].get("add", []) == added
        assert spec["securityContext"]["runAsNonRoot"] is True and spec["securityContext"]["runAsUser"] > 0
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is (component(workload) == "hub")
        assert re.search(r":[^/:]+$", only["image"]) and not only["image"].endswith(":latest")
        # Kubernetes' own LOCO_HUB_SERVICE_HOST would be refused as an unknown setting.
        assert spec["enableServiceLinks"] is False
        assert only["resources"]["requests"] and only["resources"]["limits"]


def test_helm_lint_finds_nothing():
    report = helm.lint(CHART, EVERYTHING, strict=True)
    # The only thing it has to say is that an icon is recommended.
    assert [one for one in report["messages"] if "icon" not in str(one)] == []


WRONG = {
    "a text for a number": ("replicas=three", "/replicas"),
    "fewer than none": ("replicas=-1", "/replicas"),
    "an unknown value": ("replica=3", "'replica'"),
    "an unknown value inside": ("emulator.kvm.enabled=true", "'enabled'"),
    "an image without a tag": ("emulator.image=loco-emulator", "/emulator/image"),
    "an image tagged latest": ("emulator.image=example.org/loco-emulator:latest", "/emulator/image"),
    "an image that is none": ("hub.image=Loco Hub:1", "/hub/image"),
    "a hub without an image": ("emulator.image=example.org/guest:1", "hub.image"),
    "one of no choice": ("emulator.kvm.mode=yes", "/emulator/kvm/mode"),
    "a log level": ("hub.logLevel=loud", "/hub/logLevel"),
    "a short token": ("auth.token=short", "/auth/token"),
    "twice the same token": ("auth.token=aaaaaaaaaaaa,auth.viewToken=aaaaaaaaaaaa", "must differ"),
    "a quantity": ("emulator.resources.requests.cpu=lots", "/emulator/resources/requests/cpu"),
    "a size": ("hub.persistence.size=8 GB", "/hub/persistence/size"),
    "a port": ("hub.service.port=70000", "/hub/service/port"),
    "ports beyond the last": ("ice.ports.first=65530", "ice.ports"),
    "fewer ports than viewers": ("emulator.settings.viewers.max=64", "ice.ports.count"),
    "a network": ("networkPolicy.viewersFrom={everywhere}", "/networkPolicy/viewersFrom/0"),
    "an origin": ("hub.allowedOrigins={example.org}", "/hub/allowedOrigins/0"),
    "a setting out of range": ("emulator.settings.video.fps=61", "/emulator/settings/video/fps"),
    "an unknown setting": ("emulator.settings.video.fsp=30", "'fsp'"),
    "a setting of the chart's own": ("emulator.settings.node.port=1", "'node'"),
    "a server": ("ice.servers={turn.example.org}", "/ice/servers/0"),
    "TURN without its secret": ("ice.servers={turn:a.example.org:3478?transport=udp}", "ice.turnSecret"),
    "TURN without its host": ("turn.enabled=true", "turn.host"),
    "relay ports": ("turn.enabled=true,turn.host=a.b,turn.relayPorts.last=2000", "turn.relayPorts"),
    "a link that is none": ("vr.url=javascript:1", "/vr/url"),
    "a link with a password": ("hub.url=https://a:b@c/", "/hub/url"),
    "an Ingress without its host": ("ingress.enabled=true", "ingress.host"),
    "a wall that is not there": ("ingress.enabled=true,ingress.host=a.b,ingress.vrHost=c.d,vr.enabled=false", "vrHost"),
    "a disk without its claim": ("emulator.disk.path=a.qcow2", "emulator.disk"),
    "a claim without its image": ("emulator.disk.existingClaim=a", "emulator.disk.path"),
    "two claims": ("emulator.disk.path=a,emulator.disk.existingClaim=a,emulator.disk.size=1Gi", "emulator.disk"),
    "half an export": ("emulator.assets.nfs.server=nas", "emulator.assets.nfs"),
    "two shares": ("emulator.assets.nfs.server=nas,emulator.assets.nfs.path=/a,emulator.assets.existingClaim=b",
                   "emulator.assets"),
    "a network beyond the pods' rights": ("emulator.settings.guest.network=tap", "guest.network"),
    "privileges for nothing": ("emulator.kvm.privileged=true", "emulator.kvm.privileged"),
    "a name": ("fullnameOverride=Loco_1", "/fullnameOverride"),
    "an interval": ("monitoring.serviceMonitor.interval=often", "/monitoring/serviceMonitor/interval"),
}


@pytest.mark.parametrize(("words", "named"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_value_is_refused_by_its_name(words, named):
    with pytest.raises(helm.HelmError) as refused:
        Manifests(sets(words))
    assert named in str(refused.value)


def leaves(values, prefix=""):
    free = ("annotations", "labels", "monitoringNamespace", "requests", "limits")
    for key, value in values.items():
        if isinstance(value, dict) and value and key not in free:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def test_every_value_is_documented_with_its_default():
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (.*?) \|", DOCUMENT.read_text().split("## All values")[1], re.M))
    values = dict(leaves(loaded().values))
    assert set(rows) == set(values)
    for name, value in values.items():
        if name != "ingress.annotations":
            assert rows[name] == f"`{json.dumps(value)}`", name


def test_the_schema_knows_every_value_and_nothing_else():
    schema = json.loads(SCHEMA.read_text())

    def known(node, values, path):
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node
        if not isinstance(values, dict) or not values or "properties" not in node:
            return
        assert node["additionalProperties"] is False, path
        assert set(node["properties"]) - {"global"} == set(values), path
        for key, value in values.items():
            known(node["properties"][key], value, f"{path}.{key}")

    known(schema, loaded().values, "")


def test_the_schema_of_settings_is_that_of_the_documented_table():
    definitions = json.loads(SCHEMA.read_text())["$defs"]
    for name, made in settings_schema.settings_schemas().items():
        assert definitions[name] == made, "run: python3 Tests/Deployment/settings_schema.py"


def test_a_setting_in_words_that_are_not_known_is_not_passed_over():
    with pytest.raises(ValueError, match="a colour"):
        settings_schema.schema_of("a colour")


@pytest.mark.parametrize("replicas", [0, 1, 3, 9])
def test_there_are_as_many_guests_as_asked_for(replicas):
    manifests = Manifests({"replicas": replicas})
    assert manifests.emulator["spec"]["replicas"] == replicas
    assert manifests.emulator["spec"]["podManagementPolicy"] == "Parallel"
    assert f"{replicas} guest" in manifests.notes


def test_the_documented_command_installs_hub_and_guests_from_one_image_name():
    command = next(one for one in documented() if "--create-namespace" in one and "replicas=3" in one)
    manifests = Manifests(documented()[command])
    assert container(manifests.emulator)["image"] == "registry.example.org/loco-emulator:0.1.0"
    assert container(manifests.hub)["image"] == "registry.example.org/loco-hub:0.1.0"
    assert manifests.hub["spec"]["replicas"] == 1
    assert manifests.hub["spec"]["strategy"] == {"type": "Recreate"}


def test_images_without_a_name_have_the_version_of_the_program():
    version = re.search(r'number = "([^"]+)"', next(
        text for path, text in sources().items() if path.name == "BuildVersion.swift"))[1]
    manifests = Manifests()
    assert loaded().metadata["appVersion"] == version
    assert container(manifests.emulator)["image"] == f"loco-emulator:{version}"
    assert container(manifests.hub)["image"] == f"loco-hub:{version}"


@pytest.mark.parametrize(("release", "values", "prefix"), [
    ("loco", {}, "loco"),
    ("prod", {}, "prod-loco"),
    ("my.loco", {}, "my-loco"),
    ("loco", {"nameOverride": "games"}, "loco-games"),
    ("prod", {"fullnameOverride": "arcade"}, "arcade"),
    ("a" * 53, {}, "a" * 40),
])
def test_hub_and_guests_agree_on_names_whatever_the_release_is_called(release, values, prefix):
    manifests = Manifests(values, name=release)
    name = f"{prefix}-emulator"
    assert manifests.emulator["metadata"]["name"] == name and len(name) <= 52
    assert manifests.emulator["spec"]["serviceName"] == name
    assert manifests.find("Service", name)["spec"]["clusterIP"] == "None"
    settings = environment(manifests.hub)
    assert settings["LOCO_KUBERNETES_STATEFUL_SET"] == name
    labels = manifests.emulator["spec"]["template"]["metadata"]["labels"]
    wanted = dict(pair.split("=") for pair in settings["LOCO_KUBERNETES_SELECTOR"].split(","))
    assert wanted.items() <= labels.items() and wanted["app.kubernetes.io/instance"] == release
    assert not wanted.items() <= manifests.hub["spec"]["template"]["metadata"]["labels"].items()
    # What earlier users select by.
    assert {"app.kubernetes.io/component": "emulator", "app.kubernetes.io/part-of": "lego-loco-cluster"}.items() \
        <= labels.items()


def test_a_release_whose_name_services_cannot_have_is_refused():
    with pytest.raises(helm.HelmError, match="fullnameOverride"):
        Manifests(name="3guests")


def test_the_names_are_those_that_the_code_takes_for_granted():
    table = (REPOSITORY / "docs" / "configuration.md").read_text()

    def default(name):
        return json.loads(re.search(rf"^\| `{re.escape(name)}` \| `([^`]*)`", table, re.M)[1])

    manifests = Manifests()
    settings = environment(manifests.hub)
    assert manifests.emulator["metadata"]["name"] == default("kubernetes.statefulSet")
    assert set(default("kubernetes.selector").split(",")) < set(settings["LOCO_KUBERNETES_SELECTOR"].split(","))
    assert ports(manifests.emulator)["node"] == default("node.port") == default("kubernetes.nodePort")
    assert ports(manifests.hub) == {"http": default("hub.port"), "vr": default("vr.port")}
    services = manifests.named("Service")
    assert [one["port"] for one in services["loco-hub"]["spec"]["ports"]] == [default("hub.port")]
    assert [one["port"] for one in services["loco-vr"]["spec"]["ports"]] == [default("vr.port")]
    assert [one["port"] for one in services["loco-emulator"]["spec"]["ports"]] == [default("node.port")]


def rights(role):
    return {(group, resource): (set(rule["verbs"]), tuple(rule.get("resourceNames", ())))
            for rule in role["rules"] for group in rule["apiGroups"] for resource in rule["resources"]
            if resource != "pods" or "delete" not in rule["verbs"]}


WATCHING = {("", "pods"), ("", "services"), ("discovery.k8s.io", "endpointslices"), ("apps", "statefulsets")}


def test_the_hub_may_look_at_its_guests_and_no_more():
    manifests = Manifests()
    assert rights(manifests.find("Role")) == {one: ({"get", "list", "watch"}, ()) for one in WATCHING}
    assert "ClusterRole" not in manifests.text
    binding = manifests.find("RoleBinding")
    assert binding["roleRef"]["name"] == manifests.find("Role")["metadata"]["name"]
    account = manifests.find("ServiceAccount")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": account["metadata"]["name"], "namespace": "loco"}]
    assert pod(manifests.hub)["serviceAccountName"] == account["metadata"]["name"]


def test_each_further_right_is_given_by_its_own_value():
    for value, group, resource, verbs in [
        ("allowScale", "apps", "statefulsets/scale", {"get", "patch"}),
        ("allowResize", "", "pods/resize", {"get", "patch"}),
    ]:
        role = Manifests({"rbac": {value: True}}).find("Role")
        assert rights(role).keys() - WATCHING == {(group, resource)}
        assert rights(role)[group, resource][0] == verbs
    scale = Manifests({"rbac": {"allowScale": True}}, name="prod").find("Role")
    assert rights(scale)["apps", "statefulsets/scale"][1] == ("prod-loco-emulator",)
    (deleting,) = [rule for rule in Manifests({"rbac": {"allowPodDelete": True}}).find("Role")["rules"]
                   if "delete" in rule["verbs"]]
    assert (deleting["resources"], deleting["verbs"]) == (["pods"], ["delete"])


def test_all_that_the_code_names_as_a_permission_can_be_given():
    asked = set(re.findall(r'permission: "(\w+) ([a-z/]+)"', "\n".join(sources().values())))
    assert {("delete", "pods"), ("patch", "statefulsets/scale"), ("patch", "pods/resize")} <= asked
    rules = Manifests(EVERYTHING).find("Role")["rules"]
    given = {(verb, resource) for rule in rules for verb in rule["verbs"] for resource in rule["resources"]}
    assert asked <= given
    # And nothing is given to change anything that the code does not ask for.
    assert {one for one in given if one[0] not in ("get", "list", "watch")} <= asked


def test_without_rbac_nothing_is_granted_and_the_notes_say_what_is_needed():
    manifests = Manifests(sets("rbac.create=false,serviceAccount.create=false,serviceAccount.name=ours"))
    assert not {"Role", "RoleBinding", "ServiceAccount"} & {one["kind"] for one in manifests.all}
    assert pod(manifests.hub)["serviceAccountName"] == "ours"
    assert "service account ours needs get, list and watch" in manifests.notes


@pytest.mark.parametrize("part", ["hub", "emulator"])
@every_set
def test_every_variable_is_one_that_the_program_reads(values, part, tmp_path, loco_config):
    manifests = Manifests(values)
    workload = getattr(manifests, part)
    filled = {}
    for name, value in environment(workload).items():
        if isinstance(value, dict):
            path = value.get("fieldRef", {}).get("fieldPath", "")
            value = "7" if "pod-index" in path else "10.0.0.7" if "hostIP" in path else "a-secret-of-" + name.lower()
        filled[name] = value
    if "LOCO_CONFIG" in filled:
        name = workload["metadata"]["name"]
        settings = tmp_path / "loco.json"
        settings.write_text(manifests.find("ConfigMap", name)["data"]["loco.json"])
        filled["LOCO_CONFIG"] = str(settings)
    told = loco_config(filled)
    documented_variables = {row[2]: name for name, row in settings_schema.table().items()} | {"LOCO_CONFIG": "config"}
    for name in filled:
        if name.startswith("LOCO_"):
            assert name in documented_variables, f"{name} is no setting"
    # Each arrived: it is told as coming from the environment or the file, which it would not be under another name.
    for name, value in filled.items():
        if name.startswith("LOCO_") and name != "LOCO_CONFIG" and value != "":
            (line,) = [line for line in told.splitlines() if line.split()[0] == documented_variables[name]]
            assert name in line or "environment" in line, line
    # Those that are no settings are read by name.
    code = "\n".join(sources().values())
    for name in filled:
        if not name.startswith("LOCO_") and name != "HOME":
            assert f'"{name}"' in code, f"nothing reads {name}"


def test_the_words_on_the_command_line_are_roles():
    manifests = Manifests()
    names = set(re.findall(r'commandName: "(\w+)"', "\n".join(sources().values())))
    assert container(manifests.hub)["args"] == ["hub"] and container(manifests.emulator)["args"] == ["node"]
    assert {"hub", "node"} <= names


def routes():
    return set(re.findall(r'\.get\("(/[^"]*)"\)|WebSocketRoute\(path: "(/[^"]*)"', "\n".join(sources().values())))


def test_probes_ask_what_is_answered_without_a_token():
    open_paths = set(re.findall(r'"(/\w+)"', re.search(
        r"openPaths: Set<String> = \[(.*?)\]", "\n".join(sources().values()))[1]))
    known = {path for pair in routes() for path in pair}
    for workload in (Manifests().hub, Manifests().emulator):
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            path = container(workload)[probe]["httpGet"]["path"]
            assert path in open_paths and path in known, path
    node = container(Manifests().emulator)
    assert node["readinessProbe"]["httpGet"]["path"] == "/health"
    # A sick guest must not get its pod killed while the node mends it.
    assert node["livenessProbe"]["httpGet"]["path"] != "/health"
    assert node["startupProbe"]["httpGet"]["path"] != "/health"


def test_the_hub_with_a_certificate_is_probed_by_https():
    only = container(Manifests({"hub": {"tlsSecret": "tls"}}).hub)
    assert {only[one]["httpGet"]["scheme"] for one in ("startupProbe", "livenessProbe", "readinessProbe")} == {"HTTPS"}


def test_the_ingress_leads_every_kind_of_connection_to_the_hub():
    manifests = Manifests(EVERYTHING)
    rules = {rule["host"]: rule["http"]["paths"] for rule in manifests.find("Ingress")["spec"]["rules"]}
    known = {path for pair in routes() for path in pair}
    for host, service in {"loco.example.org": "loco-hub", "vr.example.org": "loco-vr"}.items():
        paths = {one["path"]: one["backend"]["service"] for one in rules[host]}
        assert set(paths) == {"/", "/signal", "/active", "/proxy", "/events"}
        for path, backend in paths.items():
            assert any(route == path or route.startswith(path.rstrip("/") + "/") for route in known), path
            assert backend["name"] == service
            assert backend["port"]["name"] in {one["name"] for one in manifests.find("Service", service)["spec"]["ports"]}
    assert sorted(manifests.find("Ingress")["spec"]["tls"][0]["hosts"]) == sorted(rules)


def test_tokens_are_made_up_and_differ():
    data = Manifests().find("Secret", "loco-auth")["data"]
    assert set(data) == {"token", "control-token", "view-token"}
    tokens = [base64.b64decode(one).decode() for one in data.values()]
    assert len(set(tokens)) == 3 and all(len(one) == 40 for one in tokens)
    assert data["token"] != Manifests().find("Secret", "loco-auth")["data"]["token"]


def test_a_secret_of_ones_own_is_used_and_none_is_made():
    manifests = Manifests({"auth": {"existingSecret": "mine"}})
    assert manifests.find("Secret") is None
    for workload in manifests.workloads:
        keys = {name: value["secretKeyRef"] for name, value in environment(workload).items() if name.endswith("TOKEN")}
        assert {one["name"] for one in keys.values()} == {"mine"}
        assert keys["LOCO_TOKEN"].get("optional") is None
        assert keys["LOCO_VIEW_TOKEN"]["optional"] and keys["LOCO_CONTROL_TOKEN"]["optional"]


def test_no_secret_is_in_anything_but_a_secret():
    values = sets("auth.token=not-for-all-to-read,ice.turnSecret=nor-is-this-one,turn.enabled=true,turn.host=a.b")
    manifests = Manifests(values)
    for one in manifests.all:
        if one["kind"] != "Secret":
            # Nor a sum of it, against which guesses could be tried.
            assert "checksum/secrets" not in json.dumps(one)
            assert "not-for-all" not in json.dumps(one) and "nor-is-this" not in json.dumps(one)
    assert "not-for-all" not in manifests.notes


def test_host_ports_are_the_announced_ones():
    manifests = Manifests(sets("ice.hostPorts=true,ice.tcp=true,ice.ports.first=50000,ice.ports.count=20"))
    settings = environment(manifests.emulator)
    assert settings["LOCO_ICE_PORT_RANGE"] == "50000-50019"
    assert settings["LOCO_ICE_ANNOUNCED"] == {"fieldRef": {"fieldPath": "status.hostIP"}}
    given = [one for one in container(manifests.emulator)["ports"] if "hostPort" in one]
    assert all(one["hostPort"] == one["containerPort"] for one in given)
    assert {(one["hostPort"], one["protocol"]) for one in given} \
        == {(port, protocol) for port in range(50000, 50020) for protocol in ("UDP", "TCP")}
    named = Manifests(sets("ice.hostPorts=true,ice.announced=media.example.org"))
    assert environment(named.emulator)["LOCO_ICE_ANNOUNCED"] == "media.example.org"
    assert "LOCO_ICE_ANNOUNCED" not in environment(Manifests().emulator)


def test_the_base_image_is_read_and_the_overlay_is_written():
    manifests = Manifests(sets(
        "emulator.disk.path=win98.qcow2,emulator.disk.size=4Gi,emulator.storage.persistent=true"))
    mounts = {one["name"]: one for one in container(manifests.emulator)["volumeMounts"]}
    assert mounts["disk"]["readOnly"] is True
    (disk,) = [one for one in pod(manifests.emulator)["volumes"] if one["name"] == "disk"]
    assert disk["persistentVolumeClaim"] == {"claimName": "loco-emulator-disk", "readOnly": True}
    settings = environment(manifests.emulator)
    assert settings["LOCO_GUEST_DISK"] == mounts["disk"]["mountPath"] + "/win98.qcow2"
    # The overlay is in the run directory, which has to be a folder of the user's own: below the mount, not the mount.
    assert settings["LOCO_RUN_DIRECTORY"].startswith(mounts["data"]["mountPath"] + "/")
    assert [one["metadata"]["name"] for one in manifests.emulator["spec"]["volumeClaimTemplates"]] == ["data"]


def test_a_disk_without_a_claim_is_in_the_assets():
    share = "emulator.assets.nfs.server=nas,emulator.assets.nfs.path=/export,emulator.assets.mountPath=/share/"
    manifests = Manifests(sets(f"{share},emulator.disk.path=images/a.qcow2,emulator.assets.readOnly=true"))
    mounts = {one["name"]: one for one in container(manifests.emulator)["volumeMounts"]}
    assert mounts["assets"]["readOnly"] is True and "disk" not in mounts
    assert environment(manifests.emulator)["LOCO_GUEST_DISK"] == "/share/images/a.qcow2"
    # The assets alone change nothing of the guest, and a claim of the disk's own comes first.
    assert "LOCO_GUEST_DISK" not in environment(Manifests(sets(share)).emulator)
    both = Manifests(sets(f"{share},emulator.disk.path=a.qcow2,emulator.disk.existingClaim=images"))
    assert environment(both.emulator)["LOCO_GUEST_DISK"] == "/disk/a.qcow2"


@pytest.mark.parametrize(("words", "wall", "dashboard"), [
    ("replicas=1", None, None),
    ("ingress.enabled=true,ingress.host=a.example.org", None, "http://a.example.org/"),
    ("ingress.enabled=true,ingress.host=a.example.org,ingress.vrHost=b.example.org,ingress.tlsSecret=tls",
     "https://b.example.org/", "https://a.example.org/"),
    ("ingress.host=a.example.org,ingress.vrHost=b.example.org", None, None),
    ("ingress.enabled=true,ingress.host=a.example.org,ingress.vrHost=b.example.org,vr.url=https://c.example.org/vr/,"
     "hub.url=https://c.example.org/", "https://c.example.org/vr/", "https://c.example.org/")])
def test_the_pages_know_their_public_addresses(words, wall, dashboard):
    settings = environment(Manifests(sets(words)).hub)
    assert settings.get("LOCO_VR_URL") == wall and settings.get("LOCO_HUB_URL") == dashboard


def test_kvm_by_a_device_plugin_is_a_resource_and_by_the_host_a_device():
    plugin = Manifests(sets("emulator.kvm.mode=devicePlugin")).emulator
    assert container(plugin)["resources"]["limits"]["devices.kubevirt.io/kvm"] == "1"
    assert "kvm" not in {one["name"] for one in pod(plugin)["volumes"]}
    host = Manifests(sets("emulator.kvm.mode=hostPath,emulator.kvm.gid=104")).emulator
    (volume,) = [one for one in pod(host)["volumes"] if one["name"] == "kvm"]
    assert volume["hostPath"] == {"path": "/dev/kvm", "type": "CharDevice"}
    assert pod(host)["securityContext"]["supplementalGroups"] == [104]
    assert "privileged" not in container(host)["securityContext"]
    last = Manifests(sets("emulator.kvm.mode=hostPath,emulator.kvm.privileged=true"))
    assert container(last.emulator)["securityContext"]["privileged"] is True and "privileged" in last.notes


def test_only_the_hub_talks_to_nodes_and_viewers_reach_media():
    manifests = Manifests(sets("ice.tcp=true,networkPolicy.viewersFrom={192.168.0.0/16}"))
    policy = manifests.find("NetworkPolicy", "loco-emulator")["spec"]
    assert policy["policyTypes"] == ["Ingress"]
    node, media = policy["ingress"]
    assert node["ports"] == [{"port": "node"}]
    (hub,) = node["from"]
    assert hub["podSelector"]["matchLabels"].items() <= manifests.hub["spec"]["template"]["metadata"]["labels"].items()
    assert media["from"] == [{"ipBlock": {"cidr": "192.168.0.0/16"}}]
    first, last = environment(manifests.emulator)["LOCO_ICE_PORT_RANGE"].split("-")
    assert media["ports"] == [{"protocol": protocol, "port": int(first), "endPort": int(last)} for protocol in ("UDP", "TCP")]
    assert not int(first) <= 3100 <= int(last)
    scraped = Manifests(sets("monitoring.serviceMonitor.enabled=true"))
    sources_ = scraped.find("NetworkPolicy", "loco-emulator")["spec"]["ingress"][0]["from"]
    assert {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}} in sources_


def test_the_turn_server_relays_to_guests_alone():
    manifests = Manifests(sets("turn.enabled=true,turn.host=turn.example.org"))
    (egress,) = manifests.find("NetworkPolicy", "loco-turn")["spec"]["egress"]
    (to,) = egress["to"]
    labels = manifests.emulator["spec"]["template"]["metadata"]["labels"]
    assert to["podSelector"]["matchLabels"].items() <= labels.items()
    for workload in (manifests.hub, manifests.emulator):
        settings = environment(workload)
        assert settings["LOCO_ICE_SERVERS"].split(",")[0] == "turn:turn.example.org:3478?transport=udp"
        assert settings["LOCO_ICE_TURN_SECRET"]["secretKeyRef"] == {"name": "loco-turn", "key": "turn-secret"}


def test_alerts_and_dashboard_are_embedded_as_they_are():
    manifests = Manifests(EVERYTHING)
    files = CHART / "files"
    assert manifests.find("PrometheusRule")["spec"] == yaml.safe_load((files / "alerts.yaml").read_text())
    embedded = manifests.find("ConfigMap", "loco-dashboard")["data"]["loco.json"]
    assert json.loads(embedded) == json.loads((files / "grafana-dashboard.json").read_text())


def test_what_is_scraped_has_a_service_with_that_port():
    manifests = Manifests(EVERYTHING)
    for monitor in manifests.named("ServiceMonitor").values():
        selector = monitor["spec"]["selector"]["matchLabels"]
        (service,) = [one for one in manifests.named("Service").values()
                      if selector.items() <= one["metadata"]["labels"].items()]
        (endpoint,) = monitor["spec"]["endpoints"]
        assert endpoint["port"] in {one["name"] for one in service["spec"]["ports"]}
        assert endpoint["honorLabels"] is True and endpoint["authorization"]["credentials"]["key"] == "view-token"
    assert len(manifests.named("ServiceMonitor")) == 2


def test_a_change_of_settings_starts_the_pods_anew():
    def sums(*words):
        return [one["spec"]["template"]["metadata"]["annotations"] for one in Manifests(sets(*words)).workloads]

    assert sums() == sums()
    for words in ("emulator.settings.video.fps=20", "hub.settings.active.pauseUnfocused=true"):
        assert sums() != sums(words)
