"""CloudFormation's engine in place of moto's: in order, all or nothing, with an event for every resource.

Where dependencies leave a choice, things are made in the reverse of the template's order, so that an order that is only
right by luck shows. Deletion is the reverse of creation.
"""

import logging
import threading
from typing import Any

from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Event, Stack
from moto.cloudformation.utils import generate_stack_id

from . import resources
from .recorded import Request
from .refusal import Refusal
from .resolver import dependencies, resolve

# Stacks of one account share everything; the command line deploys several at once.
LOCK = threading.RLock()
STANDS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
# Template and parameters of a stack before the update that failed, by its id.
BEFORE_FAILURE: dict[str, tuple[str, dict[str, Any]]] = {}
log = logging.getLogger("headroom.emulator")


def made_of(stack: Stack) -> dict[str, resources.Made]:
    """In order of creation."""
    return stack.resource_map.__dict__.setdefault("made", {})


def wanted_of(stack: Stack) -> list[str]:
    """The logical ids whose condition holds, each after what it depends on."""
    resource_map = stack.resource_map
    definitions = {
        name: definition
        for name, definition in stack.template_dict["Resources"].items()
        if "Condition" not in definition or resource_map.lazy_condition_map[definition["Condition"]]
    }
    everything = set(stack.template_dict["Resources"])
    ordered: list[str] = []
    open_names: list[str] = []

    def visit(name: str) -> None:
        if name in ordered:
            return
        if name in open_names:
            raise Refusal(f"Circular dependency between resources: {', '.join(open_names)}")
        open_names.append(name)
        for before in dependencies(definitions[name], everything):
            if before in definitions:
                visit(before)
        open_names.pop()
        ordered.append(name)

    for name in reversed(list(definitions)):
        visit(name)
    return ordered


def request_for(stack: Stack, name: str) -> Request:
    definition = stack.template_dict["Resources"][name]
    return Request(
        type=definition["Type"],
        logical_id=name,
        stack_name=stack.name,
        properties=resolve(definition.get("Properties", {}), stack.resource_map),
        account=stack.account_id,
        region=stack.region_name,
    )


def put(stack: Stack, name: str, made: resources.Made) -> None:
    made_of(stack)[name] = made
    stack.resource_map._parsed_resources[name] = made.instance


def happened(stack: Stack, name: str, status: str, reason: str | None = None) -> None:
    definition = stack.template_dict["Resources"].get(name, {})
    made = made_of(stack).get(name)
    stack.events.append(
        Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=name,
            physical_resource_id=str(made.instance.physical_resource_id) if made else "",
            resource_type=made.request.type if made else definition.get("Type", ""),
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
    )


def ended(stack: Stack, status: str, reason: str | None = None) -> None:
    stack.status = status
    stack.stack_status_reason = reason
    stack._add_stack_event(status, resource_status_reason=reason)


def reason_of(error: Exception) -> str:
    if not isinstance(error, Refusal):
        log.exception("not a refusal of ours")
    return str(getattr(error, "message", None) or error or type(error).__name__)


def create_stack(
    backend: CloudFormationBackend,
    name: str,
    template: str,
    parameters: dict[str, Any],
    notification_arns: list[str] | None = None,
    tags: dict[str, str] | None = None,
    role_arn: str | None = None,
    enable_termination_protection: Any = False,
    **_others: Any,
) -> Stack:
    with LOCK:
        if any(stack.name == name for stack in backend.stacks.values()):
            raise AlreadyExistsException(f"Stack {name} already exists")
        stack = Stack(
            stack_id=generate_stack_id(name, backend.region_name, backend.account_id),
            name=name,
            template=template,
            parameters=parameters,
            account_id=backend.account_id,
            region_name=backend.region_name,
            notification_arns=notification_arns,
            tags=tags,
            role_arn=role_arn,
            cross_stack_resources=backend.exports,
        )
        stack.enable_termination_protection = str(enable_termination_protection).lower() == "true"
        backend.stacks[stack.stack_id] = stack
        run_creation(backend, stack)
        return stack


