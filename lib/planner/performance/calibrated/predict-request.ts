import { z } from 'zod';
import { KV_CACHE_DTYPES, QUANTIZATIONS, UNQUANTIZED_PARTS } from './formats';

const count = z.number().int().positive();
const positive = z.number().positive();
const share = z.number().min(0).max(1);

/** One of some names, with an error that says which. */
const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, { error: ({ input }) => `${JSON.stringify(input)} is not known; give one of ${names.join(', ')}` });

const ENGINES = ['vllm', 'sglang', 'trtllm', 'vllm-neuron', 'neuron-static'] as const;

/** One line of `headroom predict`. Only what names the replica and its load is required. */
const fields = z.strictObject({
  id: z.union([z.string(), z.number()]),
  model: z.string(),
  accelerator: z.string().optional(),
  instanceType: z.string().optional(),
  engine: z.enum(ENGINES).optional(),
  precision: z.enum(['bf16', 'fp8', 'fp4', 'int4']).optional(),
  inputTokens: positive,
  outputTokens: positive,
  concurrency: positive.optional(),
  requestsPerSecond: positive.optional(),
  accelerators: count.optional(),
  tensorParallel: count.optional(),
  pipelineParallel: count.optional(),
  attentionDataParallel: count.optional(),
  expertTensorParallel: count.optional(),
  expertParallel: count.optional(),
  nodes: count.optional(),
  prefixCacheHitFraction: share.optional(),
  engineVersion: z.string().optional(),
  softwareDate: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$/, {
      error: 'not a date; give it as 2026-03-01 or 2026-03',
    })
    .optional(),
  protocol: z.enum(['inferencex', 'steady', 'static', 'other']).optional(),
  quantization: oneOf([...QUANTIZATIONS.fp8, ...QUANTIZATIONS.fp4]).optional(),
  unquantizedParts: z.array(oneOf(UNQUANTIZED_PARTS)).optional(),
  kvCacheDtype: oneOf(KV_CACHE_DTYPES).optional(),
  maxNumSeqs: count.optional(),
  maxBatchedTokens: count.optional(),
  chunkedPrefill: z.boolean().optional(),
  asyncScheduling: z.boolean().optional(),
  cudaGraph: z.boolean().optional(),
  gpuMemoryUtilization: z.number().positive().max(1).optional(),
  speculative: z
    .strictObject({ draftTokens: count, acceptanceLength: z.number().min(1), draftModel: z.string().optional() })
    .refine((s) => s.acceptanceLength <= s.draftTokens + 1, {
      error: 'acceptanceLength counts the tokens kept a step; give at most draftTokens + 1',
    })
    .optional(),
  arrivalScv: z.number().min(0).optional(),
  inputTokensScv: z.number().min(0).optional(),
  outputTokensScv: z.number().min(0).optional(),
  expertImbalance: z.number().min(1).optional(),
  promptsPerSlot: count.optional(),
  warmupRequests: z.number().int().min(0).optional(),
  logicalNeuronCore: z.union([z.literal(1), z.literal(2)]).optional(),
});

/** Names of the inputs. */
export const PREDICT_INPUTS: readonly string[] = Object.keys(fields.shape);

const requestSchema = fields
  .refine((r) => (r.accelerator === undefined) !== (r.instanceType === undefined), {
    error: 'give either accelerator or instanceType',
  })
  .refine((r) => (r.concurrency === undefined) !== (r.requestsPerSecond === undefined), {
    error: 'give either concurrency or requestsPerSecond',
  });

export type PredictRequest = z.infer<typeof requestSchema>;

/** A request, or one sentence about what is wrong with it. */
export function parsePredictRequest(value: unknown): PredictRequest | { readonly fault: string } {
  const parsed = requestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return { fault: `${path}${issue?.message ?? 'not a request'}` };
}

/** Whether a parse failed. */
export function isFault(value: PredictRequest | { readonly fault: string }): value is { readonly fault: string } {
  return 'fault' in value;
}
