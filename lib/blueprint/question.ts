import { createHash } from 'node:crypto';
import * as path from 'node:path';
import type { Actuals } from '../budget/envelope/actuals';
import type { Contract, Waiver } from '../budget/envelope/contract';
import { parseActuals } from '../budget/envelope/parse-actuals';
import { parseContract } from '../budget/envelope/parse-contract';
import { parseWaivers } from '../budget/envelope/parse-waivers';
import { loadPriceBook, readPriceBook, sealPriceBook } from '../budget/prices/load';
import type { PriceBook } from '../budget/prices/price-book';
import { type Catalog, defaultCatalog, findModel } from '../catalog/catalog';
import type { ModelArchitecture } from '../catalog/model';
import { modelFromConfig } from '../catalog/model-config';
import type { Deployment } from '../deployments/deployment';
import { findDeployment } from '../deployments/registry';
import { isProblem, Problem } from '../problem';
import { nodesGoneBy } from '../stacks/teardown-waves';
import { type Instant, type Interval, instant, interval, plusHours } from '../units/interval';
import { parseTrace } from '../workload/trace';
import type { TrafficProfile } from '../workload/traffic';
import { trafficProfileOf } from '../workload/traffic-profile';
import type { Workload } from '../workload/workload';
import { checkLedger } from './check-capacity';
import { checkDeployment } from './check-deployment';
import { readText } from './read-text';

/** Where the question is asked from. Nothing else in the house reads files or knows where they are. */
export interface QuestionSource {
  /** The clone: deployments' own files are relative to it. */
  readonly root: string;
  /** Files that a person names are relative to it. */
  readonly cwd: string;
  readonly deployment: string;
  /** A contract file, or "none" to bill, with the assumptions of the deployment's own, without judging. @default - the deployment's own */
  readonly contract?: string | undefined;
  /** @default - the deployment's own */
  readonly asOf?: string | undefined;
  /** An actuals.json, or "none". @default - the deployment's own, if it has one */
  readonly actuals?: string | undefined;
  /**
   * Go on without a price when the price book cannot be read, for those who must take down what is deployed whatever it holds;
   * the verdict says so. @default false: a Problem
   */
  readonly forgivesPrices?: boolean;
}

/** A workload with everything it refers to read and checked. */
export interface ReadyWorkload {
  readonly workload: Workload;
  readonly model: ModelArchitecture | undefined;
  readonly traffic: TrafficProfile | undefined;
}

/**
 * The contract as it was found. A broken one is kept, not thrown: `cdk destroy` must work with it, and the verdict that it
 * causes is `failed`.
 */
export type ContractInput =
  /** Billed and not judged. The templates are those of the deployment's own contract, so that its stacks stay in the app. */
  | { readonly kind: 'none'; readonly own: GivenContract }
  | GivenContract
  | {
      readonly kind: 'broken';
      readonly problem: Problem;
      /** Of the bytes of what is there. @default - nothing is */
      readonly sha256?: FileHashes;
    };

/** What a broken contract was read with; null for what is not there or cannot be read. */
export type FileHashes = Readonly<Record<'contract' | 'waivers' | 'actuals', string | null>>;

export interface GivenContract {
  readonly kind: 'given';
  readonly contract: Contract;
  readonly sha256: string;
  readonly waivers: readonly Waiver[];
  readonly waiversSha256: string | undefined;
  /** What was charged to date; undefined when nobody said. */
  readonly actuals: Actuals | undefined;
}

/** All that the answer is a pure function of. */
export interface Question {
  readonly deployment: Deployment;
  readonly asOf: Instant;
  /** While the planned nodes are there. */
  readonly horizon: Interval;
  /** When a teardown that is in the assembly has deleted everything; undefined when nothing ends the deployment. */
  readonly goneBy: Instant | undefined;
  readonly workloads: readonly ReadyWorkload[];
  readonly contract: ContractInput;
  readonly priceBook: PriceBook;
  /** Why no price is known, whatever the price book holds: it is not what it says it is, or not readable. */
  readonly alteredPrices: string | undefined;
  readonly catalog: Catalog;
}

/** What a verdict's evidence names, whether there is an answer or not. */
export type JudgedBy = Pick<Question, 'contract' | 'priceBook'>;

/** The pinned price book, relative to the clone. */
export const PRICE_BOOK = 'lib/budget/prices/snapshots/2026-11-23.json';

/** @throws Problem for wrong input, except in the contract: see `ContractInput`. */
export function readQuestion(source: QuestionSource): Question {
  const deployment = findDeployment(source.deployment);
  checkDeployment(deployment, defaultCatalog);
  const asOf = instant(source.asOf ?? deployment.asOf);
  const times = timesOf(deployment, asOf);
  return {
    deployment,
    asOf,
    ...times,
    workloads: deployment.workloads.map((workload) => readyWorkload(workload, source)),
    contract: readContract(deployment, source, times.horizon),
    ...pricesFor(source, asOf),
    catalog: defaultCatalog,
  };
}

/** A price book of a file, for those who cannot go on with an altered one. @throws Problem UnreadableFile, InvalidPriceBook */
export function loadPriceBookFile(file: string): PriceBook {
  return loadPriceBook(readText(file, 'the price book'));
}

/** The contract, for those who cannot go on without knowing that it is readable. @throws Problem when it is broken. */
export function contractOf(question: Question): Exclude<ContractInput, { kind: 'broken' }> {
  if (question.contract.kind === 'broken') throw question.contract.problem;
  return question.contract;
}

