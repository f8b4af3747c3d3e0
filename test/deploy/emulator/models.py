"""The types that moto lacks, or half has, and that Headroom needs most. Every other type is only recorded."""

from copy import deepcopy
from typing import Any

from moto.budgets.models import budgets_backends
from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends
from moto.scheduler.models import scheduler_backends

from . import settings
from .recorded import Recorded, recorded_of
from .refusal import Refusal


def lower_first(value: Any) -> Any:
    """The shape that a service's own API has: ScalingConfig.MinSize → scalingConfig.minSize."""
    if isinstance(value, list):
        return [lower_first(item) for item in value]
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lower_first(item) for key, item in value.items()}
    return value


class EksCluster(Recorded):
    """With its security group, which EKS makes and nodes are given."""

    def create(self) -> None:
        given = self.properties
        network = lower_first(given["ResourcesVpcConfig"])
        zones = {self._ec2.get_subnet(it).availability_zone for it in network["subnetIds"]}
        if len(zones) < 2:
            raise Refusal(f"EKS wants subnets in at least two zones, got {sorted(zones)}")
        vpcs = {self._ec2.get_subnet(it).vpc_id for it in network["subnetIds"]}
        if len(vpcs) != 1:
            raise Refusal("EKS wants all subnets of a cluster in one VPC")
        name = given.get("Name") or self.request.generated_name()
        group = self._ec2.create_security_group(f"eks-cluster-sg-{name}", "Made by EKS", vpc_id=vpcs.copy().pop())
        self.cluster = self._eks.create_cluster(
            name=name,
            role_arn=given["RoleArn"],
            resources_vpc_config={**network, "vpcId": vpcs.pop(), "clusterSecurityGroupId": group.id},
            version=given.get("Version"),
            logging=_logging(given),
            encryption_config=lower_first(given.get("EncryptionConfig")),
            tags={tag["Key"]: tag["Value"] for tag in given.get("Tags", [])},
        )
        self.cluster.deletion_protection = given.get("DeletionProtection", False)
        self.properties = {**given, "Name": name}
        self.attributes.update(
            Arn=self.cluster.arn,
            Endpoint=self.cluster.endpoint,
            CertificateAuthorityData=self.cluster.certificate_authority["data"],
            ClusterSecurityGroupId=group.id,
            OpenIdConnectIssuerUrl=self.cluster.identity["oidc"]["issuer"],
        )

    def change(self, properties: dict[str, Any]) -> None:
        self.cluster.deletion_protection = properties.get("DeletionProtection", False)
        self.cluster.version = properties.get("Version", self.cluster.version)

    def remove(self) -> None:
        if self.cluster.deletion_protection:
            raise Refusal(f"cluster {self.cluster.name} is protected from deletion")
        held = [it.request.type for it in recorded_of(self.request.account, self.request.region) if self._holds(it)]
        if held:
            raise Refusal(f"cluster {self.cluster.name} still has {held[0]}")
        self._eks.delete_cluster(self.cluster.name)
        self._ec2.delete_security_group(group_id=self.attributes["ClusterSecurityGroupId"])

    def _holds(self, other: Recorded) -> bool:
        return other.request.type.startswith("AWS::EKS::") and other.properties.get("ClusterName") == self.cluster.name

    @property
    def _ec2(self) -> Any:
        return ec2_backends[self.request.account][self.request.region]

    @property
    def _eks(self) -> Any:
        return eks_backends[self.request.account][self.request.region]


def _logging(given: dict[str, Any]) -> dict[str, Any]:
    enabled = given.get("Logging", {}).get("ClusterLogging", {}).get("EnabledTypes", [])
    return {"clusterLogging": [{"types": [it["Type"] for it in enabled], "enabled": True}]}


class EksNodegroup(Recorded):
    def create(self) -> None:
        given = self.properties
        _check_launch(given, self.request.account, self.request.region)
        _check_scaling(given.get("ScalingConfig", {}))
        self.name = given.get("NodegroupName") or self.request.generated_name()
        self.group = self._eks.create_nodegroup(
            cluster_name=given["ClusterName"],
            node_role=given["NodeRole"],
            nodegroup_name=self.name,
            subnets=given["Subnets"],
            scaling_config=_scaling(given),
            instance_types=given.get("InstanceTypes"),
            ami_type=given.get("AmiType"),
            capacity_type=given.get("CapacityType"),
            labels=given.get("Labels"),
            taints=lower_first(given.get("Taints")),
            tags=given.get("Tags"),
            launch_template=lower_first(given.get("LaunchTemplate")),
            release_version=given.get("ReleaseVersion"),
        )
        self.attributes.update(Id=f"{given['ClusterName']}/{self.name}", Arn=self.group.arn)

    def change(self, properties: dict[str, Any]) -> None:
        _check_launch(properties, self.request.account, self.request.region)
        _check_scaling(properties.get("ScalingConfig", {}))
        self.group.scaling_config = _scaling(properties)
        self.group.launch_template.update(lower_first(properties.get("LaunchTemplate", {})))
        self.group.labels = properties.get("Labels", {})
        self.group.taints = lower_first(properties.get("Taints", []))

    def remove(self) -> None:
        self._eks.delete_nodegroup(self.properties["ClusterName"], self.name)

    @property
    def _eks(self) -> Any:
        return eks_backends[self.request.account][self.request.region]


