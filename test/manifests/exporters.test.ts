import { parse } from 'yaml';
import { cellManifests } from '../../lib/manifests/cell-manifests';
import { EXPORTERS } from '../../lib/metrics/exporters';
import { scrapeConfiguration } from '../../lib/metrics/scrape-configuration';
import { type Anything, objectOf, objectsOf, served, TRAINIUM1, TWO_NODES, WEIGHTS } from './served-cells';

const WATCHED = { serving: WEIGHTS, observability: { level: 'metrics' } } as const;
const everything = served(WATCHED, TWO_NODES, TRAINIUM1, {});
const files = (...args: Parameters<typeof served>) => cellManifests(served(...args)).map(({ path }) => path);
const MADE = ['dcgm-exporter.yaml', 'neuron-monitor.yaml', 'collector-access.yaml'];

test('a cell that is watched has the exporters of its accelerators, and lets the collector in', () => {
  const made = (...args: Parameters<typeof served>) => files(...args).filter((path) => MADE.includes(path));
  expect(made(WATCHED)).toEqual(['dcgm-exporter.yaml', 'collector-access.yaml']);
  expect(made(WATCHED, TRAINIUM1)).toEqual(['neuron-monitor.yaml', 'collector-access.yaml']);
  expect(made({ serving: WEIGHTS })).toEqual([]);
  expect(made({ serving: WEIGHTS, observability: { level: 'alarms' } })).toEqual([]);
});

test('an exporter runs on its own nodes, whatever their taint', () => {
  const typesOf = (name: string) =>
    objectOf(everything, 'DaemonSet', name).spec.template.spec.affinity.nodeAffinity
      .requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values;
  expect(typesOf('dcgm-exporter')).toEqual(['g6.xlarge', 'p5en.48xlarge']);
  expect(typesOf('neuron-monitor')).toEqual(['trn1.32xlarge']);
});

test('the collector looks for pods that the manifests make, on ports that they open', () => {
  const pods = objectsOf(everything).flatMap(({ kind, spec }: Anything) =>
    kind === 'DaemonSet' || kind === 'Deployment' ? [spec.template] : [],
  );
  for (const { job, podName, ports, container } of EXPORTERS.filter(({ namespace }) => namespace !== undefined)) {
    const found = pods.filter(({ metadata }) => metadata.labels['app.kubernetes.io/name'] === podName);
    expect([job, found.length > 0]).toEqual([job, true]);
    for (const { spec } of found) {
      const containers = spec.containers.filter(({ name }: Anything) => container === undefined || name === container);
      const opened = containers.flatMap((one: Anything) =>
        one.ports.map(({ containerPort }: Anything) => containerPort),
      );
      expect(ports).toEqual(expect.arrayContaining(opened));
    }
  }
  expect(parse(scrapeConfiguration('UsEast1')).scrape_configs).toHaveLength(EXPORTERS.length);
});

test('the collector comes from the half of the network that has no accelerator nodes', () => {
  const { spec } = objectOf(everything, 'NetworkPolicy', 'metrics-collector');
  expect(spec.ingress).toEqual([
    {
      from: [{ ipBlock: { cidr: '10.0.0.0/17' } }],
      ports: [
        { port: 8000, protocol: 'TCP' },
        { port: 8200, protocol: 'TCP' },
      ],
    },
  ]);
});
