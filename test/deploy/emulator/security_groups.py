"""Security groups and their rules, inline or as resources of their own."""

from typing import Any

from moto.ec2.models import ec2_backends

from .recorded import Recorded
from .refusal import Refusal


class SecurityGroup(Recorded):
    """moto's own forgets inline egress rules, and so never takes the rule away that allows everything."""

    def create(self) -> None:
        given = self.properties
        self.group = self._ec2.create_security_group(
            name=given.get("GroupName") or self.request.generated_name(),
            description=given["GroupDescription"],
            vpc_id=given.get("VpcId"),
            tags={tag["Key"]: tag["Value"] for tag in given.get("Tags", [])},
        )
        self.attributes.update(GroupId=self.group.id, Id=self.group.id, VpcId=self.group.vpc_id)
        for rule in given.get("SecurityGroupIngress", []):
            add_rule(self._ec2, self.group, rule, egress=False)
        for rule in given.get("SecurityGroupEgress", []):
            add_rule(self._ec2, self.group, rule, egress=True)

    def reference(self) -> str:
        return self.group.id

    def change(self, properties: dict[str, Any]) -> None:
        if {**properties, "Tags": []} != {**self.properties, "Tags": []}:
            raise Refusal("the emulator changes no rules of a security group in place")

    def remove(self) -> None:
        self._ec2.delete_security_group(group_id=self.group.id)

    @property
    def _ec2(self) -> Any:
        return ec2_backends[self.request.account][self.request.region]


class SecurityGroupRule(Recorded):
    egress: bool

    def create(self) -> None:
        group = self._ec2.get_security_group_from_id(self.properties["GroupId"])
        self.rule = add_rule(self._ec2, group, self.properties, self.egress)
        self.attributes.update(Id=self.rule.id)

    def change(self, properties: dict[str, Any]) -> None:
        self.rule.description = properties.get("Description")

    def remove(self) -> None:
        revoke = self._ec2.revoke_security_group_egress if self.egress else self._ec2.revoke_security_group_ingress
        revoke(self.properties["GroupId"], None, None, None, [], security_rule_ids=[self.rule.id])

    @property
    def _ec2(self) -> Any:
        return ec2_backends[self.request.account][self.request.region]


class SecurityGroupIngress(SecurityGroupRule):
    egress = False


class SecurityGroupEgress(SecurityGroupRule):
    egress = True


EVERYWHERE = {"CidrIp": "0.0.0.0/0"}


def add_rule(ec2: Any, group: Any, rule: dict[str, Any], egress: bool) -> Any:
    """Takes the rule that allows all egress away as soon as one is declared.

    The template reference says so of inline rules. Of rules that are resources it is believed, and not relied on by any check.
    """
    authorize = ec2.authorize_security_group_egress if egress else ec2.authorize_security_group_ingress
    if egress:
        group.egress_rules[:] = [it for it in group.egress_rules if not _is_default(it)]
    ranges = [{key: rule[key] for key in ("CidrIp", "CidrIpv6", "Description") if key in rule}]
    other = rule.get("DestinationSecurityGroupId" if egress else "SourceSecurityGroupId")
    prefix = rule.get("DestinationPrefixListId" if egress else "SourcePrefixListId")
    rules, _ = authorize(
        group.id,
        rule["IpProtocol"],
        rule.get("FromPort"),
        rule.get("ToPort"),
        ranges if "CidrIp" in rule or "CidrIpv6" in rule else [],
        source_groups=[{"GroupId": other, "Description": rule.get("Description")}] if other else [],
        prefix_list_ids=[{"PrefixListId": prefix}] if prefix else [],
    )
    added = rules[0]
    added.declared = True
    return added


def _is_default(rule: Any) -> bool:
    return not getattr(rule, "declared", False) and rule.ip_protocol == "-1" and rule.ip_range == EVERYWHERE