def check_rules(stack: Stack) -> None:
    """Before anything is made or changed, as CloudFormation does."""
    for name, rule in stack.template_dict.get("Rules", {}).items():
        if "RuleCondition" in rule and not resolve(rule["RuleCondition"], stack.resource_map):
            continue
        for assertion in rule["Assertions"]:
            if not resolve(assertion["Assert"], stack.resource_map):
                raise Refusal(f"Template format error: {assertion.get('AssertDescription', name)}")


def run_creation(backend: CloudFormationBackend, stack: Stack) -> None:
    stack._add_stack_event("CREATE_IN_PROGRESS", resource_status_reason="User Initiated")
    try:
        check_rules(stack)
        for name in wanted_of(stack):
            create_resource(stack, name)
        publish_exports(backend, stack)
    except Exception as error:
        reason = reason_of(error)
        roll_back(stack)
        ended(stack, "ROLLBACK_COMPLETE", reason)
    else:
        ended(stack, "CREATE_COMPLETE")


def create_resource(stack: Stack, name: str) -> None:
    definition = stack.template_dict["Resources"][name]
    happened(stack, name, "CREATE_IN_PROGRESS")
    try:
        put(stack, name, resources.make(request_for(stack, name), definition.get("DeletionPolicy") == "Retain"))
    except Exception as error:
        reason = reason_of(error)
        happened(stack, name, "CREATE_FAILED", reason)
        raise Refusal(f"{name}: {reason}") from error
    happened(stack, name, "CREATE_COMPLETE")


def roll_back(stack: Stack) -> None:
    for name in reversed(list(made_of(stack))):
        try:
            remove_resource(stack, name)
        except Exception as error:
            happened(stack, name, "DELETE_FAILED", reason_of(error))


def remove_resource(stack: Stack, name: str) -> None:
    resources.unmake(made_of(stack)[name])
    happened(stack, name, "DELETE_COMPLETE")
    made_of(stack).pop(name)
    stack.resource_map._parsed_resources.pop(name, None)


def publish_exports(backend: CloudFormationBackend, stack: Stack) -> None:
    """Resolves every output, too: one without a value fails the stack."""
    for key in stack.output_map:
        stack.output_map[key]
    old = {name for name, export in backend.exports.items() if export.exporting_stack_id == stack.stack_id}
    new = {export.name: export for export in stack.exports}
    for name in old - set(new):
        refuse_if_imported(backend, name)
        backend.exports.pop(name)
    for name, export in new.items():
        other = backend.exports.get(name)
        if other is not None and other.exporting_stack_id != stack.stack_id:
            raise Refusal(f"Export with name {name} is already exported by another stack")
        if other is not None and other.value != export.value:
            refuse_if_imported(backend, name)
        backend.exports[name] = export


def refuse_if_imported(backend: CloudFormationBackend, export: str) -> None:
    for stack in backend.stacks.values():
        if f'"{export}"' in str(stack.template).replace("'", '"') and not _exports(stack, export):
            raise Refusal(f"Export {export} cannot be deleted as it is in use by {stack.name}")


def _exports(stack: Stack, export: str) -> bool:
    outputs = (stack.template_dict.get("Outputs") or {}).values()
    return any(output.get("Export", {}).get("Name") == export for output in outputs)


def update_stack(
    backend: CloudFormationBackend,
    name: str,
    template: str,
    role_arn: str | None,
    parameters: list[dict[str, Any]],
    tags: dict[str, str] | None,
) -> Stack:
    with LOCK:
        stack = backend.get_stack(name)
        given = backend._resolve_update_parameters(instance=stack, incoming_params=parameters)
        stack.role_arn = role_arn
        stack.tags = stack.tags if tags is None else tags
        run_update(backend, stack, template, given)
        return stack


def run_update(backend: CloudFormationBackend, stack: Stack, template: str, parameters: dict[str, Any]) -> None:
    stack._add_stack_event("UPDATE_IN_PROGRESS", resource_status_reason="User Initiated")
    before = (stack.template, stack.parameters)
    try:
        bring_to(backend, stack, template, parameters)
    except Exception as error:
        # It rolls no update back by itself: what was changed before the failure stays until somebody asks.
        BEFORE_FAILURE.setdefault(stack.stack_id, before)
        ended(stack, "UPDATE_ROLLBACK_FAILED", reason_of(error))
    else:
        BEFORE_FAILURE.pop(stack.stack_id, None)
        ended(stack, "UPDATE_COMPLETE")


