import { App, CfnParameter, type Environment, Stack, Stage } from 'aws-cdk-lib';
import { addStandIns } from '../../lib/blueprint/stand-ins';
import type { Deployment } from '../../lib/deployments/deployment';
import { sandbox } from '../../lib/deployments/sandbox';
import type { Cell } from '../../lib/workload/cell';
import { aCell } from '../stacks/cells';
import { INVOICED_FLEET } from '../stacks/fleets';
import { VARIANTS } from '../stacks/variants';

const stacksIn = (app: App): readonly Stack[] => app.node.findAll().filter(Stack.isStack);
const standing = (deployment: Partial<Deployment>): App => {
  const app = new App();
  addStandIns(app, { ...sandbox, ...deployment });
  return app;
};
const placeOf = (stack: Stack): Environment => ({ account: stack.account, region: stack.region });

/** Cells by the names and places of an app's stages alone. */
function cellsIn(app: App): readonly Cell[] {
  return app.node.children
    .filter((stage) => Stage.isStage(stage) && stage.node.id !== 'Fleet')
    .map((stage) => aCell({ id: stage.node.id }));
}

test.each(VARIANTS)('whatever stack %s has, another stands in for it by its name', (_, open) => {
  const deployed = open();
  const names = new Set(
    stacksIn(standing({ cells: cellsIn(deployed), fleet: INVOICED_FLEET })).map((it) => it.stackName),
  );
  const own = stacksIn(deployed).filter((stack) => stack.nestedStackParent === undefined);
  expect(own.map((it) => it.stackName).filter((name) => !names.has(name))).toEqual([]);
});

test('what cells share stands in where it is', () => {
  const found = stacksIn(standing({ cells: [], fleet: { ...INVOICED_FLEET, region: 'us-west-2' } }));
  const account = INVOICED_FLEET.account;
  expect(found.map((stack) => [stack.stackName, placeOf(stack)])).toEqual([
    ['Fleet-Shared', { account, region: 'us-west-2' }],
    ['Fleet-Invoice', { account, region: 'us-east-1' }],
    ['Fleet-Budget', { account, region: 'us-east-1' }],
  ]);
});

test('all of them are to be destroyed and not deployed: each has a parameter without a value', () => {
  for (const stack of stacksIn(standing({ fleet: INVOICED_FLEET })))
    expect(stack.node.findChild('OnlyToBeDestroyed')).toBeInstanceOf(CfnParameter);
});

test('what imports from another stack is destroyed before it', () => {
  const stage = standing({}).node.findChild('Sandbox');
  const before = (part: string): readonly string[] =>
    (stage.node.findChild(part) as Stack).dependencies.map(({ node }) => node.id).sort();
  expect(before('Capacity02')).toEqual(['Cluster']);
  expect(before('Cluster')).toEqual(['Network']);
  expect(before('Network')).toEqual(['Teardown']);
  expect(before('Budget')).toEqual(['Observability', 'Teardown']);
});

test('a cell without a name or a place is named, and the others stand in', () => {
  const app = new App();
  const cells = [undefined, aCell({ id: '' }), aCell({ id: 'Good' })] as unknown as readonly Cell[];
  expect(addStandIns(app, { ...sandbox, cells })).toEqual(['cell 1', 'cell 2']);
  expect(stacksIn(app).map((it) => it.stackName)).toContain('Good-Network');
});
