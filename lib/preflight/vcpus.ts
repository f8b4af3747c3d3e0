import type { Catalog } from '../catalog/catalog';
import type { QuotaKey } from './quotas';

/** How a node is bought, as far as quotas tell. Reservations count against on-demand quotas, Capacity Blocks do not. */
export type QuotaMarket = 'onDemand' | 'spot' | 'capacityBlock';

const STANDARD = /^(a|c|d|h|i|im|is|m|r|t|z)\d/;
const SIZE = /^[a-z0-9-]+\.(?:(nano|micro|small|medium|large)|(\d*)xlarge)$/;

/**
 * vCPUs of a type: the catalogue's, or for CPU types what EC2's size names mean: 4 for each xlarge, 2 below it (1 for some
 * mediums: counted as 2, since a quota asked for too much is no harm).
 *
 * @returns undefined for a size that says nothing, such as metal
 */
export function vcpusOf(instanceType: string, catalog: Catalog): number | undefined {
  const row = catalog.instanceTypes.find(({ name }) => name === instanceType);
  if (row !== undefined) return row.vcpus;
  const match = STANDARD.test(instanceType) ? SIZE.exec(instanceType) : null;
  if (match === null) return undefined;
  return match[1] === undefined ? 4 * Number(match[2] === '' ? 1 : match[2]) : 2;
}

/** The vCPU quota that a type draws on; that of Capacity Blocks counts instances. */
export function vcpuQuota(instanceType: string, market: QuotaMarket): QuotaKey {
  if (market === 'capacityBlock') return 'capacityBlockInstances';
  const isSpot = market === 'spot';
  if (/^(g\d|gr\d|vt\d)/.test(instanceType)) return isSpot ? 'spotG' : 'onDemandG';
  if (/^inf\d/.test(instanceType)) return isSpot ? 'spotInf' : 'onDemandInf';
  if (/^trn\d/.test(instanceType)) return isSpot ? 'spotTrn' : 'onDemandTrn';
  if (/^p\d/.test(instanceType)) return isSpot ? spotOfP(instanceType) : 'onDemandP';
  if (STANDARD.test(instanceType)) return isSpot ? 'spotStandard' : 'onDemandStandard';
  return 'unknownFamily';
}

function spotOfP(instanceType: string): QuotaKey {
  if (/^p5/.test(instanceType)) return 'spotP5';
  return /^p[234]/.test(instanceType) ? 'spotP' : 'spotP6';
}
