import { Problem } from '../problem';

/** Subnets of a cell's own VPC. The lower half belongs to control and public subnets, the upper half to accelerators. */
export const CONTROL_PREFIX_LENGTH = 24;
export const PUBLIC_PREFIX_LENGTH = 26;
/** Room is kept for so many zones, so that adding one moves no subnet. */
export const ZONES_RESERVED = 4;

const WIDEST_VPC = 16;
/** 4 × /24 and 4 × /26 fill 1,280 addresses: the lower half must be a /21 or wider. */
const NARROWEST_VPC = 20;
/** Wide enough that growth within a VPC of /16 does not replace the subnet, which would replace every node. */
const NARROWEST_ACCELERATOR_SUBNET = 18;
/** The node's own address and one /28 prefix for its pods; EFA-only interfaces take none. */
export const ADDRESSES_PER_NODE = 17;
/** AWS keeps five in every subnet. */
const ADDRESSES_KEPT_BY_AWS = 5;

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/**
 * The accelerator subnet: starts in the middle of the VPC, as wide as the most nodes need and at least a /18 where the VPC
 * has one.
 *
 * @throws Problem InvalidDeployment for a VPC that is no block of /16 to /20, or too small for the nodes.
 */
export function acceleratorCidr(vpcCidr: string, nodes: number): string {
  const { base, prefixLength } = parseVpcCidr(vpcCidr);
  const half = prefixLength + 1;
  const needed = nodes * ADDRESSES_PER_NODE + ADDRESSES_KEPT_BY_AWS;
  let chosen = Math.max(NARROWEST_ACCELERATOR_SUBNET, half);
  while (2 ** (32 - chosen) < needed && chosen >= half) chosen -= 1;
  if (chosen < half) {
    throw new Problem(
      'InvalidDeployment',
      `the VPC ${vpcCidr} has ${2 ** (32 - half)} addresses for accelerator nodes and ${nodes} nodes need ${needed}; give a wider block, up to /${WIDEST_VPC}, or spread the nodes over more cells`,
    );
  }
  return `${dotted(base + 2 ** (32 - half))}/${chosen}`;
}

function parseVpcCidr(text: string): { readonly base: number; readonly prefixLength: number } {
  const numbers = CIDR.exec(text)?.slice(1).map(Number) ?? [];
  const [a = 256, b = 256, c = 256, d = 256, prefixLength = 0] = numbers;
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  const isBlock = [a, b, c, d].every((byte) => byte <= 255) && base % 2 ** (32 - prefixLength) === 0;
  if (isBlock && prefixLength >= WIDEST_VPC && prefixLength <= NARROWEST_VPC) return { base, prefixLength };
  throw new Problem(
    'InvalidDeployment',
    `a cell's own VPC needs a block of /${WIDEST_VPC} to /${NARROWEST_VPC} that starts on its boundary, got ${JSON.stringify(text)}; write one such as "10.0.0.0/16"`,
  );
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
