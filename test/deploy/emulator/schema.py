"""Properties against the CloudFormation resource schemas, as cfn-lint ships them."""

from functools import lru_cache
from typing import Any

from cfnlint.jsonschema import StandardValidator
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from .refusal import Refusal


def schema_of(resource_type: str, region: str) -> dict[str, Any]:
    """The schema of a type in a region. Raises Refusal for a type that has none there."""
    return _published(resource_type, region).schema


def check_properties(resource_type: str, properties: dict[str, Any], region: str) -> None:
    """Refuses unknown properties, missing ones, wrong types, and values outside their enumeration, pattern or bounds."""
    schema = schema_of(resource_type, region)
    given_read_only = [name for name in _names(schema, "readOnlyProperties") if name in properties]
    if given_read_only:
        raise Refusal(f"{resource_type}: {', '.join(given_read_only)} cannot be given, only read")
    for error in StandardValidator(schema).iter_errors(properties):
        where = "/".join(str(step) for step in error.path) or "its properties"
        raise Refusal(f"{resource_type}, {where}: {error.message}")


def replaces(resource_type: str, old: dict[str, Any], new: dict[str, Any], region: str) -> list[str]:
    """The changed properties that CloudFormation can only set on a new resource."""
    paths = [path.split("/")[2:] for path in schema_of(resource_type, region).get("createOnlyProperties", [])]
    return ["/".join(path) for path in paths if _at(old, path) != _at(new, path)]


def attributes(resource_type: str, region: str) -> list[str]:
    """What `Fn::GetAtt` may name, dotted."""
    return list(_published(resource_type, region).get_atts.keys())


def read_only_attributes(resource_type: str, region: str) -> list[str]:
    """What exists only once the resource does, dotted."""
    paths = schema_of(resource_type, region).get("readOnlyProperties", [])
    return [".".join(path.split("/")[2:]) for path in paths]


def identifier(resource_type: str, region: str) -> list[str]:
    """The properties that together are what `Ref` gives."""
    return _names(schema_of(resource_type, region), "primaryIdentifier")


@lru_cache(maxsize=None)
def _published(resource_type: str, region: str) -> Any:
    try:
        return PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, resource_type)
    except ResourceNotFoundError:
        raise Refusal(f"{resource_type} is no CloudFormation type of {region}") from None


def _names(schema: dict[str, Any], key: str) -> list[str]:
    return [path.split("/")[2] for path in schema.get(key, []) if path.count("/") == 2]


def _at(value: Any, path: list[str]) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
