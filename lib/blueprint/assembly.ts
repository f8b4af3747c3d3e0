import type { App } from 'aws-cdk-lib';
import type { StackTemplate } from '../budget/bill/stack-template';
import { collectStacks } from '../budget/policy/collect-stacks';

/** Synthesizes an app and reads every template of it, Stages and nested stacks included, as the plugin does. */
export function synthesizedStacks(app: App): readonly StackTemplate[] {
  const assembly = app.synth();
  return collectStacks({
    appConstruct: app,
    templatePaths: assembly.stacksRecursively.map((stack) => stack.templateFullPath),
    stackTemplates: assembly.stacksRecursively.map(({ hierarchicalId, templateFullPath, environment }) => ({
      stackConstructPath: hierarchicalId,
      templatePath: templateFullPath,
      region: environment.region,
      accountId: environment.account === 'unknown-account' ? undefined : environment.account,
    })),
  });
}
