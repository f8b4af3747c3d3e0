"""EKS clusters and node groups, made in moto's EKS as its own API would."""

from typing import Any

from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends

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
