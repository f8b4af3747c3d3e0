import * as fs from 'node:fs';
import {
  type App,
  CfnResource,
  type IPolicyValidationPlugin,
  NestedStack,
  Stack,
  Stage,
  Validations,
} from 'aws-cdk-lib';
import { synthesize } from '../../../bin/synthesize';

const ENV = { env: { region: 'us-east-1' } };

const RESERVATION = {
  InstanceType: 'p5.48xlarge',
  InstancePlatform: 'Linux/UNIX',
  InstanceCount: 4,
  AvailabilityZone: 'us-east-1a',
};

/** On the resource, its parent and the app. */
function silence(app: App, stack: Stack): void {
  for (const scope of [stack.node.findChild('Node'), stack, app]) {
    for (const rule of ['CeilingExceeded', 'HourlyCeilingExceeded', 'UncoveredWindow', 'PriceBookStale']) {
      Validations.of(scope).acknowledge({ id: `Headroom::${rule}`, reason: 'be quiet' });
    }
  }
}

/** Runs after the verdict, and changes what was judged. */
const rewriting: IPolicyValidationPlugin = {
  name: 'Rewriter',
  validate: ({ templatePaths }) => {
    for (const file of templatePaths) fs.appendFileSync(file, '\n');
    return { success: true, violations: [] };
  },
};

const VIOLATION = { ruleName: 'TheirRule', description: 'they do not like it' };
const HERE = { constructPath: 'B/Node', locations: [] };

/** What somebody else's plugin may do after the verdict. */
const ROGUES: Readonly<Record<string, IPolicyValidationPlugin>> = {
  rewrites: rewriting,
  throws: {
    name: 'Thrower',
    validate: () => {
      throw new Error('they fell over');
    },
  },
  // What a plain JavaScript caller, or a careless cast, hands in.
  promises: { name: 'Promiser', validate: async () => ({ success: true, violations: [] }) } as never,
  placeless: {
    name: 'Placeless',
    validate: () => ({ success: false, violations: [{ ...VIOLATION, severity: 'fatal', violatingResources: [] }] }),
  },
  bare: {
    name: 'Bare',
    validate: () => ({ success: false, violations: [{ ...VIOLATION, violatingResources: [HERE] }] }),
  },
};

/** Plugins run in the order of their registration; Headroom's own is registered just before synthesis. */
function addLast(app: App, plugin: IPolicyValidationPlugin): void {
  const synth = app.synth.bind(app);
  app.synth = (options) => {
    Validations.of(app).addPlugins(plugin);
    return synth(options);
  };
}

/**
 * The sandbox and three stacks beside it: A with a nested stack, B, and C in a Stage. `breach` puts something far too dear into
 * one of them, `acknowledge` tries every way of silencing a violation, `rogue` adds somebody else's plugin.
 */
synthesize({
  contextKeys: ['breach', 'acknowledge', 'rogue'],
  amend: (app) => {
    const a = new Stack(app, 'A', ENV);
    const stacks = {
      A: a,
      Inner: new NestedStack(a, 'Inner'),
      B: new Stack(app, 'B', ENV),
      C: new Stack(new Stage(app, 'Prod'), 'C', ENV),
    };
    for (const [name, stack] of Object.entries(stacks)) {
      const dear = name === app.node.tryGetContext('breach');
      new CfnResource(stack, 'Node', {
        type: dear ? 'AWS::EC2::CapacityReservation' : 'AWS::CloudFormation::WaitConditionHandle',
        ...(dear ? { properties: RESERVATION } : {}),
      });
    }
    if (app.node.tryGetContext('acknowledge') !== undefined) silence(app, stacks.B);
    const rogue = ROGUES[app.node.tryGetContext('rogue') ?? ''];
    if (rogue !== undefined) addLast(app, rogue);
    return undefined;
  },
});
