import { calibratedModel } from './calibrated/calibrated-model';
import type { PerformanceModel } from './performance-model';
import { rooflineModel } from './roofline-model';

/** What plans are made with unless told otherwise: calibrated step times wherever they answer, rooflines elsewhere. */
export function defaultModel(): PerformanceModel {
  return calibratedModel({ base: rooflineModel() });
}
