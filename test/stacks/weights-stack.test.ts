import { Match } from 'aws-cdk-lib/assertions';
import { type Anything, aCell, aNodeGroup, anApp, aStage, PRIVATE, Synthesized, TEARDOWN } from './cells';

const weightsFileSystem = { storageGibibytes: 9600, megabytesPerSecondPerTebibyte: 500 } as const;
const serving = { weightsBucket: 'weights', weightsFileSystem };

const app = anApp();
aStage(app, { ...PRIVATE, serving }, [aNodeGroup()]);
aStage(app, aCell({ id: 'Efa', serving: { ...serving, weightsFileSystem: { ...weightsFileSystem, efa: true } } }), []);
aStage(app, aCell({ id: 'Short', serving }), [aNodeGroup()], { teardown: TEARDOWN });
aStage(app, aCell({ id: 'Plain', serving: { weightsBucket: 'weights' } }), [aNodeGroup()]);
const synthesized = new Synthesized(app);
const template = synthesized.template('UsEast1-Weights');

test('the file system stands in the accelerators’ subnet, in the size that was asked for, without backups', () => {
  template.hasResourceProperties('AWS::FSx::FileSystem', {
    FileSystemType: 'LUSTRE',
    StorageType: 'SSD',
    StorageCapacity: 9600,
    SubnetIds: [{ 'Fn::ImportValue': Match.stringLikeRegexp('UsEast1-Network:.*Accelerator') }],
    LustreConfiguration: {
      DeploymentType: 'PERSISTENT_2',
      PerUnitStorageThroughput: 500,
      AutomaticBackupRetentionDays: 0,
      MetadataConfiguration: { Mode: 'AUTOMATIC' },
      EfaEnabled: Match.absent(),
    },
  });
});

test('it waits for every rule that lets Lustre through: FSx looks at them when it makes it', () => {
  const { Resources }: Anything = synthesized.stack('UsEast1-Weights').template;
  const [fileSystem] = Object.values<Anything>(Resources).filter(({ Type }) => Type === 'AWS::FSx::FileSystem');
  const rules = Object.keys(Resources).filter((id) => /^AWS::EC2::SecurityGroup(In|E)gress$/.test(Resources[id].Type));
  expect(rules).toHaveLength(10);
  expect(fileSystem?.DependsOn.sort()).toEqual(rules.sort());
});

test('it shows the bucket, and follows what the bucket gets, changes and loses', () => {
  template.hasResourceProperties('AWS::FSx::DataRepositoryAssociation', {
    FileSystemPath: '/',
    DataRepositoryPath: 's3://weights',
    S3: { AutoImportPolicy: { Events: ['NEW', 'CHANGED', 'DELETED'] }, AutoExportPolicy: Match.absent() },
  });
});

test('Lustre’s ports are open between it, its own servers and the nodes, both ways, and no others', () => {
  const rules = (type: string) => synthesized.resources('UsEast1-Weights', type).map(({ Properties }) => Properties);
  const port = ({ IpProtocol, FromPort, ToPort }: Anything) => `${IpProtocol} ${FromPort}-${ToPort}`;
  const ingress = rules('AWS::EC2::SecurityGroupIngress');
  const egress = rules('AWS::EC2::SecurityGroupEgress');
  const [own, others] = ['tcp 988-988', 'tcp 1018-1023'];
  expect(ingress.map(port)).toEqual([own, own, own, others, others, others]);
  expect(egress.map(port)).toEqual([own, own, others, others]);
  for (const rule of [...ingress, ...egress]) expect(JSON.stringify(rule)).not.toContain('0.0.0.0');
  const whose = (group: Anything) => ('Fn::ImportValue' in group ? 'nodes' : 'weights');
  const ends = ({ GroupId, SourceSecurityGroupId, DestinationSecurityGroupId }: Anything) =>
    [GroupId, SourceSecurityGroupId ?? DestinationSecurityGroupId].map(whose).join(' ');
  expect(ingress.slice(0, 3).map(ends)).toEqual(['weights weights', 'weights nodes', 'nodes weights']);
  expect(egress.slice(0, 2).map(ends)).toEqual(['weights weights', 'weights nodes']);
});

test('over EFA it is in the nodes’ EFA group too', () => {
  const [fileSystem] = synthesized.resources('Efa-Weights', 'AWS::FSx::FileSystem');
  const { LustreConfiguration, SecurityGroupIds }: Anything = fileSystem?.Properties ?? {};
  expect(LustreConfiguration.EfaEnabled).toBe(true);
  expect(SecurityGroupIds).toHaveLength(2);
  expect(JSON.stringify(SecurityGroupIds[1])).toContain('Efa-Network:');
});

test('its driver has no role, so that nobody makes a file system through it', () => {
  template.hasResourceProperties('AWS::EKS::Addon', {
    AddonName: 'aws-fsx-csi-driver',
    ServiceAccountRoleArn: Match.absent(),
    PodIdentityAssociations: Match.absent(),
  });
  template.hasOutput('WeightsFileSystemId', {});
  template.hasOutput('WeightsMountName', { Value: { 'Fn::GetAtt': [Match.anyValue(), 'LustreMountName'] } });
});

test('it goes before the cluster, and a cell that did not ask for it has none', () => {
  const deleted = synthesized
    .resources('Short-Teardown', 'AWS::Scheduler::Schedule')
    .map(({ Properties }) => JSON.parse(Properties.Target.Input).StackName);
  expect(deleted).toContain('Short-Weights');
  expect(deleted.indexOf('Short-Weights')).toBeLessThan(deleted.indexOf('Short-Cluster'));
  expect(synthesized.stacks.map(({ stackName }) => stackName)).not.toContain('Plain-Weights');
});
