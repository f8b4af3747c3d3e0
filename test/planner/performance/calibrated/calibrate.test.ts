import fc from 'fast-check';
import { defaultCatalog } from '../../../../lib/catalog/catalog';
import { calibrate, measurementsFrom } from '../../../../lib/planner/performance/calibrated/calibrate';
import { withCaution } from '../../../../lib/planner/performance/calibrated/caution';
import {
  type CoefficientFile,
  coefficientsOfFile,
} from '../../../../lib/planner/performance/calibrated/coefficient-file';
import {
  type Coefficients,
  coefficientsFromLogs,
} from '../../../../lib/planner/performance/calibrated/coefficient-names';
import { COEFFICIENT_FILES, ERROR_BANDS } from '../../../../lib/planner/performance/calibrated/coefficients';
import { correct } from '../../../../lib/planner/performance/calibrated/correct';
import {
  configurationOf,
  foldOf,
  leaveOneGroupOut,
  predictSamples,
} from '../../../../lib/planner/performance/calibrated/cross-validation';
import { correctedBy, vouchedShare } from '../../../../lib/planner/performance/calibrated/few-rows';
import { fitCells, hierarchicalPrior } from '../../../../lib/planner/performance/calibrated/fit';
import { inheritedLogs } from '../../../../lib/planner/performance/calibrated/inherited';
import { type Measurement, readMeasurements } from '../../../../lib/planner/performance/calibrated/measurement';
import { readMlperf } from '../../../../lib/planner/performance/calibrated/mlperf-report';
import { readNeuronMeasurements } from '../../../../lib/planner/performance/calibrated/neuron-measurement';
import { cellsOf, pairOf, samplesOf } from '../../../../lib/planner/performance/calibrated/samples';

const COLUMNS =
  'id,model,accelerator,engine,engineVersion,precision,inputTokens,outputTokens,concurrency,accelerators,tensorParallel,attentionDataParallel,expertTensorParallel,expertParallel,protocol,measuredOn,saturated,ttftSeconds,tpotSeconds';
const MODELS = ['meta-llama/Meta-Llama-3.1-8B', 'meta-llama/Meta-Llama-3.1-70B'];

function bare(): readonly Measurement[] {
  return MODELS.flatMap((model) =>
    [1, 2, 4].flatMap((ranks) =>
      [4, 16, 64].flatMap((concurrency) =>
        [500, 4000].map((inputTokens) => ({
          id: `${model}${ranks}${concurrency}${inputTokens}`,
          model,
          accelerator: 'H200',
          engine: 'vllm' as const,
          engineVersion: '',
          precision: 'fp8' as const,
          inputTokens,
          outputTokens: 500,
          concurrency,
          accelerators: ranks,
          tensorParallel: ranks,
          attentionDataParallel: 1,
          expertTensorParallel: ranks,
          expertParallel: 1,
          protocol: 'inferencex' as const,
          measuredOn: '2026-05-01',
          saturated: false,
          ttftSeconds: 1,
          tpotSeconds: 1,
        })),
      ),
    ),
  );
}

/** Measurements of a machine that differs from the prior: slower floors, a longer host step, poorer memory. */
function measured(): readonly Measurement[] {
  const rows = bare();
  const cells = cellsOf(rows, defaultCatalog);
  const prior = coefficientsFromLogs(hierarchicalPrior(cells).means[0] ?? []);
  const truth: Coefficients = {
    ...prior,
    layerFloor: prior.layerFloor * 1.5,
    hostStep: prior.hostStep * 2,
    gemmMemory: prior.gemmMemory * 0.9,
    requestOverhead: prior.requestOverhead * 2,
  };
  const answers = predictSamples(samplesOf(rows, cells, defaultCatalog), [truth]);
  return rows.map((row, i) => ({ ...row, ...answers[i] }));
}

const errorOf = (rows: readonly Measurement[], answers: readonly { tpotSeconds: number }[]) =>
  rows.reduce((sum, row, i) => sum + Math.abs(Math.log((answers[i]?.tpotSeconds ?? 1) / row.tpotSeconds)), 0) /
  rows.length;

const csvOf = (rows: readonly Measurement[]) =>
  [
    COLUMNS,
    ...rows.map((m) =>
      COLUMNS.split(',')
        .map((c) => String(m[c as keyof Measurement]))
        .join(','),
    ),
  ].join('\n');

