import type { Sourced } from './sourced';

/** A GPU or a Neuron device as the scheduler counts it. Undefined figures were not found in any source: never guessed. */
export interface Accelerator extends Sourced {
  readonly key: string;
  readonly name: string;
  readonly vendor: 'nvidia' | 'aws';
  readonly generation: 'ampere' | 'ada' | 'hopper' | 'blackwell' | 'neuron2' | 'neuron3' | 'neuron4';
  /** Usable device memory. Trainium2 is 96 GiB whatever EC2's API says. */
  readonly memoryBytes: number | undefined;
  readonly memoryBandwidthBytesPerSecond: number | undefined;
  /** Dense peak per precision; absent where the hardware has none or no source states it. */
  readonly denseFlopsPerSecond: { readonly bf16?: number; readonly fp8?: number; readonly fp4?: number };
  /** One direction, per accelerator. Undefined where the source does not state the direction. */
  readonly scaleUpBytesPerSecond: number | undefined;
  readonly thermalDesignPowerWatts: number | undefined;
  /** Names of fields that rest on memory alone. */
  readonly unverifiedFields: readonly string[];
  readonly note: string;
}
