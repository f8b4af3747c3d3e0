import { type Catalog, defaultCatalog, findModel } from '../../../catalog/catalog';
import type { ModelArchitecture } from '../../../catalog/model';
import { isProblem } from '../../../problem';
import { type BandFile, type CoefficientFile, coefficientsOfFile } from './coefficient-file';
import { COEFFICIENT_FILES, ERROR_BANDS, NEURON_FILE } from './coefficients';
import { rememberedLinks } from './links';
import type { PredictAnswer } from './predict-answer';
import { type Cell, predictGpu } from './predict-gpu';
import { asksForNeuron, predictNeuron } from './predict-neuron';
import { isFault, parsePredictRequest } from './predict-request';
import { rememberedWork } from './replica-load';
import { resolveRequest, type Sources } from './resolve-request';

/** A line that could not be answered. */
export interface PredictError {
  readonly id: string | number | null;
  readonly error: string;
}

/** What a predictor rests on; everything has a default. */
export interface PredictorProps {
  /** @default - the shipped catalogue */
  readonly catalog?: Catalog;
  /** @default - the shipped coefficients */
  readonly files?: readonly CoefficientFile[];
  readonly bands?: BandFile;
  /** Reads a model that the catalogue does not have, from the path of a config.json. @default - only catalogue ids */
  readonly modelFromFile?: (path: string) => ModelArchitecture | undefined;
}

export type Predictor = (value: unknown) => PredictAnswer | PredictError;

/** Builds the function that answers requests one at a time. */
export function predictor(props: PredictorProps = {}): Predictor {
  const catalog = props.catalog ?? defaultCatalog;
  const bands = props.bands ?? ERROR_BANDS;
  const cells = new Map<string, Cell>();
  for (const file of props.files ?? COEFFICIENT_FILES) {
    cells.set(`${file.accelerator} ${file.engine}`, { file, coefficients: coefficientsOfFile(file) });
  }
  const models = new Map(catalog.models.map((model) => [model.id, model]));
  const sources: Sources = {
    catalog,
    modelOf: (name) => models.get(name) ?? props.modelFromFile?.(name) ?? findModel(catalog, name),
    workOf: rememberedWork(),
    linksOf: rememberedLinks(catalog),
    cellOf: (accelerator, engine) => cells.get(`${accelerator} ${engine}`),
  };
  return (value) => answer(value, sources, bands);
}

function idOf(value: unknown): string | number | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** The border of `headroom predict`: what a caller got wrong is an answer on its own line. */
function answer(value: unknown, sources: Sources, bands: BandFile): PredictAnswer | PredictError {
  const request = parsePredictRequest(value);
  if (isFault(request)) return { id: idOf(value), error: request.fault };
  try {
    if (asksForNeuron(request, sources.catalog)) {
      return predictNeuron(request, sources.modelOf(request.model), sources.catalog, NEURON_FILE);
    }
    return predictGpu(resolveRequest(request, sources), bands);
  } catch (thrown) {
    if (isProblem(thrown)) return { id: request.id, error: thrown.message };
    throw thrown;
  }
}

/** JSON Lines in, JSON Lines out, in order; a bad line gets an error on its line, an empty one is skipped. */
export function predictLines(text: string, predict: Predictor = predictor()): string {
  const blocks: string[] = [];
  let answers: string[] = [];
  for (let from = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(from, end);
    from = end + 1;
    if (line.trim() === '') continue;
    answers.push(`${JSON.stringify(answerTo(line, predict))}\n`);
    if (answers.length < BLOCK_LINES) continue;
    blocks.push(answers.join(''));
    answers = [];
  }
  blocks.push(answers.join(''));
  return blocks.join('');
}

/** Answers joined at a time: small strings that live until the end would be copied by each collection of garbage. */
const BLOCK_LINES = 512;
const BYTE_ORDER_MARK = 0xfeff;

function answerTo(line: string, predict: Predictor): PredictAnswer | PredictError {
  const value = parsedLine(line);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return predict(value);
  return { id: null, error: 'the line is not a JSON object; give one request a line, as in {"id": 1, "model": …}' };
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
