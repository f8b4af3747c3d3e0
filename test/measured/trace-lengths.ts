import type { TokenLengths } from '../../lib/workload/tokens';
import { tokensFromCounts } from '../../lib/workload/tokens';
import { parseTrace } from '../../lib/workload/trace';
import { countTokens } from '../../lib/workload/trace-tokens';
import type { LengthSource } from '../planner/simulation/served-simulation';
import { measured } from './measured-folder';

/** Lengths of one real trace: every request's, and as a workload would state them, in 24 buckets. */
export interface TraceLengths {
  readonly name: string;
  readonly drawn: LengthSource;
  readonly stated: TokenLengths;
}

/** The conversation and the code trace; prompts and outputs are drawn apart, as the formulas take them. */
export function traceLengths(): readonly TraceLengths[] {
  return ['conv', 'code'].map((name) => {
    const file = `traces/splitwise_${name}.csv`;
    const { inputTokens, outputTokens } = parseTrace(measured(file), file);
    return {
      name,
      drawn: { inputs: inputTokens, outputs: outputTokens },
      stated: { input: counted(inputTokens), output: counted(outputTokens) },
    };
  });
}

function counted(tokens: readonly number[]) {
  return tokensFromCounts(
    countTokens(
      [...tokens].sort((a, b) => a - b),
      24,
    ),
    { source: 'a trace', asOf: '2026-11-23' },
  );
}
