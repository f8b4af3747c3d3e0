import { type Line, usage } from '../line';

/** The profile costs nothing, the pods that it puts on Fargate do: by vCPU and gigabyte, on average. */
export function chargeFargateProfile(): readonly Line[] {
  return [usage('eksFargateVcpus', 'eks:fargateVcpu'), usage('eksFargateGigabytes', 'eks:fargateGigabyte')];
}
