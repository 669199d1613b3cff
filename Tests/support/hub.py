"""A hub by itself, over instances that a test writes down."""

import json

from .fleet import Fleet, binary


class Hub(Fleet):
    """`loco hub` over a static file of instances; nodes behind it there may be none."""

    def __init__(self, instances):
        super().__init__(guests=len(instances))
        file = self.home / "instances.json"
        file.write_text(json.dumps(instances))
        self.command = [str(binary()), "hub", "--port", str(self.port)]
        self.environment |= {
            "LOCO_HUB_INSTANCES_FILE": str(file), "LOCO_STATE_DIRECTORY": str(self.home / "state")}

    def _all_ready(self):
        # Whether nodes answer is not the question.
        return len(self.instances()) == self.guests
