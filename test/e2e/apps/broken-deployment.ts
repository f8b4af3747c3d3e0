import { synthesize } from '../../../bin/synthesize';
import { sandbox } from '../../../lib/deployments/sandbox';

/** The sandbox as it is deployed, of which one thing no longer holds; Jest names it in HEADROOM_BREAK. */
const [cell] = sandbox.cells;
const [workload] = sandbox.workloads;
const BREAKS: Readonly<Record<string, object>> = {
  trace: { workloads: [{ ...workload, traffic: { kind: 'trace', file: 'no/such/trace.csv' } }] },
  model: { workloads: [{ ...workload, model: { configFile: 'no/such/config.json' } }] },
  cell: { cells: [{ ...cell, systemNodes: 0 }] },
  workload: { workloads: [{ ...workload, precision: 'imaginary' }] },
  tags: { tags: { 'aws:mine': 'yes' } },
  defect: {
    get workloads(): never {
      throw new TypeError('a defect of somebody');
    },
  },
};
Object.defineProperties(sandbox, Object.getOwnPropertyDescriptors(BREAKS[process.env.HEADROOM_BREAK ?? ''] ?? {}));
synthesize();
