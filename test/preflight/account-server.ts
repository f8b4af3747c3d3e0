import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the account has. */
export interface Standing {
  readonly account: string;
  readonly quotas: Readonly<Record<string, number>>;
  /** Listed only among AWS's defaults. */
  readonly defaults: Readonly<Record<string, number>>;
  readonly instances: readonly {
    readonly type: string;
    readonly vcpus: number;
    readonly lifecycle?: string;
    readonly cell?: string;
  }[];
  readonly offerings: readonly string[];
  readonly bootstrap: string | undefined;
  readonly subnets: readonly {
    readonly id: string;
    readonly zone: string;
    readonly vpc: string;
    readonly free: number;
  }[];
  readonly reservations: readonly string[];
  readonly vpcs: number;
  readonly clusters: readonly string[];
}

/** How one request goes wrong; undefined answers it. */
export type Misbehaviour = 'throttle' | 'denied' | 'html' | 'cut' | 'empty' | 'repeatedToken' | undefined;

const DENIED = 'not authorized to perform this action';
const PAGE = '<!DOCTYPE html><html><body>Sign in to the corporate network</body></html>';
const NS = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"';

/**
 * An account on loopback that speaks the real protocols: EC2 and STS by query and XML, Service Quotas and SSM by AWS JSON 1.1,
 * EKS by REST. Listings come one entry a page.
 */
export class AccountServer {
  readonly asked: string[] = [];
  misbehave: (action: string, before: number) => Misbehaviour = () => undefined;

  private constructor(
    private readonly server: http.Server,
    public standing: Standing,
  ) {}

