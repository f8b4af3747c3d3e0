import { synthesize } from '../../../bin/synthesize';
import type { Waiver } from '../../../lib/budget/envelope/contract';

/** The sandbox with a break-glass waiver up to an amount, until the day after its own. */
const waiver = (upTo: string): Waiver => ({
  rule: 'BreakGlass',
  period: 'all',
  upTo,
  approver: 'on-call',
  ticket: 'INC-1',
  expires: '2026-11-24T00:00:00Z',
});

synthesize({
  contextKeys: ['upTo'],
  amend: (app, question) => {
    const { contract } = question;
    const upTo: unknown = app.node.tryGetContext('upTo');
    if (contract.kind !== 'given' || typeof upTo !== 'string') return undefined;
    return { ...question, contract: { ...contract, waivers: [waiver(upTo)] } };
  },
});
