import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';

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
    "const { App, CfnOutput, Stack, Stage } = require('aws-cdk-lib');",
    ...[...modules].sort().map((name) => `const ${variable(name)} = require('aws-cdk-lib/${name}');`),
    'const app = new App({ builtinCloudFormationValidation: false, analyticsReporting: false, context: ',
    `  ${JSON.stringify(recommendedFlags())} });`,
    ...stages.map((stage) => `const ${stage} = new Stage(app, '${stage}');`),
    ...bodies,
    'app.synth();',
  ];
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
}

function stackSource(stack: CloudFormationStackArtifact, modules: Set<string>): string {
  const template = JSON.parse(fs.readFileSync(stack.templateFullPath, 'utf8'));
  const [stage = '', ...rest] = stack.hierarchicalId.split('/');
  const lines = [
    '{',
    `const s = new Stack(${stage}, '${rest.join('/')}', { stackName: '${stack.stackName}', env: ${JSON.stringify(envOf(stack))},`,
    `  description: ${JSON.stringify(template.Description)}, suppressTemplateIndentation: ${!fs.readFileSync(stack.templateFullPath, 'utf8').includes('\n')} });`,
    `const r = {};`,
  ];
  for (const [id, resource] of Object.entries<Record<string, unknown>>(template.Resources ?? {})) {
    lines.push(...resourceSource(id, resource, modules));
  }
  for (const [id, output] of Object.entries<{ Value: unknown; Export?: { Name: string }; Description?: string }>(
    template.Outputs ?? {},
  )) {
    lines.push(
      `new CfnOutput(s, 'Output${id}', { value: s.resolve ? ${tokenSource(output.Value)} : '', exportName: ${JSON.stringify(output.Export?.Name)}, description: ${JSON.stringify(output.Description)} }).overrideLogicalId('${id}');`,
    );
  }
  return [...lines, '}'].join('\n');
}

function resourceSource(id: string, resource: Record<string, unknown>, modules: Set<string>): readonly string[] {
  const [, service = '', kind = ''] = String(resource.Type).split('::');
  const name = `aws-${service.toLowerCase()}`;
  modules.add(name);
  const properties = typedProperties(name, `Cfn${kind}`, resource.Properties);
  const lines = [
    `r.${id} = new ${variable(name)}.Cfn${kind}(s, '${id}', ${JSON.stringify(properties)}); r.${id}.overrideLogicalId('${id}');`,
  ];
  const options: Record<string, string> = {
    metadata: 'Metadata',
    deletionPolicy: 'DeletionPolicy',
    updateReplacePolicy: 'UpdateReplacePolicy',
  };
  for (const [option, key] of Object.entries(options)) {
    if (resource[key] !== undefined) lines.push(`r.${id}.cfnOptions.${option} = ${JSON.stringify(resource[key])};`);
  }
  for (const other of [resource.DependsOn ?? []].flat())
    lines.push(`queueMicrotask; r.${id}.addDependency(r.${String(other)});`);
  return lines;
}

/** The template's properties as the L1 class names them, read back from an instance that the class itself parsed. */
function typedProperties(module: string, className: string, properties: unknown): unknown {
  const scope = new Stack(new App({ autoSynth: false, analyticsReporting: false }), 'Scratch');
  const parser = { parseValue: (value: unknown) => value, handleAttributes: () => undefined };
  const made = require(`aws-cdk-lib/${module}`)[className]._fromCloudFormation(
    scope,
    'It',
    { Properties: properties },
    { parser },
  );
  return made.cfnProperties;
}

function tokenSource(value: unknown): string {
  return `require('aws-cdk-lib').Token.asString(${JSON.stringify(value)})`;
}

function envOf(stack: CloudFormationStackArtifact): { region: string; account?: string } {
  const { region, account } = stack.environment;
  return account === 'unknown-account' ? { region } : { region, account };
}

function variable(module: string): string {
  return module.replace(/-/g, '_');
}

function recommendedFlags(): unknown {
  return require('aws-cdk-lib/recommended-feature-flags.json');
}
