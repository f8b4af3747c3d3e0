"""Identifiers in resolved properties, each of which must name something that stands."""

import re
from typing import Any, Callable, Iterator

from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from . import settings
from .recorded import recorded_identifiers
from .refusal import Refusal

EC2_ID = re.compile(r"(vpc|subnet|sg|rtb|igw|nat|eipalloc|vpce|lt|cr)-[0-9a-f]{8,17}")

EC2_STANDS: dict[str, Callable[[Any, str], bool]] = {
    "vpc": lambda ec2, it: it in ec2.vpcs,
    "subnet": lambda ec2, it: any(it in subnets for subnets in ec2.subnets.values()),
    "sg": lambda ec2, it: ec2.get_security_group_from_id(it) is not None,
    "rtb": lambda ec2, it: it in ec2.route_tables,
    "igw": lambda ec2, it: it in ec2.internet_gateways,
    "nat": lambda ec2, it: it in ec2.nat_gateways,
    "eipalloc": lambda ec2, it: any(address.allocation_id == it for address in ec2.addresses),
    "vpce": lambda ec2, it: it in ec2.vpc_end_points,
    "lt": lambda ec2, it: it in ec2.launch_templates,
    "cr": lambda _ec2, _it: False,
}

# Properties that name a thing without an identifier that could be told by its looks.
NAMES = {
    ("AWS::EC2::FlowLog", "LogGroupName"): lambda at, name: name in logs_backends[at.account][at.region].groups,
    ("AWS::EC2::LaunchTemplate", "GroupName"): lambda _at, _name: False,
}


class Place:
    """An account and a region."""

    def __init__(self, account: str, region: str):
        self.account = account
        self.region = region


def check_references(resource_type: str, properties: dict[str, Any], at: Place) -> None:
    """Refuses an identifier of this account that names nothing: made by an earlier resource, or declared as standing outside."""
    known = recorded_identifiers(at.account, at.region) | settings.outside()
    for key, text in _texts(properties):
        if text in known:
            continue
        if _dangles(resource_type, key, text, at):
            raise Refusal(f"{resource_type}, {key}: {text} names nothing that stands")


def _dangles(resource_type: str, key: str, text: str, at: Place) -> bool:
    match = EC2_ID.fullmatch(text)
    if match:
        return not EC2_STANDS[match.group(1)](ec2_backends[at.account][at.region], text)
    if (resource_type, key) in NAMES:
        return not NAMES[(resource_type, key)](at, text)
    if resource_type.startswith("AWS::EKS::") and key == "ClusterName":
        return text not in eks_backends[at.account][at.region].clusters
    # A condition of a policy may name what is yet to come.
    if ":" in key:
        return False
    if text.startswith("arn:") and "*" not in text.removesuffix(":*"):
        return _arn_dangles(text, at)
    return False


def _arn_dangles(arn: str, at: Place) -> bool:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[4] != at.account:
        return False
    _, _, service, region, account, resource = parts
    kind, _, name = resource.partition("/")
    if service == "iam" and kind == "role":
        return name.split("/")[-1] not in [role.name for role in iam_backends[account]["aws"].roles.values()]
    if service == "iam" and kind == "policy":
        return arn not in iam_backends[account]["aws"].managed_policies
    # The CDK's own bootstrap names a key AWS_MANAGED_KEY, where there is none.
    if service == "kms" and kind == "key" and name != "AWS_MANAGED_KEY":
        return name not in kms_backends[account][region].keys
    if service == "sns":
        return arn not in sns_backends[account][region].topics
    if service == "sqs":
        return resource not in sqs_backends[account][region].queues
    # All log groups are a pattern and no name.
    if service == "logs" and resource.startswith("log-group:") and resource != "log-group:*":
        return resource.removeprefix("log-group:").removesuffix(":*") not in logs_backends[account][region].groups
    return False


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, key)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, name)