def bring_to(backend: CloudFormationBackend, stack: Stack, template: str, parameters: dict[str, Any]) -> None:
    stack.template = template
    stack._parse_template()
    stack.parameters = parameters
    load_template(stack)
    check_rules(stack)
    update_resources(stack)
    stack.output_map = stack._create_output_map()
    publish_exports(backend, stack)


def continue_update_rollback(backend: CloudFormationBackend, name: str) -> None:
    with LOCK:
        stack = backend.get_stack(name)
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise ValidationError(stack.stack_id, message=f"Stack [{stack.name}] is in {stack.status} state")
        stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", resource_status_reason="User Initiated")
        try:
            bring_to(backend, stack, *BEFORE_FAILURE[stack.stack_id])
        except Exception as error:
            ended(stack, "UPDATE_ROLLBACK_FAILED", reason_of(error))
        else:
            BEFORE_FAILURE.pop(stack.stack_id)
            ended(stack, "UPDATE_ROLLBACK_COMPLETE")


def run_change_set(backend: CloudFormationBackend, change_set: ChangeSet) -> None:
    with LOCK:
        stack = backend.stacks[change_set.stack_id]
        if change_set.change_set_type == "UPDATE":
            run_update(backend, stack, change_set.template, change_set.parameters)
        else:
            stack.template = change_set.template
            stack._parse_template()
            stack.parameters = change_set.parameters
            stack.cross_stack_resources = backend.exports
            stack.resource_map = stack._create_resource_map()
            stack.output_map = stack._create_output_map()
            run_creation(backend, stack)
        stack.role_arn = change_set.role_arn
        change_set.execution_status = "EXECUTE_COMPLETE"


def load_template(stack: Stack) -> None:
    resource_map = stack.resource_map
    resource_map._template = stack.template_dict
    resource_map._resource_json_map = stack.template_dict["Resources"]
    resource_map.input_parameters = stack.parameters
    resource_map.resolved_parameters = {}
    resource_map.load_mapping()
    resource_map.load_parameters()
    resource_map.load_conditions()


def update_resources(stack: Stack) -> None:
    wanted = wanted_of(stack)
    for name in wanted:
        made = made_of(stack).get(name)
        if made is None:
            create_resource(stack, name)
            continue
        request = request_for(stack, name)
        if request.properties == made.request.properties:
            continue
        happened(stack, name, "UPDATE_IN_PROGRESS")
        try:
            put(stack, name, resources.change(made, request))
        except Exception as error:
            happened(stack, name, "UPDATE_FAILED", reason_of(error))
            raise Refusal(f"{name}: {reason_of(error)}") from error
        happened(stack, name, "UPDATE_COMPLETE")
    for name in [it for it in reversed(list(made_of(stack))) if it not in wanted]:
        remove_or_keep(stack, name)


def remove_or_keep(stack: Stack, name: str) -> None:
    if made_of(stack)[name].retained:
        happened(stack, name, "DELETE_SKIPPED")
        made_of(stack).pop(name)
        return
    happened(stack, name, "DELETE_IN_PROGRESS")
    try:
        remove_resource(stack, name)
    except Exception as error:
        happened(stack, name, "DELETE_FAILED", reason_of(error))
        raise


def delete_stack(backend: CloudFormationBackend, name_or_stack_id: str) -> None:
    with LOCK:
        found = [it for it in backend.stacks.values() if name_or_stack_id in (it.name, it.stack_id)]
        if not found:
            return
        stack = found[0]
        if stack.enable_termination_protection:
            raise ValidationError(
                stack.stack_id, message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        stack._add_stack_event("DELETE_IN_PROGRESS", resource_status_reason="User Initiated")
        try:
            exported = [it.name for it in backend.exports.values() if it.exporting_stack_id == stack.stack_id]
            for name in exported:
                refuse_if_imported(backend, name)
            for name in reversed(list(made_of(stack))):
                remove_or_keep(stack, name)
        except Exception as error:
            ended(stack, "DELETE_FAILED", reason_of(error))
            return
        for name in exported:
            backend.exports.pop(name)
        ended(stack, "DELETE_COMPLETE")
        backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)
