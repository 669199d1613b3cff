"""The chart's schema of `hub.settings` and `emulator.settings`, made from the table in docs/configuration.md.

Run it after a setting was added or changed:  python3 Tests/Deployment/settings_schema.py
"""

import json
import pathlib
import re

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = REPOSITORY / "helm" / "loco-chart" / "values.schema.json"
# The sections of loco.json that each part may be given; the rest is the chart's own to set.
SECTIONS = {
    "hubSettings": ["active"],
    "emulatorSettings": ["video", "audio", "guest", "viewers", "supervision", "recording"],
}
# What the chart sets by the environment, which wins over the file.
SET_BY_CHART = {"guest.disk", "guest.networkSeed"}


def table(markdown=None):
    """The documented settings: `{name: (allowed, doc, environment, flag)}`."""
    markdown = markdown or (REPOSITORY / "docs" / "configuration.md").read_text()
    rows = re.findall(r"^\| `([\w.]+)` \| `[^`]*` \| ([^|]*) \| ([^|]*) \| `(\w+)` \| (`[\w-]+`|-) \|$", markdown, re.M)
    return {name: (allowed, doc, variable, flag.strip("`")) for name, allowed, doc, variable, flag in rows}


def schema_of(allowed):
    """The JSON schema of what a setting allows, by the words of the table."""
    number = r"([\d.]+)"
    if allowed == "true or false":
        return {"type": "boolean"}
    if allowed == "text of one line":
        return {"type": "string", "pattern": "^[^\\n\\r]*$"}
    if match := re.fullmatch(f"a whole number from {number} to {number}", allowed):
        return {"type": "integer", "minimum": int(match[1]), "maximum": int(match[2])}
    if match := re.fullmatch(f"a number from {number} to {number}", allowed):
        return {"type": "number", "minimum": float(match[1]), "maximum": float(match[2])}
    if match := re.fullmatch("one of (.*)", allowed):
        return {"enum": match[1].split(", ")}
    if re.fullmatch(f"a list of one or more numbers from {number} to {number}", allowed):
        return {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$"}}
    if match := re.fullmatch("a list of one or more of (.*)", allowed):
        return {"type": "array", "minItems": 1, "items": {"enum": match[1].split(", ")}}
    if allowed == "a list of texts":
        return {"type": "array", "items": {"type": "string"}}
    if allowed.startswith("a list of name=WIDTHxFPS@KBITS"):
        return {"type": "array", "items": {"type": "string", "pattern": "^[a-z0-9-]{1,32}=[0-9]+x[0-9]+@[0-9]+$"}}
    raise ValueError(f"docs/configuration.md has words that no schema is known for: {allowed!r}")


def settings_schemas():
    """`{"hubSettings": ..., "emulatorSettings": ...}`."""
    found = {}
    for definition, sections in SECTIONS.items():
        properties = {}
        for section in sections:
            names = {}
            for name, (allowed, doc, _, _) in table().items():
                if name.startswith(section + ".") and name not in SET_BY_CHART:
                    names[name.removeprefix(section + ".")] = {"description": doc, **schema_of(allowed)}
            if not names:
                raise ValueError(f"docs/configuration.md has no settings of the section {section}")
            properties[section] = {"type": "object", "additionalProperties": False, "properties": names}
        found[definition] = {"type": "object", "additionalProperties": False, "properties": properties}
    return found


if __name__ == "__main__":
    schema = json.loads(SCHEMA.read_text())
    schema["$defs"].update(settings_schemas())
    SCHEMA.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
