import { Aws, CfnRule, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface DeploymentPlaceProps {
  readonly region: string;
  /** @default - any account */
  readonly accounts?: readonly string[];
}

/**
 * Makes CloudFormation refuse a template outside its region and accounts, whoever deploys it and however: before a resource is
 * made or changed. Deletion evaluates no rules.
 *
 * AWS's pages describe rules by parameters; pseudo parameters in them are common practice (connorkirkpatrick.com, 2022-01-20,
 * and public templates), and have not been tried against AWS by this repository.
 */
export class DeploymentPlace extends CfnRule {
  constructor(scope: Construct, { region, accounts }: DeploymentPlaceProps) {
    super(scope, 'DeploymentPlace');
    this.addAssertion(Fn.conditionEquals(Aws.REGION, region), `this template is for ${region}`);
    if (accounts !== undefined) {
      const wanted = accounts.length === 1 ? `account ${accounts[0]}` : `the accounts ${accounts.join(', ')}`;
      this.addAssertion(Fn.conditionContains([...accounts], Aws.ACCOUNT_ID), `this template is for ${wanted}`);
    }
  }
}
