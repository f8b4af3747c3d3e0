import { section } from './references';
import { isMap } from './template-value';

/** Where a nested stack's template is said to lie. */
export interface TemplateUrl {
  /** The literal text of TemplateURL, or of what stands in its Fn::Sub or last in its Fn::Join; undefined when there is none. */
  readonly text: string | undefined;
  /** The file beside the template that the CDK notes in the metadata. */
  readonly assetPath: string | undefined;
}

/** Logical ids of a template's resources of one type. */
export function resourceIdsOf(template: Readonly<Record<string, unknown>>, type: string): readonly string[] {
  return Object.entries(section(template, 'Resources'))
    .filter(([, body]) => isMap(body) && body.Type === type)
    .map(([logicalId]) => logicalId);
}

export function templateUrlOf(template: Readonly<Record<string, unknown>>, logicalId: string): TemplateUrl {
  const body = section(section(template, 'Resources'), logicalId);
  const assetPath = section(body, 'Metadata')['aws:asset:path'];
  return {
    text: lastText(section(body, 'Properties').TemplateURL),
    assetPath: typeof assetPath === 'string' ? assetPath : undefined,
  };
}

/** Only the end of a URL matters: the file's name. */
function lastText(url: unknown): string | undefined {
  if (typeof url === 'string') return url;
  if (!isMap(url)) return undefined;
  const [argument] = [url['Fn::Sub'], url['Fn::Join']].filter((one) => one !== undefined);
  if (typeof argument === 'string') return argument;
  if (!Array.isArray(argument)) return undefined;
  const last: unknown = 'Fn::Sub' in url ? argument[0] : Array.isArray(argument[1]) ? argument[1].at(-1) : undefined;
  return typeof last === 'string' ? last : undefined;
}
