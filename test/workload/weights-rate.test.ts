import { servingFault } from '../../lib/constructs/check-serving';
import { weightsRate } from '../../lib/workload/weights-rate';
import { aCell } from '../planner/fixtures';

const BUCKET = { weightsBucket: 'example-weights' };

describe('the rate at which weights load', () => {
  test('is that of the streamer, a connection of 85 MB/s for each 4 GB and sixteen at the least', () => {
    // 16 × 85 MB/s; 236 GB / 4 GB = 59 connections.
    expect(weightsRate(BUCKET, false, 16e9, undefined)?.bytesPerSecond).toBe(1.36e9);
    expect(weightsRate(BUCKET, false, 236e9, undefined)?.bytesPerSecond).toBe(5.015e9);
  });

  test('is that of a copy on Neuron, ten connections', () => {
    expect(weightsRate(BUCKET, true, 236e9, undefined)?.bytesPerSecond).toBe(850e6);
  });

  test('is never above the share of the node\u2019s network', () => {
    expect(weightsRate(BUCKET, false, 16e9, 1e9)).toEqual({ bytesPerSecond: 1e9, source: "the node's network" });
  });

  test('is that of the file system once it is mounted: 2,400 GiB at 500 MB/s per TiB', () => {
    const weightsFileSystem = { storageGibibytes: 2400, megabytesPerSecondPerTebibyte: 500 } as const;
    const mount = { fileSystemId: 'fs-01234567', mountName: 'abcd' };
    const mounted = { ...BUCKET, weightsFileSystem: { ...weightsFileSystem, mount } };
    // 2,400 / 1,024 × 500 MB/s
    expect(weightsRate(mounted, false, 16e9, undefined)?.bytesPerSecond).toBe(1_171_875_000);
    expect(weightsRate({ ...BUCKET, weightsFileSystem }, false, 16e9, undefined)?.bytesPerSecond).toBe(1.36e9);
  });

  test('is as measured where that is said, and unknown from the hub', () => {
    const measured = { bytesPerSecond: 3e9, source: 'load test of 2026-11-20' };
    expect(weightsRate({ ...BUCKET, weightsRate: measured }, true, 16e9, 1e9)).toBe(measured);
    expect(weightsRate(undefined, false, 16e9, 1e9)).toBeUndefined();
  });

  test('fails to be measured as nothing, or by nobody', () => {
    const cell = (bytesPerSecond: number, source: string) =>
      aCell({ serving: { weightsRate: { bytesPerSecond, source } } });
    expect(servingFault(cell(0, 'a test'))).toContain('give a number above 0');
    expect(servingFault(cell(1e9, ' '))).toContain('has no source');
    expect(servingFault(cell(1e9, 'a test'))).toBeUndefined();
  });
});
