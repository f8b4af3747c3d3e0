"""The engine put in moto's place, and the calls around it that moto lacks or answers otherwise than AWS."""

import json
from typing import Any

from moto.cloudformation import models, parsing, responses
from moto.cloudformation.exceptions import CloudFormationError, ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.responses import EC2Response
from moto.eks.responses import EKSResponse
from moto.s3.models import s3_backends

from . import engine
from .recorded import recorded_of
from .resolver import resolve

moto_outputs = Stack.outputs.fget
moto_update_cluster_config = EKSResponse.update_cluster_config


class ChangeSetNotFound(CloudFormationError):
    code = "ChangeSetNotFound"


def change_set_of(response: Any) -> ChangeSet:
    """Change sets of two stacks may share a name; moto then takes one for the other."""
    name, stack = response._get_param("ChangeSetName"), response._get_param("StackName")
    for it in reversed(response.cloudformation_backend.change_sets.values()):
        if name in (it.change_set_id, it.change_set_name) and stack in (None, it.stack_id, it.stack_name):
            return it
    raise ChangeSetNotFound(f"ChangeSet [{name}] does not exist")


def describe_change_set(response: Any) -> ActionResult:
    return ActionResult(change_set_of(response))


def execute_change_set(response: Any) -> EmptyResult:
    engine.run_change_set(response.cloudformation_backend, change_set_of(response))
    return EmptyResult()


def delete_change_set(response: Any) -> EmptyResult:
    """To delete one that is not there is no error."""
    try:
        response.cloudformation_backend.change_sets.pop(change_set_of(response).change_set_id)
    except ChangeSetNotFound:
        pass
    return EmptyResult()


def update_termination_protection(response: Any) -> ActionResult:
    stack = response.cloudformation_backend.get_stack(response._get_param("StackName"))
    stack.enable_termination_protection = str(response._get_param("EnableTerminationProtection")).lower() == "true"
    return ActionResult({"StackId": stack.stack_id})


def continue_update_rollback(response: Any) -> EmptyResult:
    engine.continue_update_rollback(response.cloudformation_backend, response._get_param("StackName"))
    return EmptyResult()


def update_cluster_config(response: Any) -> ActionResult:
    protection = response._get_param("deletionProtection")
    answer = moto_update_cluster_config(response)
    if protection is not None:
        response.eks_backend.clusters[response._get_param("name")].deletion_protection = protection
    return answer


def describe_capacity_reservations(response: Any) -> ActionResult:
    """moto has no reservations: those that stacks made."""
    wanted = response._get_param("CapacityReservationIds", [])
    found = [
        {
            "CapacityReservationId": it.physical_resource_id,
            "InstanceType": it.properties["InstanceType"],
            "TotalInstanceCount": int(it.properties["InstanceCount"]),
            "AvailabilityZone": it.properties.get("AvailabilityZone"),
            "InstanceMatchCriteria": it.properties.get("InstanceMatchCriteria"),
            "State": "active",
        }
        for it in recorded_of(response.current_account, response.region)
        if it.request.type == "AWS::EC2::CapacityReservation"
    ]
    return ActionResult({"CapacityReservations": [it for it in found if not wanted or it["CapacityReservationId"] in wanted]})


def no_events(_response: Any) -> str:
    """The CDK's command line looks in the trail for why a deployment failed."""
    return json.dumps({"Events": []})


def resolve_update_parameters(
    _backend: CloudFormationBackend, instance: Stack, incoming_params: list[dict[str, Any]]
) -> dict[str, str]:
    """Like moto's, but a previous value that was the template's default stays so."""
    given = {it["ParameterKey"]: it["ParameterValue"] for it in incoming_params if "ParameterValue" in it}
    previous = [it["ParameterKey"] for it in incoming_params if it.get("UsePreviousValue")]
    return {**given, **{key: instance.parameters[key] for key in previous if key in instance.parameters}}


def template_at(template_url: str, account_id: str, partition: str) -> str:
    """Of a bucket in path style, on whatever host the emulator listens."""
    bucket, key = template_url.split("://", 1)[1].split("/", 2)[1:]
    found = s3_backends[account_id][partition].get_object(bucket, key)
    if found is None:
        raise ValidationError(message=f"{template_url} does not exist")
    return found.value.decode()


def unresolved_parameters(stack: Stack) -> dict[str, Any]:
    """As given or by default: a parameter that is the name of another, in SSM, is not resolved twice."""
    declared = stack.template_dict.get("Parameters", {})
    return {name: stack.parameters.get(name, it.get("Default")) for name, it in declared.items()}


def made_resource(resource_map: ResourceMap, name: str) -> Any:
    return resource_map._parsed_resources[name]


def install() -> None:
    parsing.clean_json = resolve
    ResourceMap.__getitem__ = made_resource
    ResourceMap.validate_outputs = lambda _self: None
    ResourceMap.creation_complete = lambda _self: True
    Stack.stack_resources = property(lambda stack: [made.instance for made in engine.made_of(stack).values()])
    Stack.stack_parameters = property(unresolved_parameters)
    Stack.outputs = property(lambda stack: moto_outputs(stack) if stack.status in engine.STANDS else None)
    CloudFormationBackend.create_stack = engine.create_stack
    CloudFormationBackend.update_stack = engine.update_stack
    CloudFormationBackend.delete_stack = engine.delete_stack
    CloudFormationBackend._resolve_update_parameters = resolve_update_parameters
    CloudFormationResponse.describe_change_set = describe_change_set
    CloudFormationResponse.execute_change_set = execute_change_set
    CloudFormationResponse.delete_change_set = delete_change_set
    CloudFormationResponse.update_termination_protection = update_termination_protection
    CloudFormationResponse.continue_update_rollback = continue_update_rollback
    CloudTrailResponse.lookup_events = no_events
    EC2Response.describe_capacity_reservations = describe_capacity_reservations
    EKSResponse.update_cluster_config = update_cluster_config
    models.get_stack_from_s3_url = template_at
    responses.get_stack_from_s3_url = template_at