describe('a fit', () => {
  const rows = measured();
  const cells = cellsOf(rows, defaultCatalog);
  const samples = samplesOf(rows, cells, defaultCatalog);
  const prior = hierarchicalPrior(cells);

  test('finds a machine that differs from the prior', () => {
    const before = errorOf(rows, predictSamples(samples, prior.means.map(coefficientsFromLogs)));
    const after = errorOf(rows, predictSamples(samples, fitCells(samples, prior).map(coefficientsFromLogs)));
    expect(before).toBeGreaterThan(0.1);
    expect(after).toBeLessThan(before / 5);
  });

  test('law 8: the order of rows changes nothing that can be seen', () => {
    const a = fitCells(samples, prior)[0] ?? [];
    const b = fitCells([...samples].reverse(), prior)[0] ?? [];
    Array.from(a).forEach((value, k) => {
      expect(b[k]).toBeCloseTo(value, 6);
    });
  });

  test('a pair left out is predicted by the other', () => {
    const left = leaveOneGroupOut(samples, rows.map(pairOf), prior);
    const before = errorOf(rows, predictSamples(samples, prior.means.map(coefficientsFromLogs)));
    expect(errorOf(rows, left.predicted)).toBeLessThan(before / 2);
    expect([...left.fits.keys()]).toEqual(
      rows
        .map(pairOf)
        .filter((pair, i, all) => all.indexOf(pair) === i)
        .sort(),
    );
  });

  test('five rows of its own correct a pair', () => {
    const start = prior.means;
    const own = samples.filter((_, i) => i % 8 === 0).slice(0, 5);
    const before = errorOf(rows, predictSamples(samples, start.map(coefficientsFromLogs)));
    const habits = { caution: 1, tpotScatter: 0.1, ttftScatter: 0.3 };
    const after = errorOf(rows, predictSamples(samples, correctedBy(own, start, 1, habits).map(coefficientsFromLogs)));
    expect(after).toBeLessThan(before / 2);
  });

  test('rows that already lie where they are predicted correct nothing', () => {
    const start = fitCells(samples, prior);
    const own = samples.filter((_, i) => i % 8 === 0).slice(0, 5);
    const habits = { caution: 1, tpotScatter: 0.1, ttftScatter: 0.3 };
    expect(correctedBy(own, start, 1, habits).map((logs) => [...logs])).toEqual(start.map((logs) => [...logs]));
  });

  test('five rows lose the factor of caution for pairs never seen, and keep their own', () => {
    const start = fitCells(samples, prior);
    const own = samples.filter((_, i) => i % 8 === 0).slice(0, 5);
    const biasOf = (caution: number) => {
      const habits = { caution, tpotScatter: 0, ttftScatter: 0 };
      const answers = predictSamples(own, correctedBy(own, start, 1.05, habits).map(coefficientsFromLogs));
      const errors = answers.map((p, i) => Math.log(1.05 * p.tpotSeconds) - (own[i]?.logTpot ?? 0));
      return errors.reduce((sum, e) => sum + e, 0) / errors.length;
    };
    expect(biasOf(1.05)).toBeCloseTo(Math.log(1.05), 2);
    expect(Math.abs(biasOf(1))).toBeLessThan(Math.log(1.05) / 3);
  });

  test('rows vouch for a shift as far as their scatter does not explain it', () => {
    // m = 0.2, variance (0.02 + 4 × 0.1²) / 6 = 0.01, 1 − 0.01 / (3 × 0.2²) = 11/12.
    expect(vouchedShare([0.1, 0.2, 0.3], 0.1)).toBeCloseTo(11 / 12, 12);
    // Less on either side of nothing: m = 0.02, variance 0.0596 / 6 = 0.00993, more than 3 × 0.02².
    expect(vouchedShare([-0.08, 0.02, 0.12], 0.1)).toBe(0);
    expect(vouchedShare([0.2], 0.1)).toBeCloseTo(1 - 0.01 / 0.04, 12);
    expect(vouchedShare([0, 0], 0.1)).toBe(0);
  });

  test('a share is between nothing and all, and more scatter elsewhere never vouches for more', () => {
    const errors = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 8 });
    const scatter = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(errors, scatter, scatter, (values, a, b) => {
        const [less, more] = [vouchedShare(values, Math.min(a, b)), vouchedShare(values, Math.max(a, b))];
        expect(less).toBeLessThanOrEqual(1);
        expect(more).toBeGreaterThanOrEqual(0);
        expect(more).toBeLessThanOrEqual(less);
      }),
    );
  });

  test('a cell without rows inherits from its engine and generation, one of another less', () => {
    const logs = fitCells(samples, prior);
    const wanted = [
      { accelerator: 'H100', generation: 'hopper', engine: 'vllm' },
      { accelerator: 'H100', generation: 'hopper', engine: 'trtllm' },
    ];
    const floor = (values: ArrayLike<number> | undefined) => coefficientsFromLogs(values ?? []).layerFloor;
    const [same, other] = inheritedLogs(wanted, cells, logs).map(floor);
    const own = floor(logs[0]);
    const base = floor(prior.means[0]);
    expect(own).toBeGreaterThan(base);
    expect(same).toBeGreaterThan(other ?? Number.POSITIVE_INFINITY);
    expect(other).toBeGreaterThan(base);
    expect(same).toBeLessThan(own);
  });

  test('repetitions of a configuration fall into one fold', () => {
    const [row] = rows as [Measurement];
    const again = { ...row, id: 'x', measuredOn: '2025-01-01', engineVersion: '0.1', tpotSeconds: 9 };
    expect(configurationOf(again)).toBe(configurationOf(row));
    expect(foldOf(again, 5)).toBe(foldOf(row, 5));
  });
});

