"""Intrinsic functions, strictly: what cannot be resolved is refused, where moto would leave it out."""

import base64
import json
import re
from typing import Any

from .refusal import Refusal
from .schema import attributes

PSEUDO_NOTHING = "AWS::NoValue"
PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")


def resolve(value: Any, resources: Any) -> Any:
    """The value with its intrinsics replaced. `None` stands for AWS::NoValue alone, and is left out of objects and lists."""
    if isinstance(value, list):
        return [item for item in (resolve(entry, resources) for entry in value) if item is not None]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        name = next(iter(value))
        if name == "Ref":
            return reference(value["Ref"], resources)
        if name == "Condition" and isinstance(value[name], str):
            return resources.lazy_condition_map[value[name]]
        if name.startswith("Fn::"):
            if name not in FUNCTIONS:
                raise Refusal(f"{name} is not known here")
            return FUNCTIONS[name](value[name], resources)
    resolved = {key: resolve(entry, resources) for key, entry in value.items()}
    return {key: entry for key, entry in resolved.items() if entry is not None}


def reference(name: str, resources: Any) -> Any:
    if name == PSEUDO_NOTHING:
        return None
    target = _existing(name, resources, "Ref")
    physical = getattr(target, "physical_resource_id", target)
    if physical is None:
        raise Refusal(f"Ref {name} has no value")
    return physical


def attribute(argument: Any, resources: Any) -> Any:
    name, path = argument.split(".", 1) if isinstance(argument, str) else argument
    target = _existing(name, resources, "Fn::GetAtt")
    type_name = getattr(target, "cf_resource_type", "")
    if path not in attributes(type_name, resources._region_name):
        raise Refusal(f"Fn::GetAtt {name}.{path}: {type_name} has no such attribute")
    try:
        found = target.get_cfn_attribute(path)
    except Exception:
        found = None
    if found is None or found == "":
        raise Refusal(f"Fn::GetAtt {name}.{path} has no value here")
    return found


def _existing(name: str, resources: Any, function: str) -> Any:
    try:
        return resources[name]
    except KeyError:
        raise Refusal(f"{function} names {name}, which is neither made nor given") from None


def _substitute(argument: Any, resources: Any) -> str:
    text, given = argument if isinstance(argument, list) else (argument, {})

    def value_of(match: re.Match) -> str:
        name = match.group(1)
        if name in given:
            return str(resolve(given[name], resources))
        return str(attribute(name, resources) if "." in name else reference(name, resources))

    return PLACEHOLDER.sub(value_of, text).replace("${!", "${")


def _imported(argument: Any, resources: Any) -> Any:
    name = resolve(argument, resources)
    for export in resources.cross_stack_resources.values():
        if export.name == name:
            return export.value
    raise Refusal(f"No export named {name} found")


def _chosen(argument: Any, resources: Any) -> Any:
    condition, when_true, when_false = argument
    return resolve(when_true if resources.lazy_condition_map[condition] else when_false, resources)


def _mapped(argument: Any, resources: Any) -> Any:
    names = [resolve(step, resources) for step in argument]
    found = resources._template.get("Mappings", {})
    for name in names:
        if name not in found:
            raise Refusal(f"Fn::FindInMap finds no {'/'.join(names)}")
        found = found[name]
    return found


def _joined(argument: Any, resources: Any) -> str:
    return argument[0].join(str(part) for part in resolve(argument[1], resources))


def _selected(argument: Any, resources: Any) -> Any:
    index, options = int(resolve(argument[0], resources)), resolve(argument[1], resources)
    if index >= len(options):
        raise Refusal(f"Fn::Select wants number {index} of {len(options)}")
    return options[index]


def _any_holds(argument: Any, resources: Any) -> bool:
    return any(resolve(entry, resources) for entry in argument)


def _all_hold(argument: Any, resources: Any) -> bool:
    return all(resolve(entry, resources) for entry in argument)


def _equal(argument: Any, resources: Any) -> bool:
    left, right = (str(resolve(entry, resources)) for entry in argument)
    return left == right


FUNCTIONS = {
    "Fn::And": _all_hold,
    "Fn::Or": _any_holds,
    "Fn::Equals": _equal,
    "Fn::Contains": lambda argument, resources: resolve(argument[1], resources) in resolve(argument[0], resources),
    "Fn::Not": lambda argument, resources: not resolve(argument[0], resources),
    "Fn::GetAtt": attribute,
    "Fn::Sub": _substitute,
    "Fn::ImportValue": _imported,
    "Fn::If": _chosen,
    "Fn::FindInMap": _mapped,
    "Fn::Join": _joined,
    "Fn::Select": _selected,
    "Fn::Split": lambda argument, resources: resolve(argument[1], resources).split(argument[0]),
    "Fn::Base64": lambda argument, resources: base64.b64encode(resolve(argument, resources).encode()).decode(),
    "Fn::ToJsonString": lambda argument, resources: json.dumps(resolve(argument, resources)),
}


def dependencies(definition: dict[str, Any], names: set[str]) -> list[str]:
    """Logical ids that a resource must come after: DependsOn and whatever its properties refer to."""
    after = definition.get("DependsOn", [])
    after = [after] if isinstance(after, str) else list(after)
    found = after + list(_mentioned(definition.get("Properties", {})))
    missing = [name for name in after if name not in names]
    if missing:
        raise Refusal(f"DependsOn names {missing[0]}, which is not in the template")
    return sorted({name for name in found if name in names})


def _mentioned(value: Any):
    if isinstance(value, list):
        for item in value:
            yield from _mentioned(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield item
            elif key == "Fn::GetAtt":
                yield item.split(".")[0] if isinstance(item, str) else item[0]
            elif key == "Fn::Sub":
                text, given = item if isinstance(item, list) else (item, {})
                yield from (match.split(".")[0] for match in PLACEHOLDER.findall(text))
                yield from _mentioned(list(given.values()))
            else:
                yield from _mentioned(item)
