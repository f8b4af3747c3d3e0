"""What moto's own models leave out when CloudFormation makes, changes or deletes them."""

from copy import deepcopy
from typing import Any

from moto.cloudformation.parsing import generate_resource_name, get_model_map, resource_name_property_from_type
from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource
from moto.iam.models import iam_backends

from .recorded import Request
from .refusal import Refusal


def create(request: Request) -> Any:
    """An instance of moto's model, with what its CloudFormation half forgets: tags, DNS of a VPC, the association itself."""
    model = get_model_map()[request.type]
    named = resource_name_property_from_type(request.type)
    given = request.properties.get(named) if named else None
    made_up = generate_resource_name(request.type, request.stack_name, request.logical_id)
    name = given or (made_up.lower() if request.type == "AWS::ECR::Repository" else made_up)
    instance = model.create_from_cloudformation_json(
        name,
        {"Type": request.type, "Properties": _adapted(request, name)},
        request.account,
        request.region,
    )
    ec2 = ec2_backends[request.account][request.region]
    tags = {tag["Key"]: tag["Value"] for tag in _tags(request.properties)}
    if isinstance(instance, TaggedEC2Resource) and tags:
        ec2.create_tags([instance.id], tags)
    if request.type == "AWS::IAM::Role":
        _attach(request, instance.name, request.properties.get("ManagedPolicyArns", []), [])
    if request.type == "AWS::EC2::VPC":
        ec2.modify_vpc_attribute(instance.id, "enable_dns_support", request.properties.get("EnableDnsSupport", True))
        ec2.modify_vpc_attribute(
            instance.id, "enable_dns_hostnames", request.properties.get("EnableDnsHostnames", False)
        )
    if request.type == "AWS::EC2::SubnetRouteTableAssociation":
        ec2.associate_route_table(instance.route_table_id, subnet_id=instance.subnet_id)
    return instance


def _attach(request: Request, role: str, wanted: list[str], attached: list[str]) -> None:
    """Refuses a policy that neither AWS nor the account has."""
    iam = iam_backends[request.account]["aws"]
    for arn in attached:
        if arn not in wanted:
            iam.detach_role_policy(arn, role)
    for arn in wanted:
        if arn not in attached:
            iam.attach_role_policy(arn, role)


def _delete_policy(iam: Any, arn: str, given: dict[str, Any]) -> None:
    """CloudFormation takes it from the roles that it gave it to; IAM refuses while another has it."""
    for role in iam.roles.values():
        if arn not in role.managed_policies:
            continue
        if role.name not in given.get("Roles", []):
            raise Refusal(f"Cannot delete a policy attached to entities: {role.name} has {arn}")
        iam.detach_role_policy(arn, role.name)
    iam.delete_policy(arn)


def _adapted(request: Request, name: str) -> dict[str, Any]:
    properties = deepcopy(request.properties)
    if request.type == "AWS::KMS::Key":
        # moto hands CloudFormation's tags to an API that spells them otherwise.
        properties["Tags"] = [{"TagKey": it["Key"], "TagValue": it["Value"]} for it in properties.get("Tags", [])]
    if request.type == "AWS::SSM::Parameter":
        properties["Name"] = name
    return properties


def _tags(properties: dict[str, Any]) -> list[dict[str, str]]:
    tags = properties.get("Tags", [])
    return tags if isinstance(tags, list) else []


def update(instance: Any, request: Request) -> Any:
    model = type(instance)
    if hasattr(model.update_from_cloudformation_json, "__isabstractmethod__"):
        raise Refusal(f"the emulator cannot change a {request.type}")
    if request.type == "AWS::IAM::Role":
        _attach(request, instance.name, request.properties.get("ManagedPolicyArns", []), list(instance.managed_policies))
    return model.update_from_cloudformation_json(
        original_resource=instance,
        new_resource_name=instance.physical_resource_id,
        cloudformation_json={
            "Type": request.type,
            "Properties": _adapted(request, instance.physical_resource_id),
        },
        account_id=request.account,
        region_name=request.region,
    )


def delete(instance: Any, request: Request) -> None:
    ec2 = ec2_backends[request.account][request.region]
    if request.type == "AWS::IAM::Role":
        _attach(request, instance.name, [], list(instance.managed_policies))
    if request.type == "AWS::IAM::ManagedPolicy":
        _delete_policy(iam_backends[request.account]["aws"], instance.arn, request.properties)
    elif request.type in EC2_DELETIONS:
        EC2_DELETIONS[request.type](ec2, instance, request.properties)
    elif callable(getattr(instance, "delete", None)):
        instance.delete(request.account, request.region)
    elif not hasattr(type(instance).delete_from_cloudformation_json, "__isabstractmethod__"):
        definition = {"Type": request.type, "Properties": deepcopy(request.properties)}
        type(instance).delete_from_cloudformation_json(
            instance.physical_resource_id, definition, request.account, request.region
        )
    else:
        raise Refusal(f"the emulator cannot delete a {request.type}")


def _delete_route(ec2: Any, route: Any, given: dict[str, Any]) -> None:
    ec2.delete_route(
        given["RouteTableId"], given.get("DestinationCidrBlock"), given.get("DestinationIpv6CidrBlock")
    )


def _delete_endpoint(ec2: Any, endpoint: Any, _given: dict[str, Any]) -> None:
    ec2.delete_vpc_endpoints([endpoint.id])
    ec2.vpc_end_points.pop(endpoint.id)


def _disassociate(ec2: Any, association: Any, _given: dict[str, Any]) -> None:
    table = ec2.get_route_table(association.route_table_id)
    for identifier, target in list(table._associations.items()):
        if target == association.subnet_id:
            ec2.disassociate_route_table(identifier)


def _detach(ec2: Any, _attachment: Any, given: dict[str, Any]) -> None:
    ec2.detach_internet_gateway(given["InternetGatewayId"], given["VpcId"])


def _delete_nat_gateway(ec2: Any, gateway: Any, given: dict[str, Any]) -> None:
    for address in ec2.addresses:
        if address.allocation_id == given.get("AllocationId"):
            ec2.disassociate_address(address=address.public_ip)
    ec2.delete_nat_gateway(gateway.id)
    ec2.enis.pop(gateway._eni.id, None)
    ec2.nat_gateways.pop(gateway.id)


EC2_DELETIONS = {
    "AWS::EC2::EIP": lambda ec2, address, _: ec2.release_address(allocation_id=address.allocation_id),
    "AWS::EC2::FlowLog": lambda ec2, log, _: ec2.delete_flow_logs([log.id]),
    "AWS::EC2::InternetGateway": lambda ec2, gateway, _: ec2.delete_internet_gateway(gateway.id),
    "AWS::EC2::NatGateway": _delete_nat_gateway,
    "AWS::EC2::Route": _delete_route,
    "AWS::EC2::RouteTable": lambda ec2, table, _: ec2.delete_route_table(table.id),
    "AWS::EC2::SubnetRouteTableAssociation": _disassociate,
    "AWS::EC2::VPCEndpoint": _delete_endpoint,
    "AWS::EC2::VPCGatewayAttachment": _detach,
}