function timesOf({ lifetime }: Deployment, asOf: Instant): Pick<Question, 'horizon' | 'goneBy'> {
  if (lifetime.kind === 'term') return { horizon: interval(lifetime.start, lifetime.end), goneBy: undefined };
  const goneBy = plusHours(asOf, lifetime.hours);
  return { horizon: interval(asOf, nodesGoneBy(goneBy)), goneBy };
}

function readyWorkload(workload: Workload, source: QuestionSource): ReadyWorkload {
  if (workload.kind !== 'inference') return { workload, model: undefined, traffic: undefined };
  const model =
    'id' in workload.model
      ? findModel(defaultCatalog, workload.model.id)
      : modelFromConfig(
          readText(path.resolve(source.root, workload.model.configFile), 'the model configuration'),
          workload.model.configFile,
        );
  const traceOf = (file: string) => parseTrace(readText(path.resolve(source.root, file), 'the trace'), file);
  return { workload, model, traffic: trafficProfileOf(workload.traffic, traceOf) };
}

function readContract(deployment: Deployment, source: QuestionSource, horizon: Interval): ContractInput {
  const file = contractFileOf(deployment, source);
  try {
    if (file !== undefined) return givenIn(file, deployment, source, horizon);
    return { kind: 'none', own: givenIn(path.join(source.root, deployment.contractFile), deployment, source, horizon) };
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { kind: 'broken', problem: thrown, sha256: fileHashes(deployment, source) };
  }
}

/** What a deployment that cannot be asked about would be judged by: the hashes of its files, and the price book. */
export function filesOf(deployment: Deployment, source: QuestionSource, problem: Problem): JudgedBy {
  return {
    contract: { kind: 'broken', problem, sha256: fileHashes(deployment, source) },
    ...pricesFor({ ...source, forgivesPrices: true }, deployment.asOf),
  };
}

function fileHashes(deployment: Deployment, source: QuestionSource): FileHashes {
  return {
    contract: hashOf(contractFileOf(deployment, source)),
    waivers: hashOf(waiversFileOf(deployment, source)),
    actuals: hashOf(actualsFileOf(deployment, source)),
  };
}

/** Undefined where nothing is judged. */
function contractFileOf({ contractFile }: Deployment, { root, cwd, contract }: QuestionSource): string | undefined {
  if (contract === 'none') return undefined;
  return contract === undefined ? path.join(root, contractFile) : path.resolve(cwd, contract);
}

function hashOf(file: string | undefined): string | null {
  if (file === undefined) return null;
  try {
    return sha256(readText(file, 'the file'));
  } catch (thrown) {
    if (isProblem(thrown)) return null;
    throw thrown;
  }
}

function givenIn(file: string, deployment: Deployment, source: QuestionSource, horizon: Interval): GivenContract {
  const read = contractIn(file);
  checkLedger(deployment, read.contract, horizon);
  const waiversFile = waiversFileOf(deployment, source);
  const waivers = waiversFile === undefined ? undefined : readText(waiversFile, 'the waivers');
  return {
    kind: 'given',
    ...read,
    waivers: waivers === undefined ? [] : parseWaivers(waivers),
    waiversSha256: waivers === undefined ? undefined : sha256(waivers),
    actuals: readActuals(deployment, source),
  };
}

function waiversFileOf({ waiversFile }: Deployment, { root }: QuestionSource): string | undefined {
  return waiversFile === undefined ? undefined : path.join(root, waiversFile);
}

function actualsFileOf({ actualsFile }: Deployment, { root, cwd, actuals }: QuestionSource): string | undefined {
  const own = actualsFile === undefined ? undefined : path.join(root, actualsFile);
  return actuals === undefined ? own : actuals === 'none' ? undefined : path.resolve(cwd, actuals);
}

/** @throws Problem with the file's name before the sentence. */
function readActuals(deployment: Deployment, source: QuestionSource): Actuals | undefined {
  const file = actualsFileOf(deployment, source);
  if (file === undefined) return undefined;
  const text = readText(file, 'the actuals file');
  try {
    return parseActuals(text);
  } catch (thrown) {
    if (isProblem(thrown)) throw new Problem(thrown.code, `${file}: ${thrown.message}`);
    throw thrown;
  }
}

/** A contract and the hash of the very bytes it was read from. @throws Problem with the file's name before the sentence. */
function contractIn(file: string): { readonly contract: Contract; readonly sha256: string } {
  const text = readText(file, 'the contract');
  try {
    return { contract: parseContract(text), sha256: sha256(text) };
  } catch (thrown) {
    if (isProblem(thrown)) throw new Problem(thrown.code, `${file}: ${thrown.message}`);
    throw thrown;
  }
}

function pricesFor(source: QuestionSource, asOf: Instant): Pick<Question, 'priceBook' | 'alteredPrices'> {
  try {
    return readPrices(path.join(source.root, PRICE_BOOK));
  } catch (thrown) {
    if (source.forgivesPrices !== true || !isProblem(thrown)) throw thrown;
    return { priceBook: sealPriceBook(asOf, []), alteredPrices: thrown.message };
  }
}

/** The price book of a file, and what is wrong with its seal. @throws Problem UnreadableFile, InvalidPriceBook */
export function readPrices(file: string): Pick<Question, 'priceBook' | 'alteredPrices'> {
  const { book, altered } = readPriceBook(readText(file, 'the price book'));
  return {
    priceBook: book,
    alteredPrices: altered === undefined ? undefined : `the price book was altered, ${altered}`,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
