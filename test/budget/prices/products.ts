/**
 * Products in the documented shape of GetProducts (one term, one price dimension, decimal strings of ten places). A test
 * overrides what it is about.
 */
export interface ProductOverride {
  readonly sku?: string;
  readonly serviceCode?: string;
  readonly productFamily?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly effectiveDate?: string;
  readonly dimensions?: readonly DimensionOverride[];
}

export interface DimensionOverride {
  readonly unit?: string;
  readonly beginRange?: string;
  readonly endRange?: string;
  readonly pricePerUnit?: Readonly<Record<string, string>>;
}

export interface Product {
  readonly serviceCode: string;
  readonly product: {
    readonly sku: string;
    readonly productFamily: string;
    readonly attributes: Readonly<Record<string, string>>;
  };
  readonly [rest: string]: unknown;
}

export function aProduct(override: ProductOverride = {}): Product {
  const sku = override.sku ?? 'AAAABBBBCCCCDDDD';
  const dimensions = (override.dimensions ?? [{}]).map((dimension, at) => [
    `${sku}.JRTCKXETXF.${at}`,
    {
      unit: 'Hrs',
      beginRange: '0',
      endRange: 'Inf',
      description: 'as listed',
      appliesTo: [],
      rateCode: `${sku}.JRTCKXETXF.${at}`,
      pricePerUnit: { USD: '55.0400000000' },
      ...dimension,
    },
  ]);
  return {
    product: {
      productFamily: override.productFamily ?? 'Compute Instance',
      attributes: override.attributes ?? {},
      sku,
    },
    serviceCode: override.serviceCode ?? 'AmazonEC2',
    terms: {
      OnDemand: {
        [`${sku}.JRTCKXETXF`]: {
          priceDimensions: Object.fromEntries(dimensions),
          sku,
          effectiveDate: override.effectiveDate ?? '2026-11-01T00:00:00Z',
          offerTermCode: 'JRTCKXETXF',
          termAttributes: {},
        },
      },
    },
    version: '20261120000000',
    publicationDate: '2026-11-20T18:22:33Z',
  };
}

/** One instance type on demand, Linux, shared, running. */
export function anInstance(
  type: string,
  usd: string,
  override: ProductOverride & { readonly region?: string; readonly prefix?: string } = {},
): Product {
  return aProduct({
    sku: `OD${type.replace(/\W/g, '').toUpperCase()}`,
    ...override,
    attributes: {
      instanceType: type,
      regionCode: override.region ?? 'us-west-2',
      operatingSystem: 'Linux',
      tenancy: 'Shared',
      preInstalledSw: 'NA',
      licenseModel: 'No License required',
      capacitystatus: 'Used',
      marketoption: 'OnDemand',
      operation: 'RunInstances',
      usagetype: `${override.prefix ?? 'USW2-'}BoxUsage:${type}`,
      ...override.attributes,
    },
    dimensions: override.dimensions ?? [{ pricePerUnit: { USD: usd } }],
  });
}

/** The row that makes a p5 look free: the same usage type, for nodes of a Capacity Block. */
export function aCapacityBlockRow(type: string): Product {
  return anInstance(type, '0.0000000000', {
    sku: `CB${type.replace(/\W/g, '').toUpperCase()}`,
    attributes: { marketoption: 'CapacityBlock', operation: 'RunInstances:CB' },
  });
}

/** One service's row, by what the item needs. */
export function aService(
  serviceCode: string,
  productFamily: string,
  usagetype: string,
  dimensions: readonly DimensionOverride[],
  attributes: Readonly<Record<string, string>> = {},
): Product {
  return aProduct({
    sku: `SKU${[...usagetype].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7)}`,
    serviceCode,
    productFamily,
    attributes: { regionCode: 'us-west-2', usagetype, ...attributes },
    dimensions,
  });
}

export const aThroughput = (unit: string, usd: string): Product =>
  aService(
    'AmazonEC2',
    'Provisioned Throughput',
    'USW2-EBS:VolumeP-Throughput.gp3',
    [{ unit, pricePerUnit: { USD: usd } }],
    { volumeApiName: 'gp3' },
  );

export const aClusterHour = (usd: string): Product =>
  aService('AmazonEKS', 'Compute', 'USW2-AmazonEKS-Hours:perCluster', [{ unit: 'Hours', pricePerUnit: { USD: usd } }]);

/** Internet egress: 100 GB free, then 0.09, 0.085. */
export const anEgress = (dimensions: readonly DimensionOverride[] = EGRESS_TIERS): Product =>
  aService('AWSDataTransfer', 'Data Transfer', 'USW2-DataTransfer-Out-Bytes', dimensions, {
    transferType: 'AWS Outbound',
    fromRegionCode: 'us-west-2',
  });

export const EGRESS_TIERS: readonly DimensionOverride[] = [
  { unit: 'GB', beginRange: '100', endRange: '10240', pricePerUnit: { USD: '0.0900000000' } },
  { unit: 'GB', beginRange: '0', endRange: '100', pricePerUnit: { USD: '0.0000000000' } },
  { unit: 'GB', beginRange: '10240', endRange: 'Inf', pricePerUnit: { USD: '0.0850000000' } },
];
