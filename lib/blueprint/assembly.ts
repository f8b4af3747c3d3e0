import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { StackTemplate } from '../budget/bill/stack-template';

/** Every stack of an assembly, Stages included, as the bill reads them. */
export function stacksOf(assembly: CloudAssembly): readonly StackTemplate[] {
  return assembly.stacksRecursively.map((stack) => {
    const bytes = fs.readFileSync(stack.templateFullPath);
    return {
      path: stack.hierarchicalId,
      stackName: stack.stackName,
      region: stack.environment.region,
      account: stack.environment.account === 'unknown-account' ? undefined : stack.environment.account,
      template: JSON.parse(bytes.toString('utf8')),
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
  });
}
