import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { literalText } from '../template-value';

/** Add-ons that AWS publishes and that meter nothing themselves (EKS user guide, "AWS add-ons", read 2026-11-23). */
const FREE = new Set([
  'aws-ebs-csi-driver',
  'aws-efs-csi-driver',
  'aws-fsx-csi-driver',
  'aws-mountpoint-s3-csi-driver',
  'aws-secrets-store-csi-driver-provider',
  'cert-manager',
  'coredns',
  'eks-node-monitoring-agent',
  'eks-pod-identity-agent',
  'external-dns',
  'kube-proxy',
  'kube-state-metrics',
  'metrics-server',
  'prometheus-node-exporter',
  'snapshot-controller',
  'vpc-cni',
]);

/** Add-ons that send metered data somewhere, and those sold on the AWS Marketplace, are never free. */
export function chargeAddon(addon: Resource): readonly Line[] {
  const name = literalText(addon.property('AddonName'));
  if (name !== undefined && FREE.has(name)) return [free('an add-on of AWS that meters nothing')];
  return [unpriced('addonUsage', `what the add-on ${name ?? 'named here'} meters is not known`)];
}
