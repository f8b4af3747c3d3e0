import type { Sourced } from './sourced';

/** `available`: EC2's public description has the type. `unverified`: it has not, so it is refused without an explicit override. */
export type LaunchStatus = 'available' | 'unverified';

/**
 * How EC2 says a type may be bought. A claim, not an offer: p5e and trn2 list `onDemand` and have no on-demand price.
 * Capacity reservations follow `onDemand`.
 */
export type UsageClass = 'onDemand' | 'spot' | 'capacityBlock';

/** An EC2 instance type with accelerators. Undefined figures were not found. */
export interface InstanceType extends Sourced {
  readonly name: string;
  readonly family: string;
  readonly status: LaunchStatus;
  readonly acceleratorKey: string;
  readonly acceleratorCount: number | undefined;
  /** Of the host's processor. */
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
  /** As published; empty where nothing is. Only a price makes an offer. */
  readonly usageClasses: readonly UsageClass[];
  /** What a reader must know before relying on the row. */
  readonly note?: string;
}

/** Network cards and what a launch template may attach to them. */
export interface NetworkInterfaces {
  readonly networkCards: number;
  /** At most one per card. Undefined where no source agrees: then there is no layout either. */
  readonly maxEfaInterfaces: number | undefined;
  /** Over all cards. */
  readonly maxNetworkInterfaces: number;
  /** On card 0, which carries the primary interface; undefined where the total does not divide by the cards. */
  readonly maxInterfacesOnPrimaryCard: number | undefined;
  /** False on p6-b300 and p6e-gb200, whose card 0 carries plain ENA only, and where there is no EFA at all. */
  readonly efaOnPrimaryCard: boolean;
  /** EFA generation: v1 Nitro v3, v2 Nitro v4, v3 Nitro v5, v4 Nitro v6. Undefined without EFA. */
  readonly efaGeneration: 1 | 2 | 3 | 4 | undefined;
  /** One direction, all EFA interfaces together. */
  readonly efaBytesPerSecond: number | undefined;
  /** One direction, all cards together; the baseline of types that burst. */
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
  /** Accelerator memory of the whole UltraServer. */
  readonly memoryBytes: number | undefined;
  readonly vcpus: number | undefined;
  readonly hostMemoryBytes: number | undefined;
  /** One direction, all members together. */
  readonly efaBytesPerSecond: number | undefined;
  readonly note?: string;
}
