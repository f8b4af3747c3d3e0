"""The types that moto lacks, or half has, and that Headroom needs most. Every other type is only recorded."""

from copy import deepcopy
from typing import Any

from moto.budgets.models import budgets_backends
from moto.scheduler.models import scheduler_backends

from . import settings
from .eks import EksCluster, EksNodegroup
from .recorded import Recorded
from .refusal import Refusal
from .security_groups import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress


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