  static async start(standing: Standing): Promise<AccountServer> {
    const server = http.createServer();
    const made = new AccountServer(server, standing);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => made.answer(request, Buffer.concat(chunks).toString('utf8'), response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: http.IncomingMessage, body: string, response: http.ServerResponse): void {
    const target = String(request.headers['x-amz-target'] ?? '');
    const form = new URLSearchParams(body);
    const isRest = request.url?.startsWith('/clusters') ?? false;
    const action = isRest ? 'ListClusters' : (target.split('.')[1] ?? form.get('Action') ?? '');
    const isJson = target !== '' || isRest;
    const before = this.asked.filter((other) => other === action).length;
    this.asked.push(action);
    const misbehaviour = this.misbehave(action, before);
    const sign = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/us-east-1\/(\w|-)+\/aws4_request/;
    if (!sign.test(request.headers.authorization ?? ''))
      refuse(response, isJson, 'UnrecognizedClientException', 'unsigned');
    else if (misbehaviour === 'throttle')
      refuse(response, isJson, isJson ? 'TooManyRequestsException' : 'RequestLimitExceeded', 'slower');
    else if (misbehaviour === 'denied')
      refuse(response, isJson, isJson ? 'AccessDeniedException' : 'UnauthorizedOperation', DENIED);
    else if (misbehaviour === 'html') send(response, 200, 'text/html', PAGE);
    else if (misbehaviour === 'cut') request.socket.destroy();
    else if (isJson) this.json(action, JSON.parse(body === '' ? '{}' : body), response, misbehaviour);
    else this.xml(action, form, response, misbehaviour);
  }

  private json(
    action: string,
    asked: Readonly<Record<string, string>>,
    response: http.ServerResponse,
    how: Misbehaviour,
  ): void {
    const { quotas, defaults, bootstrap, clusters } = this.standing;
    if (action === 'GetParameter') {
      if (bootstrap === undefined) refuse(response, true, 'ParameterNotFound', 'no such parameter');
      else sendJson(response, { Parameter: { Name: asked.Name, Value: bootstrap } });
      return;
    }
    if (action === 'ListClusters') {
      sendJson(response, how === 'empty' ? {} : { clusters });
      return;
    }
    const of = Object.entries(action === 'ListServiceQuotas' ? quotas : defaults);
    const from = Number(asked.NextToken ?? 0);
    const page = of.slice(from, from + 1).map(([QuotaCode, Value]) => ({ QuotaCode, Value }));
    const next =
      how === 'repeatedToken' ? { NextToken: '0' } : from + 1 < of.length ? { NextToken: `${from + 1}` } : {};
    sendJson(response, how === 'empty' ? {} : { Quotas: page, ...next });
  }

  private xml(action: string, form: URLSearchParams, response: http.ServerResponse, how: Misbehaviour): void {
    const { account } = this.standing;
    if (action === 'GetCallerIdentity') {
      const identity = `<GetCallerIdentityResult><Account>${account}</Account><Arn>arn:aws:iam::${account}:user/me</Arn></GetCallerIdentityResult>`;
      send(response, 200, 'text/xml', `<GetCallerIdentityResponse>${identity}</GetCallerIdentityResponse>`);
      return;
    }
    const [list, entries] = this.listing(action, form);
    const from = Number(form.get('NextToken') ?? 0);
    // One entry a page, so that whoever reads one page only reads too little.
    const paged = action === 'DescribeAddresses' ? entries : entries.slice(from, from + 1);
    const more = action !== 'DescribeAddresses' && from + 1 < entries.length;
    const token = how === 'repeatedToken' ? '0' : more ? `${from + 1}` : '';
    const items = paged.map((entry) => `<item>${entry}</item>`).join('');
    const next = token === '' ? '' : `<nextToken>${token}</nextToken>`;
    send(response, 200, 'text/xml', `<${action}Response ${NS}><${list}>${items}</${list}>${next}</${action}Response>`);
  }

  private listing(action: string, form: URLSearchParams): readonly [list: string, entries: readonly string[]] {
    const { instances, offerings, subnets, reservations, vpcs } = this.standing;
    switch (action) {
      case 'DescribeInstances':
        return [
          'reservationSet',
          instances.map((it) => `<instancesSet><item>${instanceXml(it)}</item></instancesSet>`),
        ];
      case 'DescribeInstanceTypeOfferings':
        return ['instanceTypeOfferingSet', offerings.map(offeringXml)];
      case 'DescribeSubnets':
        return ['subnetSet', subnets.filter(({ id }) => isFor(form, 'subnet-id', id)).map(subnetXml)];
      case 'DescribeCapacityReservations':
        return ['capacityReservationSet', reservations];
      case 'DescribeVpcs':
        return ['vpcSet', Array.from({ length: vpcs }, (_, index) => `<vpcId>vpc-other${index}</vpcId>`)];
      case 'DescribeAddresses':
        return ['addressesSet', []];
      case 'DescribeNatGateways':
        return ['natGatewaySet', []];
      case 'DescribeNetworkInterfaces':
        return ['networkInterfaceSet', []];
      case 'DescribeVolumes':
        return ['volumeSet', []];
      default:
        throw new Error(`nothing here answers ${action}`);
    }
  }
}

function isFor(form: URLSearchParams, filter: string, value: string): boolean {
  const isFiltered = [...form.values()].includes(filter);
  return !isFiltered || [...form.values()].includes(value);
}

function instanceXml({ type, vcpus, lifecycle, cell }: Standing['instances'][number]): string {
  const tag = cell === undefined ? '' : `<tagSet><item><key>headroom:cell</key><value>${cell}</value></item></tagSet>`;
  const kind = lifecycle === undefined ? '' : `<instanceLifecycle>${lifecycle}</instanceLifecycle>`;
  const cpu = `<cpuOptions><coreCount>${vcpus}</coreCount><threadsPerCore>1</threadsPerCore></cpuOptions>`;
  return `<instanceType>${type}</instanceType>${kind}${cpu}${tag}`;
}

function offeringXml(text: string): string {
  const [type, zone] = text.split(' ');
  return `<instanceType>${type}</instanceType><locationType>availability-zone</locationType><location>${zone}</location>`;
}

function subnetXml({ id, zone, vpc, free }: Standing['subnets'][number]): string {
  return `<subnetId>${id}</subnetId><availabilityZone>${zone}</availabilityZone><vpcId>${vpc}</vpcId><availableIpAddressCount>${free}</availableIpAddressCount>`;
}

export function reservationXml(
  id: string,
  type: string,
  zone: string,
  count: number,
  state = 'active',
  kind = 'default',
): string {
  return `<capacityReservationId>${id}</capacityReservationId><instanceType>${type}</instanceType><availabilityZone>${zone}</availabilityZone><totalInstanceCount>${count}</totalInstanceCount><state>${state}</state><reservationType>${kind}</reservationType>`;
}

function refuse(response: http.ServerResponse, isJson: boolean, code: string, message: string): void {
  if (isJson) send(response, 400, 'application/x-amz-json-1.1', JSON.stringify({ __type: code, message }));
  else {
    const error = `<Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>`;
    send(response, 400, 'text/xml', `<Response>${error}<RequestID>1</RequestID></Response>`);
  }
}

function sendJson(response: http.ServerResponse, body: unknown): void {
  send(response, 200, 'application/x-amz-json-1.1', JSON.stringify(body));
}

function send(response: http.ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}
