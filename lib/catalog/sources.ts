import { earlier } from '../units/interval';
import type { Sourced } from './sourced';

/** Joins the places that a row's figures come from; dated by the oldest, because a row is as fresh as its oldest figure. */
export function cite(first: Sourced, ...others: readonly Sourced[]): Sourced {
  const all = [first, ...others];
  return {
    source: all.map((one) => one.source).join('; '),
    asOf: all.map((one) => one.asOf).reduce((a, b) => earlier(a, b)),
  };
}

export const describeInstanceTypes: Sourced = {
  source: 'EC2 DescribeInstanceTypes dump, getmoto/moto instance_types.json @34d6cad5a',
  asOf: '2026-08-02',
};

export const instanceTypeOfferings: Sourced = {
  source: 'EC2 DescribeInstanceTypeOfferings dump, getmoto/moto instance_type_offerings/availability-zone-id',
  asOf: '2026-08-01',
};

export const karpenterNetwork: Sourced = {
  source: 'aws/karpenter-provider-aws zz_generated.bandwidth.go and zz_generated.vpclimits.go',
  asOf: '2026-08-21',
};

/** The stored copy has no date; it names G7e (January 2026) and not yet G7 (June 2026). */
export const ec2AcceleratedDocs: Sourced = {
  source: 'EC2 documentation, specifications of accelerated computing instances, stored copy of early 2026',
  asOf: '2026-01-31',
};

export const efaReport: Sourced = {
  source: 'public report on the EC2 EFA documentation and the Price List bulk files',
  asOf: '2026-08-01',
};

export const priceReport: Sourced = {
  source: 'public report on the EC2 price sheets and NVIDIA product pages',
  asOf: '2026-09-19',
};

export const gb200Table: Sourced = {
  source: 'public table on the EC2 P6 page and the P6e-GB200 announcement',
  asOf: '2026-10-03',
};

export const neuronArchitecture: Sourced = {
  source: 'aws-neuron/aws-neuron-sdk about-neuron/arch/neuron-hardware',
  asOf: '2026-04-09',
};

export const neuronLogicalCores: Sourced = {
  source: 'aws-neuron/aws-neuron-sdk about-neuron/arch/neuron-features/logical-neuroncore-config.rst',
  asOf: '2026-08-21',
};

export const aiconfiguratorSystems: Sourced = {
  source: 'ai-dynamo/aiconfigurator systems/*.yaml (dense FLOP/s, one-way links)',
  asOf: '2026-08-21',
};

export const inferenceX: Sourced = {
  source: 'SemiAnalysisAI/InferenceX-app gpu-specs.ts (dense FLOP/s)',
  asOf: '2026-04-03',
};

export const eksCharts: Sourced = {
  source: 'aws/eks-charts stable/aws-dranet/values.yaml and hack/update-efa-instance-types.sh',
  asOf: '2026-07-21',
};

export const botocore: Sourced = {
  source: 'botocore 1.43.107 EC2 service model, InstanceType enumeration',
  asOf: '2026-10-01',
};

export const trainium2Power: Sourced = {
  source: 'public summary of SemiAnalysis on Trainium2 (power only)',
  asOf: '2024-12-01',
};
