import { type App, CfnResource } from 'aws-cdk-lib';
import type { Anything } from './cells';
import { VARIANTS } from './variants';

/**
 * Why a policy names everything, by where it stands below its cell, what it names and under which actions or principals.
 * An entry that no template needs fails.
 */
const REASONS: readonly (readonly [path: RegExp, names: RegExp, reason: string])[] = [
  [
    /Key\/Resource$/,
    /^Action kms:\* on Resource \*$/,
    "the account keeps its rights over its own keys (AWS's default key policy); in a key's policy the resource is the key",
  ],
  [
    /^Network\/LogKey/,
    /^Resource \* for kms:/,
    'the resource is the key; a condition keeps it to log groups of this account',
  ],
  [
    /^Observability\/Alerts\/Key/,
    /^Resource \* for kms:/,
    "the resource is the key; AWS's own services alone, which write alerts to the encrypted topic and logs to one group",
  ],
  [
    /^Scaling\/ClusterAutoscaler/,
    /^Resource \* for autoscaling:Describe…, ec2:Describe…, ec2:GetInstanceTypesFromInstanceRequirements$/,
    'reads that AWS grants for all resources or for none (service authorization reference)',
  ],
  [
    /^Scaling\/Karpenter/,
    /^Resource \* for (ec2:Describe…|pricing:GetProducts)$/,
    'reads that AWS grants for all resources or for none (service authorization reference)',
  ],
];

interface Wildcard {
  readonly path: string;
  readonly names: string;
}

/** Statements that name every action of anything or of a service, every resource, or everybody. */
function wildcardsOf(app: App): readonly Wildcard[] {
  return app.node
    .findAll()
    .filter(CfnResource.isCfnResource)
    .flatMap((resource) => {
      const body = resource.stack.resolve(resource._toCloudFormation()) as Anything;
      const properties: Anything = Object.values<Anything>(body.Resources)[0]?.Properties ?? {};
      const path = resource.node.path.split('/').slice(1).join('/');
      return statementsIn(properties).flatMap((statement) => wildcards(statement).map((names) => ({ path, names })));
    });
}

/** Every statement of every policy document, wherever in the properties it stands. */
function statementsIn(value: Anything): readonly Anything[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Effect' in value ? [value] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

function wildcards({ Effect, Action, Resource, Principal }: Anything): readonly string[] {
  if (Effect !== 'Allow') return [];
  const actions: readonly string[] = [Action].flat().map(String).sort();
  const broad = actions.filter((action) => action === '*' || action.endsWith(':*'));
  const everything = [Resource].flat().includes('*');
  const everybody = Principal === '*' || [Principal?.AWS].flat().includes('*');
  return [
    ...(broad.length === 0 ? [] : [`Action ${broad.join(', ')}${everything ? ' on Resource *' : ''}`]),
    ...(everything && broad.length === 0 ? [`Resource * for ${abbreviated(actions).join(', ')}`] : []),
    ...(everybody ? [`Principal * for ${actions.join(', ')}`] : []),
  ];
}

/** Descriptions of one service as one. */
function abbreviated(actions: readonly string[]): readonly string[] {
  return [...new Set(actions.map((action) => action.replace(/:Describe[A-Z].*$/, ':Describe…')))];
}

const reasonFor = ({ path, names }: Wildcard) =>
  REASONS.find(([place, what]) => place.test(path) && what.test(names))?.[2];

const found = VARIANTS.map(([name, open]) => [name, wildcardsOf(open())] as const);

test.each(found)('%s names every action, every resource or everybody nowhere without a reason', (_, wildcardsFound) => {
  expect(wildcardsFound.filter((one) => reasonFor(one) === undefined)).toEqual([]);
});

test('no reason is given for what no policy says any more', () => {
  const all = found.flatMap(([, wildcardsFound]) => wildcardsFound);
  const unused = REASONS.filter(
    ([place, what]) => !all.some(({ path, names }) => place.test(path) && what.test(names)),
  );
  expect(unused).toEqual([]);
});

test('fails for a policy that allows everything to anybody', () => {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*', Principal: { AWS: '*' } };
  expect(statementsIn({ PolicyDocument: { Statement: [statement] } }).flatMap(wildcards)).toEqual([
    'Action * on Resource *',
    'Principal * for *',
  ]);
});
