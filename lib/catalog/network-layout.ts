import { Problem } from '../problem';
import type { InstanceType, NetworkInterfaces } from './instance-type';

/** One network interface of a launch template. `efa-only` takes no IP address. */
export interface LaunchTemplateInterface {
  readonly networkCardIndex: number;
  readonly deviceIndex: number;
  readonly interfaceType: 'interface' | 'efa-only';
}

/** Carries the node's IP traffic; EC2 takes no `efa-only` interface in its place. */
const PRIMARY: LaunchTemplateInterface = { networkCardIndex: 0, deviceIndex: 0, interfaceType: 'interface' };
/** Beside the primary on card 0, where that card has EFA. */
const EFA_BESIDE_PRIMARY: LaunchTemplateInterface = { networkCardIndex: 0, deviceIndex: 1, interfaceType: 'efa-only' };

/**
 * The interfaces of a node, in launch template order: the primary on card 0, then one EFA interface on every card that
 * has EFA. One interface where the type has no EFA.
 *
 * @throws Problem UnverifiedInstanceType when no source says how many EFA interfaces the type takes.
 */
export function networkLayout(instanceType: InstanceType): readonly LaunchTemplateInterface[] {
  const { network } = instanceType;
  if (network === undefined || network.maxEfaInterfaces === undefined) throw noLayout(instanceType);
  const onPrimaryCard = network.efaOnPrimaryCard ? [EFA_BESIDE_PRIMARY] : [];
  return [PRIMARY, ...onPrimaryCard, ...efaOnOtherCards(network, network.maxEfaInterfaces - onPrimaryCard.length)];
}

function efaOnOtherCards(network: NetworkInterfaces, count: number): readonly LaunchTemplateInterface[] {
  const others = Math.min(count, network.networkCards - 1);
  return Array.from({ length: others }, (_, index) => ({
    networkCardIndex: index + 1,
    deviceIndex: 0,
    interfaceType: 'efa-only',
  }));
}

function noLayout({ name }: InstanceType): Problem {
  return new Problem(
    'UnverifiedInstanceType',
    `no source says which network interfaces ${name} takes, so no launch template can be made for it; choose another instance type`,
  );
}