describe('headroom calibrate', () => {
  test('writes a file for every accelerator and engine, and says what leaving pairs out costs', () => {
    const { calibrated, text } = calibrate(csvOf(measured()), defaultCatalog, 'made up for a test', '2026-11-23');
    const file = calibrated.files.find((f) => f.accelerator === 'H200' && f.engine === 'vllm');
    expect(file).toMatchObject({ basis: 'calibrated', evidence: { source: 'made up for a test', rows: 36 } });
    expect(calibrated.files.find((f) => f.accelerator === 'H200' && f.engine === 'sglang')?.basis).toBe('interpolated');
    expect(text).toMatch(/all pairs left out: TPOT MAPE/);
    expect(text).toMatch(/five rows of a pair never seen/);
  });

  test('corrects the shipped coefficients by five rows of a machine that is a third slower', () => {
    const rows = bare();
    const cells = cellsOf(rows, defaultCatalog);
    const shipped = COEFFICIENT_FILES.find((f) => f.accelerator === 'H200' && f.engine === 'vllm') as CoefficientFile;
    const c = coefficientsOfFile(shipped);
    const machine = predictSamples(samplesOf(rows, cells, defaultCatalog), [c]);
    const own = rows.map((row, i) => {
      const { tpotSeconds, ttftSeconds } = machine[i] as (typeof machine)[number];
      return { ...row, tpotSeconds: (tpotSeconds * 4) / 3, ttftSeconds: (ttftSeconds * 4) / 3 };
    });
    const five = own.filter((_, i) => i % 8 === 3);
    const given = { files: COEFFICIENT_FILES, bands: ERROR_BANDS };
    const { calibrated, text } = correct(csvOf(five), defaultCatalog, given, 'mine.csv', '2026-11-24');
    const file = calibrated.files.find((f) => f.accelerator === 'H200' && f.engine === 'vllm') as CoefficientFile;
    const error = (f: CoefficientFile) =>
      errorOf(
        own,
        withCaution(
          predictSamples(samplesOf(own, cells, defaultCatalog), [coefficientsOfFile(f)]),
          ERROR_BANDS.caution,
        ),
      );
    expect(error(file)).toBeLessThan(0.7 * error(shipped));
    expect(file.evidence.source).toMatch(/corrected by [45] rows of mine.csv/);
    expect(calibrated.files.filter((f, i) => f !== COEFFICIENT_FILES[i])).toEqual([file]);
    expect(text).toMatch(/^before: these rows err by .*\nafter: these rows err by /);
  });

  test('fails to correct by rows that all waited, or of an accelerator without coefficients', () => {
    const given = { files: COEFFICIENT_FILES, bands: ERROR_BANDS };
    const [row] = measured() as [Measurement];
    const of = (m: Measurement, files = given.files) =>
      correct(csvOf([m]), defaultCatalog, { ...given, files }, 'mine.csv', '2026-11-24');
    expect(() => of({ ...row, saturated: true })).toThrow(/all measurements are saturated/);
    expect(() => of(row, [])).toThrow('no coefficients are known for H200 vllm; calibrate without --correct');
  });

  test('fails on a file without rows, a missing column, a number that is none', () => {
    expect(() => measurementsFrom(COLUMNS)).toThrow(/no rows/);
    expect(() => readMeasurements('id,model\n1,m')).toThrow(/lack the column "accelerator"/);
    const [row] = measured() as [Measurement];
    expect(() => readMeasurements(csvOf([{ ...row, tpotSeconds: Number.NaN }]))).toThrow(
      'line 2 has "NaN" as tpotSeconds; give a number above zero',
    );
    expect(() => readMeasurements(csvOf([{ ...row, tpotSeconds: Number.POSITIVE_INFINITY }]))).toThrow(/above zero/);
    expect(() => readMeasurements(csvOf([row]).replace(',false,', ',maybe,'))).toThrow(/"maybe" as saturated/);
    expect(() => readMeasurements('{"id":1,"model":"m"}\n')).toThrow(/^the measurements are not a CSV with a header/);
    expect(() => readMeasurements(`${COLUMNS}\na,b,c\n`)).toThrow(/Invalid Record Length.*line 2/);
    expect(() => readMeasurements(csvOf([row]).replace('vllm', 'lmdeploy'))).toThrow(
      /give one of vllm, sglang, trtllm/,
    );
  });
});

