# SPDX-License-Identifier: BSD-2-Clause
"""What test_schema.sh asks the schemas.

schema.py scenarios FILE...      each is one by the schema
schema.py refuses FILE...        none is
schema.py keys PAGE...           whether the schema has each key of the tables there, and they each of its keys
schema.py output NAME            each line of standard input is one of that subcommand, and no damaged one is
"""
import copy
import json
import re
import sys
from pathlib import Path

import jsonschema
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schemas"


class Loader(yaml.SafeLoader):
    """YAML as teeq reads it: on and off are words."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:bool"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def read(name):
    schema = json.loads((FOLDER / name).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def fail(text):
    sys.exit(f"schema.py: {text}")


def first_error(validator, value):
    for error in validator.iter_errors(value):
        return f"{'/'.join(str(part) for part in error.absolute_path)}: {error.message[:200]}"
    return None


def scenarios(files, good):
    validator = jsonschema.Draft202012Validator(read("scenario.schema.json"))
    for name in files:
        error = first_error(validator, yaml.load(Path(name).read_text(), Loader))
        if good and error:
            fail(f"{name}: {error}")
        if not good and not error:
            fail(f"{name}: the schema takes it")


def paths(schema, node, prefix):
    """Keys as the pages write them: clients.C.count."""
    letters = {"tas": "T", "sessions": "S", "commands": "C", "services": "S", "guests": "G", "channels": "H",
               "devices": "D", "clients": "C", "faults": "F"}
    for key, value in node.get("properties", {}).items():
        yield prefix + key
        yield from paths(schema, value, f"{prefix}{key}.")
        inner = value.get("additionalProperties")
        if isinstance(inner, dict) and key in letters:
            for part in [inner, *inner.get("anyOf", [])]:
                yield from paths(schema, part, f"{prefix}{key}.{letters[key]}.")


def keys(pages):
    schema = read("scenario.schema.json")
    known = set(paths(schema, schema, ""))
    if len(known) < 50:
        fail("the keys of the schema were not read")
    for page in pages:
        text = Path(page).read_text()
        told = set(re.findall(r"`([a-z]+(?:\.[A-Za-z-]+)+)`", text)) - {"call.c", "supp.c"}
        wrong = {key for key in told if key not in known and not key.endswith((".md", ".yaml", ".h"))}
        if wrong:
            fail(f"{page}: the schema has no {', '.join(sorted(wrong))}")
        words = set(re.findall(r"[a-z]+(?:-[a-z]+)*", text))
        missing = {key for key in known if key.split(".")[-1] not in words}
        if missing:
            fail(f"{page}: says nothing of {', '.join(sorted(missing))}")


def damaged(value):
    """The same with a key too many, with one too few, and with one of another type."""
    yield {**value, "no-such-key": 1}
    if "text" not in value or "task" in value:
        few = copy.deepcopy(value)
        del few[next(iter(few))]
        yield few
    other = copy.deepcopy(value)
    other[next(iter(other))] = [[]]
    yield other


def output(name):
    schema = read("output.schema.json")
    if name not in schema["$defs"]:
        fail(f"docs/schemas/output.schema.json: nothing of {name}")
    validator = jsonschema.Draft202012Validator({**schema, "$ref": f"#/$defs/{name}"})
    lines = [json.loads(line) for line in sys.stdin]
    if not lines:
        fail(f"{name}: no output")
    for value in lines:
        error = first_error(validator, value)
        if error:
            fail(f"{name}: {error}")
    for value in damaged(lines[-1]):
        if not first_error(validator, value):
            fail(f"{name}: the schema takes a damaged object: {str(value)[:200]}")


def main():
    what, rest = sys.argv[1], sys.argv[2:]
    if what in ("scenarios", "refuses"):
        scenarios(rest, what == "scenarios")
    elif what == "keys":
        keys(rest)
    else:
        output(rest[0])


main()
