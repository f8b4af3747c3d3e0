import type { CellServing } from '../workload/cell';
import { conversationLengths } from './conversation-lengths';
import type { Deployment } from './deployment';

// The account number of AWS's own examples: put yours here, and the role that administers its clusters.
const ACCOUNT = '123456789012';
const ADMIN_ROLE = `arn:aws:iam::${ACCOUNT}:role/ClusterAdmin`;
// An example of a corporate network: put yours here. The route to the cells' VPCs (VPN, Transit Gateway) is yours too.
const CORPORATE_NETWORK = '10.200.0.0/16';

// Take it out once you own reservations or blocks, list them in `ownedCapacity`, and allow them: floor and spare are then held to them.
const UNRESERVED = 'an example that owns nothing: these nodes are on demand and may not be there';

/**
 * Two cells in two regions under a contract of tens of millions a year: a mixture-of-experts model on GPUs in one, a dense
 * model on Trainium in the other, and a small model spread over both.
 *
 * Both cells are private and reach AWS through interface endpoints only, because every such price has a source in both
 * regions; a NAT gateway's per-gigabyte price has none in us-west-2.
 */
export const production: Deployment = {
  name: 'production',
  asOf: '2026-11-23',
  lifetime: { kind: 'term', start: '2026-12-01', end: '2028-12-01' },
  allowed: { accounts: [ACCOUNT], regions: ['us-east-1', 'us-west-2'] },
  cells: [
    {
      id: 'UsEast1',
      region: 'us-east-1',
      account: ACCOUNT,
      adminRoleArn: ADMIN_ROLE,
      privateAccessCidrs: [CORPORATE_NETWORK],
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      network: { kind: 'own', cidr: '10.16.0.0/16', egress: 'endpoints' },
      profile: 'production',
      kubernetesVersion: '1.35',
      systemInstanceType: 'm5.large',
      systemNodes: 3,
      serving: servingFrom('us-east-1'),
    },
    {
      id: 'UsWest2',
      region: 'us-west-2',
      account: ACCOUNT,
      adminRoleArn: ADMIN_ROLE,
      privateAccessCidrs: [CORPORATE_NETWORK],
      availabilityZones: ['us-west-2a', 'us-west-2b'],
      network: { kind: 'own', cidr: '10.32.0.0/16', egress: 'endpoints' },
      profile: 'production',
      kubernetesVersion: '1.35',
      systemInstanceType: 'm5.large',
      systemNodes: 3,
      serving: servingFrom('us-west-2'),
    },
  ],
  workloads: [
    {
      kind: 'inference',
      name: 'assistant',
      model: { id: 'Qwen/Qwen3-235B-A22B-FP8' },
      precision: 'fp8',
      traffic: { kind: 'rate', meanRequestsPerSecond: 120, peakRequestsPerSecond: 240 },
      tokens: conversationLengths,
      prefixCacheHitFraction: 0.2,
      slo: { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.05 } },
      placement: {
        cells: ['UsEast1'],
        purchaseOptions: ['onDemand'],
        instanceFamilies: ['p5', 'p5en', 'p6-b200'],
        bestEffortFloor: UNRESERVED,
      },
      spareFraction: 0.1,
      spareNodes: 1,
    },
    {
      kind: 'inference',
      name: 'summarizer',
      model: { id: 'meta-llama/Meta-Llama-3.1-70B' },
      precision: 'bf16',
      // As much as leaves a million dollars a year below the contract's ceiling and two above its floor: on Trainium1 this model's
      // measured steps are slow, and `confidence` takes them a fifth slower still.
      traffic: { kind: 'rate', meanRequestsPerSecond: 13, peakRequestsPerSecond: 26 },
      tokens: conversationLengths,
      prefixCacheHitFraction: 0,
      slo: { ttft: { percentile: 95, seconds: 6 }, tpot: { percentile: 95, seconds: 0.15 } },
      placement: {
        cells: ['UsWest2'],
        purchaseOptions: ['onDemand'],
        instanceFamilies: ['trn1'],
        bestEffortFloor: UNRESERVED,
      },
      spareFraction: 0.1,
      spareNodes: 1,
    },
    {
      kind: 'inference',
      name: 'router',
      model: { id: 'Qwen/Qwen3-8B' },
      precision: 'any',
      traffic: { kind: 'rate', meanRequestsPerSecond: 40, peakRequestsPerSecond: 80 },
      tokens: conversationLengths,
      prefixCacheHitFraction: 0,
      slo: { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.06 } },
      placement: { cells: ['UsEast1', 'UsWest2'], purchaseOptions: ['onDemand', 'spot'] },
      spareNodes: 1,
    },
  ],
  contractFile: 'lib/deployments/production.contract.json',
  tags: { team: 'inference-platform', environment: 'production' },
};

/** AWS's documentation account: a private cell pulls nothing until your registry and your bucket stand here. */
function servingFrom(region: string): CellServing {
  return {
    imageRegistry: `111122223333.dkr.ecr.${region}.amazonaws.com`,
    weightsBucket: `example-model-weights-${region}`,
  };
}
