/** One synthesized template with what it does not say itself. A nested stack is one of these too. */
export interface StackTemplate {
  /** Construct path, e.g. "UsEast1/Capacity00"; nested stacks append theirs. */
  readonly path: string;
  readonly stackName: string;
  readonly region: string;
  /** Undefined when the stack is account-agnostic. */
  readonly account: string | undefined;
  readonly template: unknown;
  /** Of the template file's bytes. */
  readonly sha256: string;
  /** Construct paths of the stacks that are deployed before it. @default - those that it imports from */
  readonly dependsOn?: readonly string[];
  /** No schedule deletes a stack that is protected. @default false */
  readonly terminationProtection?: boolean;
  /** The `AWS::CloudFormation::Stack` resource that creates it. @default - not a nested stack */
  readonly nestedIn?: { readonly stack: string; readonly logicalId: string };
  /**
   * What the stack is deployed with, by parameter; those that it does not name take their defaults.
   * @default - not known: a deployment can give a parameter anything that its declaration allows
   */
  readonly parameters?: Readonly<Record<string, unknown>>;
}
