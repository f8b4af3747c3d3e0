import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { alternatives, field } from '../template-value';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'Alias',
  'Destination',
  'RoleConfiguration',
  'ScrapeConfiguration',
  'ScraperLoggingConfiguration',
  'Source',
  'Tags',
]);

/** A managed collector: hours while it is there, and the samples that it pulls. The workspace bills what it takes in. */
export function chargeScraper(scraper: Resource): readonly Line[] {
  return [
    priced('ampCollectorHours', 'amp:collector', fixed(exact(1))),
    usage('ampCollectedSamples', 'amp:collectedSamples'),
    ...elsewhere(scraper),
    ...unknownProperties(scraper, 'scraper', KNOWN),
  ];
}

function elsewhere(scraper: Resource): readonly Line[] {
  const toWorkspace = alternatives(scraper.property('Destination')).every(
    (one) => field(one, 'AmpConfiguration') !== undefined && field(one, 'CloudWatchConfiguration') === undefined,
  );
  return toWorkspace
    ? []
    : [unpriced('scraperDestination', 'only collectors that send to an AMP workspace are priced')];
}
