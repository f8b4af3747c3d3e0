import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadPriceBook } from '../../../lib/budget/prices/load';
import { judged } from '../envelope/contracts';
import { billOf, type Resources, reasons } from './billing';

/** What the shipped price book has no sourced price for: each is refused by its name, with where to find it, and never costs 0. */
const ROOT = path.join(__dirname, '..', '..', '..');
const priceBook = loadPriceBook(
  fs.readFileSync(path.join(ROOT, 'lib/budget/prices/snapshots/2026-11-23.json'), 'utf8'),
);

const one = (Type: string, Properties: object, rest: Resources = {}): Resources => ({
  It: { Type, Properties },
  ...rest,
});
const lustre = (rest: object) =>
  one('AWS::FSx::FileSystem', { FileSystemType: 'LUSTRE', StorageCapacity: 1200, SubnetIds: ['s'], ...rest });
const endpoint = one(
  'AWS::SageMaker::Endpoint',
  { EndpointConfigName: { 'Fn::GetAtt': ['Config', 'EndpointConfigName'] } },
  {
    Config: {
      Type: 'AWS::SageMaker::EndpointConfig',
      Properties: {
        ProductionVariants: [
          { ModelName: 'm', VariantName: 'v', InstanceType: 'ml.p5.48xlarge', InitialInstanceCount: 2 },
        ],
      },
    },
  },
);
const group = {
  InstanceGroupName: 'g',
  InstanceType: 'ml.p5.48xlarge',
  InstanceCount: 4,
  ExecutionRole: 'r',
  LifeCycleConfig: {},
};
const service = one(
  'AWS::ECS::Service',
  { LaunchType: 'FARGATE', DesiredCount: 2, TaskDefinition: { Ref: 'Task' } },
  {
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: { Cpu: '1024', Memory: '2048', RequiresCompatibilities: ['FARGATE'], NetworkMode: 'awsvpc' },
    },
  },
);

const NO_PRICE =
  /^the price book has no price for \S+ in us-east-1; (it is not read from the Price List \(.+\)|headroom prices refresh --region us-east-1 reads .+)$/;

test.each<[string, Resources, string, RegExp]>([
  ['a SageMaker endpoint', endpoint, 'hostingInstanceHours', NO_PRICE],
  [
    'a SageMaker notebook',
    one('AWS::SageMaker::NotebookInstance', { InstanceType: 'ml.g5.xlarge' }),
    'notebookInstanceHours',
    NO_PRICE,
  ],
  [
    'its volume',
    one('AWS::SageMaker::NotebookInstance', { InstanceType: 'ml.g5.xlarge' }),
    'notebookStorage',
    NO_PRICE,
  ],
  ['HyperPod', one('AWS::SageMaker::Cluster', { InstanceGroups: [group] }), 'clusterInstanceHours', NO_PRICE],
  ['a dedicated host', one('AWS::EC2::Host', { InstanceType: 'p5.48xlarge' }), 'hostHours', NO_PRICE],
  [
    'a dedicated instance',
    one('AWS::EC2::Instance', { InstanceType: 'm5.large', Tenancy: 'dedicated' }),
    'dedicatedTenancy',
    /^only shared tenancy is priced/,
  ],
  [
    'FSx for Lustre',
    lustre({ LustreConfiguration: { DeploymentType: 'PERSISTENT_2', PerUnitStorageThroughput: 125 } }),
    'lustreStorage',
    NO_PRICE,
  ],
  ['FSx for Lustre of another kind', lustre({}), 'lustreStorage', /^only PERSISTENT_2 on SSD with .+ is priced$/],
  [
    'FSx for Windows',
    one('AWS::FSx::FileSystem', { FileSystemType: 'WINDOWS' }),
    'fileSystem',
    /^only file systems for Lustre are priced$/,
  ],
  ['Fargate tasks of ECS', service, 'fargateVcpus', NO_PRICE],
  ['their memory', service, 'fargateGigabytes', NO_PRICE],
  [
    'Fargate pods of EKS',
    one('AWS::EKS::FargateProfile', {}),
    'eksFargateVcpus',
    /^what it uses is not in the template; declare eksFargateVcpus in vCPU for this stack$/,
  ],
  [
    'Lambda',
    one('AWS::Lambda::Function', { MemorySize: 128, Role: 'r', Code: {} }),
    'lambdaGigabyteSeconds',
    /^what it uses is not in the template; declare /,
  ],
])('%s is unpriced, in one line that says why, and nothing with it is within', (_, resources, dimension, line) => {
  const bill = billOf(resources, { priceBook });
  expect(reasons(bill)[dimension]).toMatch(line);
  expect(bill.charges.filter((charge) => charge.dimension === dimension)).toEqual([]);
  expect(judged({ bill, contract: null }).status).toBe('unpriced');
});
