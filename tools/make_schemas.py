"""Make the JSON Schemas in `schemas/` from the shapes that the readers use; with `--check`, only compare.

The shapes are the authority. A schema serves people who read bundles with other tools; what JSON Schema
cannot say stands in its `description`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from custody.format.authority_list import AUTHORITIES_SHAPE
from custody.format.declaration import DECLARATION_SHAPE
from custody.format.event import ATTESTATION_STATEMENT, BODY_SHAPES, STATEMENT, TAG_ATTESTATION, TAG_EVENT
from custody.format.event_fields import BODY_MEMBERS, EVENT_FIELDS, EVENT_SHAPES, EVENT_TYPES
from custody.format.item_fields import CLOCK, HEX64, ITEM_FIELDS, ITEM_SHAPES
from custody.format.key_file import PUBLIC_KEY_SHAPE
from custody.format.scalar import Schema
from custody.format.shape import Record
from custody.keys.key_file import KEY_SHAPE
from custody.present.gaps_schema import gaps_schema
from custody.present.report_schema import report_schema
from custody.present.timeline_schema import timeline_schema
from custody.profiles.profile import PROFILE_SHAPE
from custody.profiles.rules.registry import RULES
from custody.sealing.metadata import METADATA_SHAPE
from custody.trust.trust_file import TRUST_SHAPE

FOLDER = Path(__file__).resolve().parents[1] / "schemas"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_CALENDAR = "That a day exists in its month, and that sorted lists ascend, is beyond this schema."


def _document(name: str, description: str, schema: Schema) -> Schema:
    """Put the head of a document before a schema; the id is a name, nothing is to be fetched from it."""
    return {"$schema": _DRAFT, "$id": f"urn:custody:{name}", "description": description, **schema}


def _closed(properties: Schema, required: Iterable[str]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(required),
        "additionalProperties": False,
    }


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [{"type": "null"}, schema]}


def item_line_schema() -> Schema:
    """One line of custody/items.jsonl, without its line feed."""
    fields = [f"#/$defs/{name}" for name in ITEM_FIELDS]
    opened = {
        name: {
            "type": "array",
            "prefixItems": [HEX64.schema(), {"$ref": ref}],
            "items": False,
            "minItems": 2,
        }
        for name, ref in zip(ITEM_FIELDS, fields, strict=True)
    }
    is_padding = {"kind": {"type": "object", "properties": {"kind": {"const": "padding"}}}}
    padding = {
        "if": {"properties": is_padding},
        "then": {
            "properties": {name: {"type": "null"} for name in ITEM_FIELDS if name != "kind"}
            | {"kind": {"maxProperties": 1}}
        },
        "else": {"properties": {"content": {"type": "object"}}},
    }
    either = [
        {
            "oneOf": [
                {"properties": {"open": {"required": [name]}}},
                {"properties": {"closed": {"required": [name]}}},
            ]
        }
        for name in ITEM_FIELDS
    ]
    return _document(
        "item-line-1",
        f"A line of custody/items.jsonl: open, partly open or withheld. {_CALENDAR} Neither does it say that"
        " the salts of a partly open line differ, nor what a kind of padding there asks of the other fields.",
        {
            "anyOf": [
                {"$ref": "#/$defs/open_line"},
                {"$ref": "#/$defs/partly_open_line"},
                HEX64.schema(),
            ],
            "$defs": {
                "open_line": _closed(
                    {
                        "key": HEX64.schema(),
                        **{name: {"$ref": ref} for name, ref in zip(ITEM_FIELDS, fields, strict=True)},
                    },
                    ("key", *ITEM_FIELDS),
                )
                | padding,
                "partly_open_line": _closed(
                    {
                        "open": {
                            "type": "object",
                            "properties": opened,
                            "additionalProperties": False,
                            "minProperties": 1,
                        },
                        "closed": {
                            "type": "object",
                            "properties": {name: HEX64.schema() for name in ITEM_FIELDS},
                            "additionalProperties": False,
                            "minProperties": 1,
                        },
                    },
                    ("open", "closed"),
                )
                | {"allOf": either},
                **{
                    name: _nullable(shape.schema())
                    for name, shape in zip(ITEM_FIELDS, ITEM_SHAPES, strict=True)
                },
            },
        },
    )


def _body() -> Schema:
    """The value of a body: members common to all types, and what each type asks of `data`."""
    common = Record(required=BODY_MEMBERS, optional={"clock": CLOCK}).schema()
    common["properties"]["data"] = {"type": "object"}
    common["required"] = sorted([*common["required"], "data"])
    return common | {
        "allOf": [
            {
                "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
                "then": {"properties": {"data": EVENT_TYPES[name].data.schema()}},
            }
            for name in BODY_SHAPES
        ]
    }


_BODY_RULES = (
    "Signers ascend by identity, no key is listed twice, the actor is one of them, anchors ascend, fields are"
    f" in the order of the format, manifest only in a seal, opened only in a disclosure. {_CALENDAR}"
)


def body_schema() -> Schema:
    """The value of an event's field `body`."""
    return _document("body-1", f"The value of the field body of an event. {_BODY_RULES}", _body())


