import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { literalText } from '../template-value';

/** Basic scanning is free; enhanced scanning is Amazon Inspector's, billed by image. */
export function chargeRegistryScanning(configuration: Resource): readonly Line[] {
  return literalText(configuration.property('ScanType')) === 'BASIC'
    ? [free('basic scanning of images costs nothing')]
    : [unpriced('enhancedScanning', 'Amazon Inspector bills every image that it scans, and has no price here')];
}