def _scaling(properties: dict[str, Any]) -> dict[str, int]:
    """EKS starts a group without a desired size at its least."""
    scaling = lower_first(properties.get("ScalingConfig", {}))
    return {**scaling, "desiredSize": scaling.get("desiredSize", scaling.get("minSize", 1))}


def _check_launch(given: dict[str, Any], account: str, region: str) -> None:
    """The version stands, and the instance type is named once: in the template or beside it."""
    launch = given.get("LaunchTemplate")
    if launch is None:
        return
    template = ec2_backends[account][region].get_launch_template(launch["Id"])
    data = template.get_version(launch.get("Version", "$Default")).data
    if ("InstanceType" in data) == ("InstanceTypes" in given):
        raise Refusal("a node group's instance type is named in its launch template or beside it: once")


def _check_scaling(scaling: dict[str, int]) -> None:
    least, most = scaling.get("MinSize", 0), scaling.get("MaxSize", 1)
    if not least <= scaling.get("DesiredSize", least) <= most:
        raise Refusal(f"a node group's sizes are not in order: {scaling}")


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
    """CloudFormation takes the rule that allows all egress away as soon as one is declared, inline or as a resource."""
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


class Budget(Recorded):
    def create(self) -> None:
        given = deepcopy(self.properties["Budget"])
        self.name = given.setdefault("BudgetName", self.request.generated_name())
        self._budgets.create_budget(
            self.request.account, given, deepcopy(self.properties.get("NotificationsWithSubscribers", []))
        )

    def reference(self) -> str:
        return self.name

    def change(self, properties: dict[str, Any]) -> None:
        name = properties["Budget"].get("BudgetName", self.name)
        self._budgets.budgets[self.request.account][name].budget.update(deepcopy(properties["Budget"]))

    def remove(self) -> None:
        self._budgets.delete_budget(self.request.account, self.name)

    @property
    def _budgets(self) -> Any:
        return budgets_backends[self.request.account]["aws"]


class Schedule(Recorded):
    """EventBridge Scheduler refuses a schedule that starts more than five minutes ago: moto does so for cron alone."""

    def create(self) -> None:
        given = self.properties
        self.name = given.get("Name") or self.request.generated_name()[:64]
        dates = {key: settings.instant(given[key]) for key in ("StartDate", "EndDate") if key in given}
        if any((settings.now() - date).total_seconds() > 300 for date in dates.values()):
            raise Refusal(f"schedule {self.name} starts or ends in the past: {dates}")
        schedule = self._scheduler.create_schedule(
            name=self.name,
            group_name=given.get("GroupName", "default"),
            description=given.get("Description"),
            schedule_expression=given["ScheduleExpression"],
            schedule_expression_timezone=given.get("ScheduleExpressionTimezone"),
            flexible_time_window=given["FlexibleTimeWindow"],
            target=deepcopy(given["Target"]),
            state=given.get("State"),
            kms_key_arn=given.get("KmsKeyArn"),
            start_date=dates["StartDate"].timestamp() if "StartDate" in dates else None,
            end_date=dates["EndDate"].timestamp() if "EndDate" in dates else None,
            action_after_completion=None,
        )
        self.attributes.update(Arn=schedule.arn)

    def reference(self) -> str:
        return self.name

    def change(self, properties: dict[str, Any]) -> None:
        self._scheduler.delete_schedule(self.properties.get("GroupName", "default"), self.name)
        self.properties = {**properties, "Name": self.name}
        self.create()

    def remove(self) -> None:
        self._scheduler.delete_schedule(self.properties.get("GroupName", "default"), self.name)

    @property
    def _scheduler(self) -> Any:
        return scheduler_backends[self.request.account][self.request.region]


MODELS: dict[str, type[Recorded]] = {
    "AWS::Budgets::Budget": Budget,
    "AWS::EC2::SecurityGroup": SecurityGroup,
    "AWS::EC2::SecurityGroupEgress": SecurityGroupEgress,
    "AWS::EC2::SecurityGroupIngress": SecurityGroupIngress,
    "AWS::EKS::Cluster": EksCluster,
    "AWS::EKS::Nodegroup": EksNodegroup,
    "AWS::Scheduler::Schedule": Schedule,
}
