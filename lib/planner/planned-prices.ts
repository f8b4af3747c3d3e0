import type { CapacityOption, RateOf } from './capacity-option';
import type { CellPlan, PlannedPrice } from './plan';
import { INCLUDED_IOPS, INCLUDED_MEBIBYTES_PER_SECOND } from './sizing/root-volume';

/** The list price of every instance and root volume of a plan, each once, in an order of its own. */
export function plannedPrices(cells: readonly CellPlan[], rateOf: RateOf): readonly PlannedPrice[] {
  const prices = new Map<string, PlannedPrice>();
  for (const { region, nodeGroups, nodePools = [], owned = [] } of cells) {
    for (const { instanceType } of [...nodeGroups, ...nodePools, ...owned]) {
      add({ kind: 'instance', region, instanceType, purchase: 'onDemand' });
    }
    for (const { rootVolume } of [...nodeGroups, ...nodePools]) {
      add({ kind: 'gp3', region, dimension: 'storage' });
      if (rootVolume.iops > INCLUDED_IOPS) add({ kind: 'gp3', region, dimension: 'iops' });
      if (rootVolume.mebibytesPerSecond > INCLUDED_MEBIBYTES_PER_SECOND) {
        add({ kind: 'gp3', region, dimension: 'throughput' });
      }
    }
  }
  return [...prices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, price]) => price);

  function add(option: CapacityOption): void {
    const rate = rateOf(option);
    if (rate === undefined) return;
    const { usd, source, asOf, per } = rate;
    const item = option.kind === 'gp3' ? `gp3 ${option.dimension}` : `${option.instanceType} ${option.purchase}`;
    prices.set(`${item} ${option.region}`, {
      item,
      region: option.region,
      usd: usd.toText(),
      per,
      ...(source === undefined ? {} : { source }),
      ...(asOf === undefined ? {} : { asOf }),
    });
  }
}
