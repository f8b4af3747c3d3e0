import type { Accelerator } from '../../../catalog/accelerator';
import type { Catalog } from '../../../catalog/catalog';
import type { InstanceType } from '../../../catalog/instance-type';

/** PCIe 4.0 × 16, one direction: where no source states how two accelerators reach each other. */
const PCIE_BYTES_PER_SECOND = 32e9;
/** fi_pingpong over EFA between two g6e.8xlarge: 17–19 µs (public note, read 2026-11-23). */
export const NETWORK_HOP_SECONDS = 19e-6;
/** Accelerators of a node where the catalogue has no instance type with them. */
const USUAL_NODE = 8;

/** How the accelerators of a replica reach each other. */
export interface Links {
  /** Accelerators that reach each other without the network. */
  readonly domainSize: number;
  /** Accelerators of the instance type that was named; undefined where none was. */
  readonly instanceSize: number | undefined;
  /** Bytes per second of one accelerator within a domain, one direction. */
  readonly near: number;
  /** The same between domains. A ring over nodes runs as many rings as they have interfaces: all of them together count. */
  readonly far: number;
}

function largest(types: readonly InstanceType[], of: (type: InstanceType) => number | undefined): number | undefined {
  const values = types.map(of).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : Math.max(...values);
}

/** Links of an accelerator in an instance type, or in any that has it. */
export function linksOf(accelerator: Accelerator, instanceType: string | undefined, catalog: Catalog): Links {
  const types = catalog.instanceTypes.filter((type) =>
    instanceType === undefined ? type.acceleratorKey === accelerator.key : type.name === instanceType,
  );
  const near = accelerator.scaleUpBytesPerSecond ?? PCIE_BYTES_PER_SECOND;
  const far =
    largest(types, (type) => type.network?.efaBytesPerSecond) ??
    largest(types, (type) => type.network?.bandwidthBytesPerSecond) ??
    PCIE_BYTES_PER_SECOND;
  return {
    domainSize:
      largest(types, (type) => Math.max(type.acceleratorCount ?? 1, type.scaleUpDomainSize ?? 1)) ?? USUAL_NODE,
    instanceSize: instanceType === undefined ? undefined : types[0]?.acceleratorCount,
    near,
    far: Math.min(near, far),
  };
}

/** `linksOf` that remembers. */
export function rememberedLinks(catalog: Catalog): (accelerator: Accelerator, instanceType?: string) => Links {
  const known = new Map<string, Links>();
  return (accelerator, instanceType) => {
    const key = instanceType ?? accelerator.key;
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const links = linksOf(accelerator, instanceType, catalog);
    known.set(key, links);
    return links;
  };
}

/** What the network adds to a collective over nodes: there and back through a tree of them. */
export const networkSeconds = (nodes: number): number =>
  nodes <= 1 ? 0 : 2 * Math.ceil(Math.log2(nodes)) * NETWORK_HOP_SECONDS;
