"""One resource of a stack: made, changed or deleted, with every check before."""

from dataclasses import dataclass
from typing import Any

from moto.cloudformation.parsing import get_model_map

from . import repairs, schema
from .models import MODELS
from .recorded import Recorded, Request
from .references import Place, check_references
from .refusal import Refusal


@dataclass
class Made:
    request: Request
    instance: Any
    retained: bool


def make(request: Request, retained: bool) -> Made:
    _check(request)
    if request.type in MODELS:
        instance: Any = MODELS[request.type](request)
    elif request.type in get_model_map():
        instance = repairs.create(request)
    else:
        instance = Recorded(request)
    return Made(request, _named(instance, request), retained)


def change(made: Made, request: Request) -> Made:
    """In place, or by another resource where the schema says that a property can only be set once."""
    _check(request)
    replaced = schema.replaces(request.type, made.request.properties, request.properties, request.region)
    if replaced:
        raise Refusal(f"the emulator replaces nothing: {request.type} would be, for {', '.join(replaced)}")
    if isinstance(made.instance, Recorded):
        made.instance.update(request.properties)
        return Made(request, made.instance, made.retained)
    return Made(request, _named(repairs.update(made.instance, request), request), made.retained)


def unmake(made: Made) -> None:
    if isinstance(made.instance, Recorded):
        made.instance.delete()
    else:
        repairs.delete(made.instance, made.request)


def _check(request: Request) -> None:
    if request.type.startswith("Custom::") or request.type == "AWS::CloudFormation::CustomResource":
        raise Refusal(f"{request.type}: custom resources run code, which nothing here can")
    schema.check_properties(request.type, request.properties, request.region)
    check_references(request.type, request.properties, Place(request.account, request.region))


def _named(instance: Any, request: Request) -> Any:
    instance.cf_resource_type = request.type
    instance.logical_resource_id = request.logical_id
    if getattr(instance, "physical_resource_id", None) is None:
        instance.physical_resource_id = request.generated_name()
    return instance
