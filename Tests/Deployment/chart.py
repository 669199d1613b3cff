"""The chart, rendered by Helm itself: its SDK comes as a Python package, so that no helm program is needed."""

import functools
import re
import shlex

import helm_python as helm
import yaml

from settings_schema import REPOSITORY

CHART = REPOSITORY / "helm" / "loco-chart"
DOCUMENT = REPOSITORY / "docs" / "helm.md"
# Kinds of the Prometheus operator's, which Kubernetes itself has no schema of.
FOREIGN = {"ServiceMonitor", "PrometheusRule"}


@functools.cache
def loaded():
    return helm.Chart.load(CHART)


def merge(base, more):
    """Values over values, as several of Helm's -f and --set: maps are merged, everything else is replaced."""
    if not (isinstance(base, dict) and isinstance(more, dict)):
        return more
    return {**base, **{key: merge(base.get(key), value) for key, value in more.items()}}


def sets(*words):
    """Values from the words of --set."""
    return functools.reduce(merge, (helm.parse_set_string(word) for word in words), {})


class Manifests:
    """What a release of the chart consists of."""

    def __init__(self, values=None, name="loco", namespace="loco"):
        values = values or {}
        loaded().validate_schema(values)
        files = loaded().render(values, name=name, namespace=namespace)
        self.namespace = namespace
        self.notes = next(text for path, text in files.items() if path.endswith("NOTES.txt"))
        self.text = "\n---\n".join(text for path, text in files.items() if path.endswith(".yaml"))
        self.all = [one for one in yaml.safe_load_all(self.text) if one]

    def find(self, kind, name=None):
        """The one object of that kind (and name); None where there is none."""
        found = [one for one in self.all if one["kind"] == kind and name in (None, one["metadata"]["name"])]
        assert len(found) <= 1, f"{kind} {name}: there are {len(found)}"
        return found[0] if found else None

    def named(self, kind):
        return {one["metadata"]["name"]: one for one in self.all if one["kind"] == kind}

    @property
    def workloads(self):
        return [one for one in self.all if one["kind"] in ("Deployment", "StatefulSet")]

    @property
    def hub(self):
        return next(one for one in self.workloads if component(one) == "hub")

    @property
    def emulator(self):
        return self.find("StatefulSet")


def component(workload):
    return workload["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/component"]


def pod(workload):
    return workload["spec"]["template"]["spec"]


def container(workload):
    (only,) = pod(workload)["containers"]
    return only


def environment(workload):
    """Names and values; what comes from elsewhere is given as its source."""
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container(workload)["env"]}


def ports(workload):
    return {one.get("name", one["containerPort"]): one["containerPort"] for one in container(workload)["ports"]}


def documented():
    """Every set of values in docs/helm.md: the yaml blocks by their first line, the commands by what they set."""
    text = DOCUMENT.read_text()
    found = {}
    for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S):
        title = block.splitlines()[0].removeprefix("# ").rstrip(".")
        found[title] = helm.values_from_yaml(block)
    kept = {}
    for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] != ["helm"]:
                continue
            given = sets(*(value for flag, value in zip(words, words[1:]) if flag == "--set"))
            kept = merge(kept if "--reuse-values" in words else {}, given)
            found[" ".join(words)] = kept
    return found
