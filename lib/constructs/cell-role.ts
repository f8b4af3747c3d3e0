import { type AddToPrincipalPolicyResult, ManagedPolicy, type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';

/**
 * A role of a cell. What it may do beside AWS's own policies is one customer-managed policy, also what the CDK's grants add:
 * an inline policy has no versions, and NIST 800-53 R5 counts each as a finding.
 */
export class CellRole extends Role {
  /** Empty of statements, there is none. */
  private permissions: ManagedPolicy | undefined;

  override addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    this.permissions ??= new ManagedPolicy(this, 'Permissions', { roles: [this] });
    this.permissions.addStatements(statement);
    return { statementAdded: true, policyDependable: this.permissions };
  }

  /** What holds its permissions; what uses them at once waits for it. @default - it has none */
  get policy(): ManagedPolicy | undefined {
    return this.permissions;
  }
}
