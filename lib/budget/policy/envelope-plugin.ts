import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { isProblem } from '../../problem';
import type { Bill } from '../bill/bill';
import type { StackTemplate } from '../bill/stack-template';
import { failedVerdict } from '../envelope/judge';
import type { Verdict, VerdictInputs } from '../envelope/verdict';
import { type CollectedStack, collectStacks } from './collect-stacks';
import { checkedEvaluation } from './evaluation';
import { violationsOf } from './violations';

/** The bill of the templates, and the verdict over it as it may be shown (see `redactVerdict`). */
export interface Evaluation {
  readonly bill: Bill;
  readonly verdict: Verdict;
}

/** What there is to say in the end; no bill when the check broke down. */
export interface Outcome {
  readonly bill: Bill | null;
  readonly verdict: Verdict;
}

export interface EnvelopePluginProps {
  /** Stands in the verdict when the check breaks down before there is another. */
  readonly asOf: string;
  /** What is judged by, for the evidence when the check breaks down. @default - not known */
  readonly inputs?: Omit<VerdictInputs, 'templates'>;
  /** Bills and judges the templates. Synchronous; a throw becomes a `failed` verdict. */
  readonly evaluate: (stacks: readonly StackTemplate[]) => Evaluation;
  /** Leaves the evidence, on pass and on fail. A throw becomes a `failed` verdict too. */
  readonly publish: (outcome: Outcome) => void;
  /** The table under the first line of the root violation. @default - none */
  readonly describe?: (outcome: Outcome) => string;
}

/**
 * Holds an app to its contract during synthesis: `cdk synth` exits 1 on every verdict but `within`.
 *
 * The CDK takes a plugin that throws, or returns a promise, for one that found nothing. So this one never throws: whatever
 * goes wrong is a fatal violation of the app and a verdict that says `failed`. Hard rules are always `fatal`, because a
 * lesser severity can be acknowledged away.
 */
export class EnvelopePlugin implements IPolicyValidationPlugin {
  readonly name = 'Headroom';
  readonly version = '0.1.0';
  readonly #props: EnvelopePluginProps;

  constructor(props: EnvelopePluginProps) {
    this.#props = props;
  }

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    let stacks: readonly CollectedStack[] = [];
    try {
      stacks = collectStacks(context);
      const evaluation = checkedEvaluation(this.#props.evaluate(stacks));
      this.#props.publish(evaluation);
      return this.#report(evaluation, stacks);
    } catch (thrown) {
      return this.#failure(thrown, stacks);
    }
  }

  #report(outcome: Outcome, stacks: readonly CollectedStack[]): PolicyValidationPluginReport {
    const success = outcome.verdict.status === 'within';
    const table = success ? '' : (this.#props.describe?.(outcome) ?? '');
    return { success, violations: violationsOf(outcome, stacks, table), pluginVersion: this.version };
  }

  #failure(thrown: unknown, stacks: readonly CollectedStack[]): PolicyValidationPluginReport {
    const templates = Object.fromEntries(stacks.map((stack) => [stack.path, stack.sha256]));
    const sentence = `the check could not run: ${sentenceOf(thrown)}`;
    const verdict = failedVerdict(sentence, this.#props.asOf, { ...this.#props.inputs, templates });
    const outcome = { bill: null, verdict };
    try {
      this.#props.publish(outcome);
    } catch {
      // The violation below says what happened; evidence that cannot be written is missing, and a gate sees that.
    }
    return { success: false, violations: violationsOf(outcome, stacks, ''), pluginVersion: this.version };
  }
}

/** Wrong input speaks for itself; anything else is a defect and says so. Reading a thrown value may itself throw. */
function sentenceOf(thrown: unknown): string {
  try {
    if (isProblem(thrown)) return thrown.message;
    if (thrown instanceof Error) return `${thrown.name}: ${thrown.message.split('\n')[0]} (a defect of the checker)`;
    return `${typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}`} (a defect of the checker)`;
  } catch {
    return 'an unreadable value was thrown (a defect of the checker)';
  }
}
