import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type IPolicyValidationContext, Stack } from 'aws-cdk-lib';
import { Problem } from '../../problem';
import type { StackTemplate } from '../bill/stack-template';

/** A template of the assembly and where its file lies. */
export interface CollectedStack extends StackTemplate {
  readonly templatePath: string;
}

/**
 * Every template of the app, Stages and nested stacks included, ordered by path.
 *
 * The CDK lists only the stacks that it deploys by themselves; nested stacks are found in the construct tree. A stack of the
 * tree whose template is not found is an error, so that nothing goes unbilled.
 *
 * @throws Problem InvalidDeployment for a stack without a region: prices are per region, and one is never guessed.
 */
export function collectStacks(context: IPolicyValidationContext): readonly CollectedStack[] {
  const listed = new Map(context.stackTemplates.map((stack) => [stack.stackConstructPath, stack]));
  const stacks = context.appConstruct.node.findAll().filter((node) => Stack.isStack(node));
  const collected = stacks.map((stack) => {
    const top = listed.get(outermost(stack).node.path);
    if (top === undefined) {
      throw new Problem(
        'InvalidDeployment',
        `stack ${stack.node.path} has no template in the assembly; synthesize it whole`,
      );
    }
    const folder = path.dirname(top.templatePath);
    const file = stack.nestedStackParent === undefined ? top.templatePath : path.join(folder, stack.templateFile);
    return readStack(stack, file, top.region, top.accountId);
  });
  return collected.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function outermost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : outermost(stack.nestedStackParent);
}

function readStack(
  stack: Stack,
  file: string,
  region: string | undefined,
  account: string | undefined,
): CollectedStack {
  if (region === undefined) {
    throw new Problem(
      'InvalidDeployment',
      `stack ${stack.node.path} has no region and cannot be priced; give it one in env.region`,
    );
  }
  const bytes = fs.readFileSync(file);
  return {
    path: stack.node.path,
    stackName: outermost(stack).stackName,
    region,
    account,
    template: JSON.parse(bytes.toString('utf8')),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    terminationProtection: outermost(stack).terminationProtection,
    dependsOn: stack.dependencies.map((other) => other.node.path).sort(),
    ...nestedIn(stack),
    templatePath: file,
  };
}

function nestedIn(stack: Stack): Pick<StackTemplate, 'nestedIn'> {
  const resource = stack.nestedStackResource;
  if (resource === undefined) return {};
  const parent = Stack.of(resource);
  return { nestedIn: { stack: parent.node.path, logicalId: String(parent.resolve(resource.logicalId)) } };
}