describe('the public sample format', () => {
  const text = [
    'model_path,system,backend,backend_version,precision,isl,osl,batch_size,tp_size,dp_size,moe_tp_size,moe_ep_size,ttft,tpot,silicon_data_source,date',
    'meta-llama/Meta-Llama-3.1-70B,h200_sxm,vllm,0.12.0,fp8,1000,500,16,2,1,2,1,150.5,20.25,inferencex_1,2026-01-01',
    'deepseek-ai/DeepSeek-R1,b200_sxm,trtllm,,nvfp4,1000,500,8,1,4,1,4,100,10,other,',
  ].join('\n');

  test('is read in milliseconds, with the batch per attention rank', () => {
    const [a, b] = measurementsFrom(text);
    expect(a).toMatchObject({
      accelerator: 'H200',
      engine: 'vllm',
      precision: 'fp8',
      concurrency: 16,
      accelerators: 2,
      ttftSeconds: 0.1505,
      tpotSeconds: 0.02025,
      protocol: 'inferencex',
      saturated: false,
    });
    expect(b).toMatchObject({
      accelerator: 'B200',
      engine: 'trtllm',
      precision: 'fp4',
      concurrency: 32,
      accelerators: 4,
      attentionDataParallel: 4,
      expertParallel: 4,
      protocol: 'other',
    });
  });

  test('fails on a backend that is none of the three', () => {
    expect(() => measurementsFrom(text.replace('vllm', 'lmdeploy'))).toThrow(/give vllm, sglang or trtllm/);
  });
});

describe('other measurements', () => {
  test('Neuron rows with speculation, an arrival rate or an unknown model are left out and counted', () => {
    const csv = [
      'model,instance,tp,batch,concurrency,isl,osl,dtype,metric,value,source,date,note',
      'Llama-3-8B,inf2.48xlarge,24,1,1,128,100,"weights int8",tpot_p50_ms,7.4,s,d,transformers-neuronx; static batch',
      'Llama-3-8B,inf2.48xlarge,24,1,1,128,100,"weights int8",ttft_p50_ms,30,s,d,transformers-neuronx; static batch',
      'Llama-3-8B,trn1.32xlarge,32,1,1,128,100,bf16,tpot_p50_ms,5,s,d,EAGLE3 k=1',
      'Llama-3-8B,trn1.32xlarge,32,1,asynchronous@1 req/sec,128,100,bf16,itl_mean_ms,5,s,d,x',
      'nobody,trn1.32xlarge,32,1,1,128,100,bf16,itl_mean_ms,5,s,d,x',
    ].join('\n');
    const { rows, left } = readNeuronMeasurements(csv, (id) => id === 'meta-llama/Meta-Llama-3-8B');
    expect(left).toEqual({ speculation: 1, arrivalRate: 1, unmapped: 1, noMetric: 0 });
    expect(rows).toEqual([
      expect.objectContaining({
        accelerator: 'INF2',
        chips: 12,
        bytesPerWeight: 1,
        engine: 'neuron-static',
        tpotSeconds: 0.0074,
        ttftSeconds: 0.03,
      }),
    ]);
  });

  test('MLPerf cells are medians over submitters, 99 and 99.9 as one, closed and offline alone', () => {
    const row = (model: string, division: string, scenario: string, result: number) =>
      `v6.0,${division},${scenario},NVIDIA B200-SXM-180GB,8,${model},${result},fp4`;
    const csv = [
      'round,division,scenario,accelerator,accels,model,result,weights',
      row('llama2-70b-99', 'closed', 'Offline', 100),
      row('llama2-70b-99.9', 'closed', 'Offline', 300),
      row('llama2-70b-99', 'closed', 'Offline', 200),
      row('llama2-70b-99', 'open', 'Offline', 9),
      row('llama2-70b-99', 'closed', 'Server', 9),
      row('gptj-99', 'closed', 'Offline', 9),
    ].join('\n');
    expect(readMlperf(csv)).toEqual([
      {
        round: 'v6.0',
        model: 'llama2-70b',
        accelerator: 'B200',
        accelerators: 8,
        precision: 'fp4',
        tokensPerSecond: 200,
      },
    ]);
  });
});
