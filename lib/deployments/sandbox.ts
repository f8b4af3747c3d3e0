import { conversationLengths } from './conversation-lengths';
import type { Deployment } from './deployment';

/**
 * The smallest thing that serves a real model: one GPU on demand for three days, everything else around it counted. For
 * trying out a deploy in an account of your own; the teardown in the assembly deletes it.
 */
export const sandbox: Deployment = {
  name: 'sandbox',
  asOf: '2026-11-23',
  lifetime: { kind: 'hours', hours: 72 },
  // Name the account of your sandbox here too, `accounts: ['…']`: the templates then refuse every other.
  allowed: { regions: ['us-east-1'] },
  cells: [
    {
      id: 'Sandbox',
      region: 'us-east-1',
      availabilityZones: ['us-east-1a', 'us-east-1b'],
      network: { kind: 'own', cidr: '10.0.0.0/16', egress: 'nat' },
      profile: 'sandbox',
      kubernetesVersion: '1.35',
      systemInstanceType: 't3.medium',
      systemNodes: 1,
      // RFC 5737 documentation range: nobody reaches the endpoint until you put your own address here.
      publicAccessCidrs: ['203.0.113.0/24'],
    },
  ],
  workloads: [
    {
      kind: 'inference',
      name: 'chat',
      model: { id: 'Qwen/Qwen3-8B' },
      precision: 'fp8',
      traffic: { kind: 'rate', meanRequestsPerSecond: 0.1, peakRequestsPerSecond: 0.2 },
      tokens: conversationLengths,
      prefixCacheHitFraction: 0,
      slo: { ttft: { percentile: 95, seconds: 5 }, tpot: { percentile: 95, seconds: 0.1 } },
      placement: { cells: ['Sandbox'], purchaseOptions: ['onDemand'], instanceFamilies: ['g6'] },
    },
  ],
  contractFile: 'lib/deployments/sandbox.contract.json',
  tags: { team: 'inference-platform', environment: 'sandbox' },
};
