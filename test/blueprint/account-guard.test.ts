import { AccountGuard, refusalOf } from '../../lib/blueprint/account-guard';
import { production } from '../../lib/deployments/production';
import { DEPLOYMENTS } from '../../lib/deployments/registry';
import { sandbox } from '../../lib/deployments/sandbox';

const refusal = (...args: Parameters<typeof refusalOf>) => refusalOf(...args)?.sentence;
const PRODUCTION = '123456789012';
const STRANGER = '444455556666';

test('without credentials anything may be synthesized', () => {
  expect([sandbox, production].map((it) => refusal(it, undefined, DEPLOYMENTS))).toEqual([undefined, undefined]);
});

test('production goes to its own account, and to that of a pipeline that is trusted', () => {
  const trusted = { ...production, allowed: { regions: ['us-east-1'], deployedFrom: [STRANGER] } as const };
  expect(refusal(production, PRODUCTION, DEPLOYMENTS)).toBeUndefined();
  expect(refusal(trusted, STRANGER, DEPLOYMENTS)).toBeUndefined();
});

test('fails production with the credentials of another account', () => {
  expect(refusal(production, STRANGER, DEPLOYMENTS)).toBe(
    `these credentials belong to account ${STRANGER} and deployment production goes to ${PRODUCTION}`,
  );
});

test('a sandbox without a list goes anywhere', () => {
  expect(refusal(sandbox, STRANGER, DEPLOYMENTS)).toBeUndefined();
});

test('fails a sandbox without a list in the account of production', () => {
  expect(refusal(sandbox, PRODUCTION, DEPLOYMENTS)).toMatch(/has the production cells of deployment production/);
});

test('fails a sandbox with a list in every other account', () => {
  const listed = { ...sandbox, allowed: { regions: ['us-east-1'], accounts: ['111122223333'] } as const };
  expect(refusal(listed, STRANGER, DEPLOYMENTS)).toMatch(/goes to 111122223333/);
  expect(refusal(listed, '111122223333', DEPLOYMENTS)).toBeUndefined();
});

test('the refusal is one fatal violation of the app, with the sentence and the remedy', () => {
  const { success, violations } = new AccountGuard({ sentence: 'not here', remedy: 'go there' }).validate();
  expect(success).toBe(false);
  expect(violations).toEqual([
    expect.objectContaining({ severity: 'fatal', description: 'not here', fix: 'go there' }),
  ]);
});
