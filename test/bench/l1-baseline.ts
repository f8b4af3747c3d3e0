import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { SYNTH_CONTEXT } from '../../lib/blueprint/synth-context';

/**
 * Writes one CDK file of plain L1 calls that synthesizes byte-identical templates: what a person would have written who
 * knew every property beforehand. It is the baseline that our synth is timed against, so it is made from our templates and
 * can never be stale.
 */
export function writeL1Baseline(assembly: CloudAssembly, file: string): void {
  const stacks = assembly.stacksRecursively;
  const modules = new Set<string>();
  const bodies = stacks.map((stack) => stackSource(stack, modules));
  const stages = [...new Set(stacks.map((stack) => stack.hierarchicalId.split('/')[0] ?? ''))];
  const lines = [
    '// @ts-nocheck: generated',
    "const { App, CfnOutput, CfnRule, Stack, Stage, Token } = require('aws-cdk-lib');",
    'const t = (intrinsic) => Token.asString(intrinsic);',
    ...[...modules].sort().map((name) => `const ${variable(name)} = require('aws-cdk-lib/${name}');`),
    'const app = new App({ builtinCloudFormationValidation: false, analyticsReporting: false, context: ',
    `  ${JSON.stringify(SYNTH_CONTEXT)} });`,
    ...stages.map((stage) => `const ${stage} = new Stage(app, '${stage}');`),
    ...bodies,
    'app.synth();',
  ];
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
}

function stackSource(stack: CloudFormationStackArtifact, modules: Set<string>): string {
  const text = fs.readFileSync(stack.templateFullPath, 'utf8');
  const template = JSON.parse(text);
  const [stage = '', ...rest] = stack.hierarchicalId.split('/');
  const props = {
    stackName: stack.stackName,
    env: envOf(stack),
    description: template.Description,
    suppressTemplateIndentation: !text.includes('\n'),
  };
  const resources = Object.entries<Record<string, unknown>>(template.Resources ?? {});
  const outputs = Object.entries<{ Value: unknown; Export?: { Name: string }; Description?: string }>(
    template.Outputs ?? {},
  );
  // The CDK writes its own.
  const rules = Object.entries<{ Assertions: { Assert: unknown; AssertDescription: string }[] }>(template.Rules ?? {})
    .filter(([id]) => id !== 'CheckBootstrapVersion')
    .map(([id, { Assertions }]) => {
      const assertions = Assertions.map((it) => ({ assert: it.Assert, assertDescription: it.AssertDescription }));
      return `new CfnRule(s, '${id}', ${JSON.stringify({ assertions })});`;
    });
  const written = outputs.map(
    ([id, output]) =>
      `new CfnOutput(s, 'Output${id}', { value: t(${JSON.stringify(output.Value)}), exportName: ${JSON.stringify(output.Export?.Name)}, description: ${JSON.stringify(output.Description)} }).overrideLogicalId('${id}');`,
  );
  // Sections stand in the order in which they got their first entry.
  const rulesFirst = text.indexOf('"Rules"') < text.indexOf('"Outputs"');
  return [
    '{',
    `const s = new Stack(${stage}, '${rest.join('/')}', ${JSON.stringify(props)});`,
    'const r = {};',
    ...resources.map(([id, resource]) => resourceSource(id, resource, modules)),
    ...resources.flatMap(([id, { DependsOn: others = [] }]) =>
      [others].flat().map((other) => `r.${id}.addResourceDependency(r.${String(other)});`),
    ),
    ...(rulesFirst ? [...rules, ...written] : [...written, ...rules]),
    '}',
  ].join('\n');
}

function resourceSource(id: string, resource: Record<string, unknown>, modules: Set<string>): string {
  const [, service = '', kind = ''] = String(resource.Type).split('::');
  const module = `aws-${service.toLowerCase()}`;
  modules.add(module);
  const options = {
    metadata: 'Metadata',
    deletionPolicy: 'DeletionPolicy',
    updateReplacePolicy: 'UpdateReplacePolicy',
  };
  return [
    `r.${id} = new ${variable(module)}.Cfn${kind}(s, '${id}', ${typedProperties(module, `Cfn${kind}`, resource.Properties)});`,
    `r.${id}.overrideLogicalId('${id}');`,
    ...Object.entries(options)
      .filter(([, key]) => resource[key] !== undefined)
      .map(([option, key]) => `r.${id}.cfnOptions.${option} = ${JSON.stringify(resource[key])};`),
  ].join(' ');
}

/**
 * The template's properties as the L1 class names them, as source: read back from an instance that the class itself parsed,
 * with each intrinsic replaced by a mark on the way in and by a token on the way out.
 */
function typedProperties(module: string, className: string, properties: unknown): string {
  const scope = new Stack(new App({ autoSynth: false, analyticsReporting: false }), 'Scratch');
  const intrinsics: unknown[] = [];
  const parser = { parseValue: (value: unknown) => marked(value, intrinsics), handleAttributes: () => undefined };
  const made = require(`aws-cdk-lib/${module}`)[className]._fromCloudFormation(
    scope,
    'It',
    { Properties: properties ?? {} },
    { parser },
  );
  return JSON.stringify(made.cfnProperties).replace(
    /"__intrinsic(\d+)__"/g,
    (_mark, index) => `t(${JSON.stringify(intrinsics[Number(index)])})`,
  );
}

function marked(value: unknown, intrinsics: unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item) => marked(item, intrinsics));
  if (typeof value !== 'object' || value === null) return value;
  const [key = '', ...more] = Object.keys(value);
  if (more.length === 0 && (key === 'Ref' || key.startsWith('Fn::')))
    return `__intrinsic${intrinsics.push(value) - 1}__`;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, marked(item, intrinsics)]));
}

function envOf(stack: CloudFormationStackArtifact): { region: string; account?: string } {
  const { region, account } = stack.environment;
  return account === 'unknown-account' ? { region } : { region, account };
}

function variable(module: string): string {
  return module.replace(/-/g, '_');
}
