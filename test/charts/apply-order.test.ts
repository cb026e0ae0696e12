import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { kustomizationFile, synthColour } from '../../charts/index.ts';
import { domain, domainMappings, services } from '../../examples/shop/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { exampleFleet } from '../helpers/fleet.ts';

const fleet = exampleFleet({
  domain,
  services: [...services],
  domainMappings: [...domainMappings],
  colours: {
    blue: { kubernetes: '1.34', knative: '1.22.1' },
    green: { kubernetes: '1.35', knative: '1.23.0' },
  },
});
const manifests = synthColour(fleet, 'green');

const read = (text: string): KubeObject[] =>
  parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
const files = [...manifests].filter(([name]) => name.endsWith('.yaml'));
const waveOf = ({ metadata }: KubeObject) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave']);

const nameOf = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** Groups that the API server or the cloud brings along. */
const builtIn = (apiVersion: string) =>
  !apiVersion.includes('/') ||
  /^(apps|policy|batch|autoscaling|eks\.amazonaws\.com|[a-z.]+\.k8s\.io)\//.test(apiVersion);

/**
 * One run of `kubectl apply --server-side` over files: kinds are looked up before anything is sent, and an object goes
 * only into a namespace that is there. Says what was refused.
 */
function apply(texts: readonly string[], cluster: Set<string>): string[] {
  const all = texts.flatMap(read);
  const kinds = new Set([...cluster].filter((name) => name.startsWith('kind ')));
  const refused: string[] = [];
  for (const object of all) {
    const { apiVersion, kind, metadata, spec } = object;
    const [group = ''] = apiVersion.split('/');
    const known = builtIn(apiVersion) || kinds.has(`kind ${group}/${kind}`);
    const placed = metadata.namespace === undefined || cluster.has(`Namespace /${metadata.namespace}`);
    if (!known || !placed) refused.push(nameOf(object));
    else cluster.add(nameOf(object));
    if (kind === 'CustomResourceDefinition') cluster.add(`kind ${spec.group}/${spec.names.kind}`);
  }
  return refused;
}

const empty = () => new Set(['Namespace /default', 'Namespace /kube-system']);
const below = (folder: string) =>
  files.filter(([name]) => name.startsWith(folder)).sort(([a], [b]) => (a < b ? -1 : 1));

describe('the order of application', () => {
  it('has definitions before namespaces, namespaces before settings, settings before what runs', () => {
    const kinds = files.flatMap(([, text]) => read(text)).map(({ kind }) => kind);
    const first = (kind: string) => kinds.indexOf(kind);
    expect(kinds.lastIndexOf('CustomResourceDefinition')).toBeLessThan(first('Namespace'));
    expect(first('Namespace')).toBeLessThan(first('ConfigMap'));
    expect(first('ConfigMap')).toBeLessThan(first('Deployment'));
    expect(first('ClusterRole')).toBeLessThan(first('Deployment'));
    const there = new Set(['default']);
    for (const object of files.flatMap(([, text]) => read(text))) {
      if (object.kind === 'Namespace') there.add(object.metadata.name ?? '');
      const { namespace } = object.metadata;
      if (namespace !== undefined) expect(there, nameOf(object)).toContain(namespace);
    }
  });

  it('lets two runs of kubectl over any folder suffice, in the order of names', () => {
    // The whole colour at once, `-R`: the alphabet has the ingress before what it stands in.
    const cluster = empty();
    const all = below('').map(([, text]) => text);
    expect(apply(all, cluster).length).toBeGreaterThan(0);
    expect(apply(all, cluster)).toEqual([]);
    // Serving alone, then the others, each in one run.
    const stepwise = empty();
    const serving = below('serving/').map(([, text]) => text);
    expect(apply(serving, stepwise).map((name) => name.split(' ')[0])).toEqual(['Image', 'Certificate']);
    for (const component of ['serving/', 'ingress/', 'services/', 'post-install/'])
      expect(
        apply(
          below(component).map(([, text]) => text),
          stepwise,
        ),
        component,
      ).toEqual([]);
  });

  it('is the same for Argo CD: no object in an earlier wave than what it needs', () => {
    const objects = files.flatMap(([, text]) => read(text));
    const namespaces = new Map(
      objects.filter(({ kind }) => kind === 'Namespace').map((one) => [one.metadata.name, waveOf(one)]),
    );
    for (const object of objects) {
      if (object.metadata.annotations?.['argocd.argoproj.io/hook'] === 'PostSync') continue;
      expect(Number.isInteger(waveOf(object)), nameOf(object)).toBe(true);
      const space = namespaces.get(object.metadata.namespace ?? '');
      if (space !== undefined) expect(waveOf(object), nameOf(object)).toBeGreaterThan(space);
    }
    const wave = (kind: string, name?: string) =>
      objects
        .filter((one) => one.kind === kind && (name === undefined || one.metadata.name === name))
        .map(waveOf);
    expect(Math.max(...wave('CustomResourceDefinition'))).toBeLessThan(Math.min(...wave('Image')));
    // A webhook's configuration without the webhook would refuse everything after it.
    expect(wave('MutatingWebhookConfiguration')).toEqual(wave('Deployment', 'webhook'));
    expect(Math.max(...wave('Certificate'))).toBeLessThan(Math.min(...wave('Deployment')));
    expect(Math.max(...wave('Deployment'))).toBeLessThan(Math.min(...wave('Service', 'hello')));
    expect(Math.max(...wave('TargetGroupBinding'))).toBeLessThan(
      Math.min(...wave('Deployment', '3scale-kourier-gateway')),
    );
  });

  it('stands in kustomizations too, which name every file and are no manifests', () => {
    const kustomizations = [...manifests].filter(([name]) => name.endsWith(kustomizationFile));
    const listed = kustomizations.flatMap(([name, text]) => {
      const folder = name.slice(0, -kustomizationFile.length);
      const { resources, sortOptions } = parse(text) as {
        resources: string[];
        sortOptions: unknown;
      };
      expect(sortOptions).toEqual({ order: 'fifo' });
      return resources.map((resource) => folder + resource);
    });
    expect(listed).toEqual([
      ...files.map(([name]) => name),
      'serving',
      'ingress',
      'services',
      'post-install',
    ]);
  });
});
