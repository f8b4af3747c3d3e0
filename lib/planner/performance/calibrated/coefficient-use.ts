import { COEFFICIENT_NAMES, type CoefficientName } from './coefficient-names';
import type { Sample } from './fit';
import type { RankWork } from './rank-work';
import type { Serving } from './request-time';

const FORMATS: ReadonlySet<CoefficientName> = new Set([
  'gemmFp8',
  'gemmFp8Block',
  'gemmFp4',
  'quantFp8Floor',
  'quantBlockFloor',
  'quantFp4Floor',
  'expertMemory',
  'expertMemoryFp4',
  'expertMemoryMxfp4',
  'expertMemoryInt4',
  'expertBf16',
  'expertFp8',
  'expertFp4',
  'expertMxfp4',
  'expertInt4',
]);

/** Whether a time of this work under this load can depend on a coefficient. */
function isUsed(name: CoefficientName, w: RankWork, s: Serving): boolean {
  if (name.startsWith('drift') && s.monthsOld === 0) return false;
  if (/^(cold|novel|firstWave|waveSpread|driftStall)/.test(name))
    return s.protocol === 'inferencex' || s.protocol === 'other';
  if (name.endsWith('Latent') || name === 'latentFloor') return w.latentLayers > 0;
  if (name.endsWith('Linear') || name === 'linearFloor') return w.linearLayers > 0;
  if (name.startsWith('collective')) return w.ranks > 1;
  if (/^(expert|moe|route)/.test(name) && w.experts === 0) return false;
  if (!FORMATS.has(name)) return true;
  return [w.quantEfficiency, w.quantFloor, w.expertEfficiency, w.expertMemory].includes(name);
}

/** Places of the coefficients that a sample's times can depend on, in the order of the names: a fit differentiates by no others. */
export function usedCoefficients({ work, serving }: Pick<Sample, 'work' | 'serving'>): readonly number[] {
  return COEFFICIENT_NAMES.flatMap((name, k) => (isUsed(name, work, serving) ? [k] : []));
}