def opening_schema() -> Schema:
    """An opening file of an event or attestation."""
    tags = {"enum": sorted((TAG_EVENT, TAG_ATTESTATION))}

    def row(tag: Schema, name: str, value: Schema) -> Schema:
        places = [HEX64.schema(), tag, {"const": name}, value]
        return {"type": "array", "prefixItems": places, "items": False, "minItems": len(places)}

    def body_of(tag: str, names: Iterable[str]) -> Schema:
        typed = {"properties": {"type": {"enum": sorted(names)}}}
        return row({"const": tag}, "body", {"allOf": [{"$ref": "#/$defs/body"}, typed]})

    chain = body_of(TAG_EVENT, (kind.name for kind in EVENT_TYPES.values() if kind.chain))
    attestation = body_of(TAG_ATTESTATION, (kind.name for kind in EVENT_TYPES.values() if kind.attestation))
    others = [row(tags, name, {"$ref": f"#/$defs/{name}"}) for name in EVENT_FIELDS[1:]]
    return _document(
        "opening-1",
        f"<field>.json beside an event or attestation: salt, tag, field, value. {_BODY_RULES} The runs and"
        " events of opened ascend, and the event itself comes last.",
        {
            "anyOf": [chain, attestation, *others],
            "$defs": {
                "body": _body(),
                **{name: EVENT_SHAPES[name].schema() for name in EVENT_FIELDS[1:]},
            },
        },
    )


def event_schema() -> Schema:
    """event.json of an event in the log."""
    return _document(
        "event-1",
        "event.json in custody/log: the signed bytes. The list prev ascends.",
        STATEMENT.schema(),
    )


def attestation_schema() -> Schema:
    """event.json of an attestation."""
    return _document(
        "attestation-1",
        "event.json in custody/attestations: the signed bytes. The list prev ascends.",
        ATTESTATION_STATEMENT.schema(),
    )


def public_key_schema() -> Schema:
    """A public key file."""
    return _document(
        "public-key-1",
        "A public key file. That each spki is the DER form of its algorithm, of a point of prime order where"
        " it is Ed25519, and that there is one Ed25519 key, is beyond this schema.",
        PUBLIC_KEY_SHAPE.schema(),
    )


def key_schema() -> Schema:
    """A secret key file."""
    return _document(
        "key-1",
        "A secret key file. That the keys are sound, one of each algorithm, of these secrets, is beyond"
        " this schema.",
        KEY_SHAPE.schema(),
    )


def metadata_schema() -> Schema:
    """The JSON form of the metadata that `custody seal --metadata` reads."""
    return _document(
        "metadata-1",
        "What is said of files that are to be sealed. That each path is a file, and named once, is beyond"
        f" this schema. {_CALENDAR}",
        METADATA_SHAPE.schema(),
    )


def declaration_schema() -> Schema:
    """The file that `custody certify --declaration` reads."""
    return _document(
        "declaration-1",
        "What a declarant says for a certificate, besides what a bundle shows. That no item is named twice is"
        f" beyond this schema. {_CALENDAR}",
        DECLARATION_SHAPE.schema(),
    )


def trust_schema() -> Schema:
    """trust.json."""
    return _document(
        "trust-1",
        "What a verifier trusts. That keys are sound, that no key, identity or algorithm is named twice and"
        f" that intervals are not empty is beyond this schema. {_CALENDAR}",
        TRUST_SHAPE.schema(),
    )


def authorities_schema() -> Schema:
    """The list of well-known time authorities."""
    return _document(
        "authorities-1",
        "Well-known time authorities as recorded. That names ascend, that a certificate has the fingerprint"
        " and the dates beside it and may issue others, and that no root has two operators is beyond this"
        f" schema. {_CALENDAR}",
        AUTHORITIES_SHAPE.schema(),
    )


def profile_schema() -> Schema:
    """A profile: what a forum asks for."""
    schema = PROFILE_SHAPE.schema()
    check = schema["properties"]["checks"]["items"]
    check["allOf"] = [
        {
            "if": {"properties": {"rule": {"const": rule.name}}, "required": ["rule"]},
            "then": {
                "properties": {"kind": {"const": rule.kind.value}}
                | ({} if rule.parameters is None else {"parameters": rule.parameters.schema()})
            }
            | ({"required": ["parameters"]} if rule.parameters is not None else {}),
        }
        for rule in RULES.values()
    ]
    return _document(
        "profile-1",
        "What a forum asks for, as checks. That ids are unique and that fields name checks that are there is"
        " beyond this schema, as is that a rule without parameters gets none.",
        schema,
    )


SCHEMAS: dict[str, Callable[[], Schema]] = {
    "attestation-1": attestation_schema,
    "authorities-1": authorities_schema,
    "body-1": body_schema,
    "declaration-1": declaration_schema,
    "event-1": event_schema,
    "gaps-1": gaps_schema,
    "item-line-1": item_line_schema,
    "key-1": key_schema,
    "log-1": timeline_schema,
    "metadata-1": metadata_schema,
    "opening-1": opening_schema,
    "profile-1": profile_schema,
    "public-key-1": public_key_schema,
    "report-1": report_schema,
    "trust-1": trust_schema,
}


def encode_schema(schema: Schema) -> bytes:
    """Spell a schema for people: indented, one line feed at the end."""
    return (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def main() -> int:
    """Write the schemas, or compare them; 1 when one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    only_compare = parser.parse_args().check
    differing = []
    for name, make in SCHEMAS.items():
        path, data = FOLDER / f"{name}.json", encode_schema(make())
        if not only_compare:
            path.write_bytes(data)
        elif not path.is_file() or path.read_bytes() != data:
            differing.append(path.name)
    known = {f"{name}.json" for name in SCHEMAS}
    differing += sorted(path.name for path in FOLDER.glob("*.json") if path.name not in known)
    for each in differing:
        print(f"schemas/{each}: expected what the shapes say, found another text (make schemas)")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
