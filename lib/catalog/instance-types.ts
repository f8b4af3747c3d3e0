import type { InstanceType } from './instance-type';
import { G5_INSTANCE_TYPES } from './instance-types/g5';
import { G6_INSTANCE_TYPES } from './instance-types/g6';
import { G6E_INSTANCE_TYPES } from './instance-types/g6e';
import { G7_INSTANCE_TYPES } from './instance-types/g7';
import { G7E_INSTANCE_TYPES } from './instance-types/g7e';
import { NEURON_INSTANCE_TYPES } from './instance-types/neuron';
import { P_INSTANCE_TYPES } from './instance-types/p';

/** EC2 instance types with accelerators. Their order means nothing. */
export const INSTANCE_TYPES: readonly InstanceType[] = [
  ...G5_INSTANCE_TYPES,
  ...G6_INSTANCE_TYPES,
  ...G6E_INSTANCE_TYPES,
  ...G7_INSTANCE_TYPES,
  ...G7E_INSTANCE_TYPES,
  ...P_INSTANCE_TYPES,
  ...NEURON_INSTANCE_TYPES,
];
