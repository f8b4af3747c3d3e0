"""A resource of a type that moto lacks: its properties and attributes are kept, nothing is done with them."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from . import schema
from .refusal import Refusal


@dataclass(frozen=True)
class Request:
    """One resource to make. The properties are resolved, and checked against the schema."""

    type: str
    logical_id: str
    stack_name: str
    properties: dict[str, Any]
    account: str
    region: str

    def generated_name(self) -> str:
        return f"{self.stack_name}-{self.logical_id}-{secrets.token_hex(6)}"


# By account, region, type and identifier.
_RECORDED: dict[tuple[str, str, str, str], "Recorded"] = {}


class Recorded:
    """Attributes are made up after the schema: an ARN for what ends in Arn, an id for what ends in Id, else a name."""

    def __init__(self, request: Request):
        self.request = request
        self.properties = request.properties
        self.attributes = {
            path: self.made_up(path) for path in schema.read_only_attributes(request.type, request.region)
        }
        self.create()
        self.physical_resource_id = self.reference()
        if self._key() in _RECORDED:
            raise Refusal(f"{request.type}: {self.physical_resource_id} already exists")
        _RECORDED[self._key()] = self

    def create(self) -> None:
        """What a type does beside being recorded; may set attributes. Raises Refusal."""

    def change(self, properties: dict[str, Any]) -> None:
        """What an update does beside being recorded. Raises Refusal."""

    def remove(self) -> None:
        """What a deletion does beside being forgotten. Raises Refusal."""

    def reference(self) -> str:
        """What `Ref` gives: the primary identifier of the schema."""
        names = schema.identifier(self.request.type, self.request.region)
        parts = [self.properties.get(name, self.attributes.get(name)) for name in names]
        texts = [part for part in parts if isinstance(part, str)]
        return "|".join(texts) if texts else self.request.generated_name()

    def made_up(self, path: str) -> str:
        service, kind = self.request.type.split("::")[1:]
        last = path.split(".")[-1]
        if last.lower().endswith("arn"):
            name = f"{kind.lower()}/{secrets.token_hex(8)}"
            return f"arn:aws:{service.lower()}:{self.request.region}:{self.request.account}:{name}"
        if last.endswith("Id"):
            return f"{_short(kind)}-{secrets.token_hex(9)[:17]}"
        return f"{self.request.stack_name}-{self.request.logical_id}-{last}"

    def get_cfn_attribute(self, path: str) -> Any:
        return self.attributes[path] if path in self.attributes else self.properties.get(path)

    def update(self, properties: dict[str, Any]) -> None:
        self.change(properties)
        self.properties = properties

    def delete(self) -> None:
        self.remove()
        _RECORDED.pop(self._key(), None)

    def _key(self) -> tuple[str, str, str, str]:
        return (self.request.account, self.request.region, self.request.type, self.physical_resource_id)


def recorded_of(account: str, region: str) -> list[Recorded]:
    return [it for it in _RECORDED.values() if (it.request.account, it.request.region) == (account, region)]


def recorded_identifiers(account: str, region: str) -> frozenset[str]:
    """References and attributes of everything recorded: what another resource may name."""
    found: set[str] = set()
    for it in recorded_of(account, region):
        found.add(it.physical_resource_id)
        found.update(value for value in it.attributes.values() if isinstance(value, str))
    return frozenset(found)


def forget_everything() -> None:
    _RECORDED.clear()


def _short(kind: str) -> str:
    """CapacityReservation → cr, as EC2 abbreviates."""
    return "".join(re.findall("[A-Z]", kind)).lower()
