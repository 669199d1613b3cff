"""A hub on a cluster of the test's own, and nodes that stand for its pods."""

import json

from .fleet import ARTIFACTS, Fleet, binary, free_port
from .program import Program


class KubernetesHub(Fleet):
    """`loco hub` that finds the pods of a KubernetesAPI; its nodes listen at `node_port` of the pods' addresses."""

    def __init__(self, api, settings=None):
        super().__init__(guests=0)
        self.node_port = free_port()
        self.command = [
            str(binary()), "hub", "--port", str(self.port), "--hub-discovery", "kubernetes", "--kubernetes-api",
            api.url, "--kubernetes-namespace", "loco", "--kubernetes-node-port", str(self.node_port)]
        self.environment |= {"LOCO_STATE_DIRECTORY": str(self.home / "state"), **(settings or {})}

    def _all_ready(self):
        # Which pods there are is the test's question.
        self.instances()
        return True

    def info(self):
        return json.loads(self.get("/api/instances/discovery-info"))

    def pod_node(self, number, address):
        """A real node at a pod's address, for a `with`."""
        environment = {
            **self.environment, "LOCO_ICE_ADDRESSES": "127.0.0.1", "LOCO_STATE_DIRECTORY": str(self.home / "nodes")}
        return Program(
            [str(binary()), "node", "--node-host", address, "--node-port", str(self.node_port), "--node-number",
             str(number)],
            ARTIFACTS / f"{self.marker}-node-{address}.log", env=environment, start_new_session=True)
