import { FREE_TYPES } from '../../../lib/budget/bill/chargers/free-types';
import { sealPriceBook } from '../../../lib/budget/prices/load';
import { anAssumption, anOffer, aStack, BOOK, bill, OFFERS, type Resources, reasons, totals } from './billing';

const PRICED = sealPriceBook('2026-11-23', [...OFFERS, anOffer('fsxLustre:persistent2:500', '0.34')]);
const billOf = (resources: Resources, root: object = {}, priceBook = PRICED) =>
  bill([aStack(resources, { root })], { priceBook });

const lustre = (configuration: object = {}, properties: object = {}): Resources => ({
  Weights: {
    Type: 'AWS::FSx::FileSystem',
    Properties: {
      FileSystemType: 'LUSTRE',
      StorageCapacity: 4800,
      SubnetIds: ['subnet-1'],
      LustreConfiguration: { DeploymentType: 'PERSISTENT_2', PerUnitStorageThroughput: 500, ...configuration },
      ...properties,
    },
  },
});

test('a file system is billed by its gibibytes at the price of its throughput: 4,800 × 0.34', () => {
  expect(totals(billOf(lustre()))).toEqual({ lustreStorage: '1632' });
});

test('a size that a parameter bounds is billed at min, plan and max: 1,200, 2,400 and 4,800 × 0.34', () => {
  const Size = { Type: 'Number', Default: 2400, MinValue: 1200, MaxValue: 4800 };
  const of = billOf(lustre({}, { StorageCapacity: { Ref: 'Size' } }), { Parameters: { Size } });
  expect(totals(of)).toEqual({ lustreStorage: '408 | 816 | 1632' });
});

test.each<[string, Resources, string, RegExp]>([
  ['of another kind', lustre({}, { FileSystemType: 'ONTAP' }), 'fileSystem', /only file systems for Lustre/],
  ['on other disks', lustre({}, { StorageType: 'HDD' }), 'lustreStorage', /only PERSISTENT_2 on SSD/],
  ['that is made to be lost', lustre({ DeploymentType: 'SCRATCH_2' }), 'lustreStorage', /only PERSISTENT_2/],
  ['without a throughput', lustre({ PerUnitStorageThroughput: undefined }), 'lustreStorage', /only PERSISTENT_2/],
  ['that nothing bounds', lustre({}, { StorageCapacity: { 'Fn::ImportValue': 'Size' } }), 'lustreStorage', /./],
  ['restored from a backup', lustre({}, { StorageCapacity: undefined }), 'lustreStorage', /is missing/],
  ['that makes backups', lustre({ AutomaticBackupRetentionDays: 7 }), 'lustreBackups', /what its backups hold/],
  ['with metadata of its own', lustre({ MetadataConfiguration: { Iops: 6000 } }), 'lustreMetadata', /bought apart/],
  ['over EFA', lustre({ EfaEnabled: true }), 'lustreEfa', /no source says/],
  ['with a field that nobody has looked at', lustre({ NewThing: 1 }), 'lustreNewThing', /not known/],
  ['with a property that nobody has looked at', lustre({}, { NewThing: 1 }), 'fileSystemNewThing', /not known/],
])('fails closed for a file system %s', (_, resources, dimension, reason) => {
  expect(reasons(billOf(resources))).toEqual(expect.objectContaining({ [dimension]: expect.stringMatching(reason) }));
});

test('fails closed without a price, which a declared ceiling then bounds', () => {
  expect(reasons(billOf(lustre(), {}, BOOK))).toEqual({
    lustreStorage: expect.stringContaining('no price for fsxLustre:persistent2:500 in us-east-1'),
  });
  const ceiling = anAssumption('lustreStorage', '2000', { unit: 'USD/month' });
  const bounded = bill([aStack(lustre())], { priceBook: BOOK, assumptions: [ceiling] });
  expect(bounded.resources).toMatchObject({ bounded: 1, unpriced: 0 });
});

test('its link to a bucket costs nothing itself', () => {
  expect(FREE_TYPES['AWS::FSx::DataRepositoryAssociation']).toMatch(/bucket/);
});
