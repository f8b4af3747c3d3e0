import type { Sourced } from './sourced';

/** `available`: EC2's API knows the name. `unverified`: refused without an explicit override. */
export type LaunchStatus = 'available' | 'unverified';

/** An EC2 instance type with accelerators. Undefined figures were not found. */
export interface InstanceType extends Sourced {
  readonly name: string;
  readonly family: string;
  readonly status: LaunchStatus;
  readonly acceleratorKey: string;
  readonly acceleratorCount: number | undefined;
  readonly architecture: 'x86_64' | 'arm64' | undefined;
  readonly vcpus: number | undefined;
  readonly hostMemoryBytes: number | undefined;
  readonly instanceStoreBytes: number | undefined;
  readonly network: NetworkInterfaces | undefined;
  /** Accelerators that reach each other over NVLink or NeuronLink, this instance or UltraServer; 1 = PCIe only. */
  readonly scaleUpDomainSize: number | undefined;
  /** NeuronCores as vLLM on Neuron counts them at the default LNC, per chip; undefined on GPUs. */
  readonly logicalNeuronCoresPerChip: number | undefined;
  /** Regions whose offerings list the type. */
  readonly regions: readonly string[];
}

/** Network cards and what a launch template may attach to them. */
export interface NetworkInterfaces {
  readonly networkCards: number;
  readonly maxEfaInterfaces: number;
  readonly efaBytesPerSecond: number | undefined;
  readonly bandwidthBytesPerSecond: number | undefined;
}

/** Instances joined into one scale-up domain; sold whole. */
export interface UltraServer extends Sourced {
  readonly name: string;
  readonly status: LaunchStatus;
  readonly memberInstanceType: string | undefined;
  readonly memberCount: number | undefined;
  readonly acceleratorKey: string;
  readonly acceleratorCount: number;
  readonly memoryBytes: number | undefined;
}
