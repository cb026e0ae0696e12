import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type KnativeServiceProps,
  neededSettings,
  renderService,
  serviceProblems,
} from '../../constructs/service/index.ts';
import { createKubernetesCluster, type DefinitionPort, type KubeObject } from '../../lib/clusters/index.ts';
import { colours } from '../../lib/fleet/index.ts';
import { readEmbeddedYaml } from '../../lib/manifests/index.ts';
import {
  checkObjectNames,
  contextFrom,
  type Finding,
  type ValidationContext,
  validateObject,
} from '../../lib/validation/index.ts';
import { arbitraryService } from '../helpers/arbitrary-services.ts';
import { turnOn } from './features.ts';
import { type Api, connectApi } from './index.ts';
import { clusters, onClusters, ownNamespace } from './on-clusters.ts';

const seed = 20_261_124;
const namespace = ownNamespace('webhook');
const knative = 'knative-serving';

/** What a dry run needs beside the service: Kubernetes looks these up when Knative tries a pod. */
const surroundings: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: namespace, namespace } },
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: namespace }, value: 0 },
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: namespace }, handler: 'runc' },
];

const here = (props: KnativeServiceProps): KnativeServiceProps => ({
  ...props,
  namespace,
  ...(props.serviceAccountName === undefined ? {} : { serviceAccountName: namespace }),
  ...(props.priorityClassName === undefined ? {} : { priorityClassName: namespace }),
  ...(props.runtimeClassName === undefined ? {} : { runtimeClassName: namespace }),
});

const generated = fc.sample(arbitraryService, { numRuns: 250, seed }).map(here);

type Path = readonly (string | number)[];

/** Every field that is there, lists and maps included. */
const pathsIn = (value: unknown, at: Path = []): Path[] =>
  typeof value !== 'object' || value === null
    ? [at]
    : [at, ...Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...at, key]))];

const valueAt = (object: unknown, path: Path): unknown =>
  path.reduce<unknown>((part, key) => Reflect.get(Object(part), key), object);

const unknown = Symbol('a field that nobody knows, beside it');
const absent = Symbol('nothing');

/** What may be put in place of a value; most of it is wrong in most places. */
function wrongValues(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return ['', 'Not Valid!', 'x'.repeat(64), '-1', '-1s', 7, absent];
  if (typeof value === 'number') return [-1, 0, 70_000, 2 ** 31, 1.5, 'x', absent];
  if (typeof value === 'boolean') return [!value, 'yes'];
  return Array.isArray(value) ? [[], 'x', absent] : [{}, 'x', absent, unknown];
}

function broken(service: KubeObject, path: Path, wrong: unknown): KubeObject {
  const copy = structuredClone(service);
  const holder = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (wrong === unknown) Reflect.set(Object(holder[last]), 'nobodys', 1);
  else if (wrong !== absent) holder[last] = wrong;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}

/**
 * Where the object is; affinity, which Knative passes on unread; and two lists that are empty or missing: Knative's rules refuse
 * an empty one and take none, but its defaulting writes the object anew before, without the one and with a null for the other.
 */
const apart =
  /^(apiVersion|kind|metadata|metadata,name.*)$|,affinity,|,(downwardAPI,items|projected,sources)$/;

/** A service with one field broken. */
const mutated = fc
  .sample(fc.tuple(arbitraryService, fc.nat(), fc.nat()), { numRuns: 700, seed })
  .map(([props, which, what]) => {
    const service = JSON.parse(JSON.stringify(renderService(here(props)))) as KubeObject;
    const paths = pathsIn(service).filter((path) => path.length > 0 && !apart.test(path.join(',')));
    const path = paths[which % paths.length] ?? [];
    const values = wrongValues(valueAt(service, path));
    const wrong = values[what % values.length];
    return {
      row: `${path.join('.')}: ${String(wrong)}`,
      right: service,
      wrong: broken(service, path, wrong),
    };
  });

interface Claim {
  /** What is wrong with a service. */
  readonly props: object;
  /** Where the constructs say so. */
  readonly where: string;
  /** Where the API server says so of the pod. */
  readonly field: string;
}

const claim = (where: string, props: object, field: string): Claim => ({ props, where, field });
const image = 'ghcr.io/team/app:1.0';
const mounted = (volume: object) => ({ mounts: { '/mnt': 'v' }, volumes: { v: volume } });
const resources = 'spec.containers[0].resources';

/** What the constructs refuse because Kubernetes would, later: Knative's rules let it pass. */
const claims: readonly Claim[] = [
  claim(
    'resources.requests.memory',
    { resources: { requests: { memory: '1Gi' }, limits: { memory: '512Mi' } } },
    `${resources}.requests`,
  ),
  claim(
    'resources.limits.nvidia.com/gpu',
    { resources: { requests: { 'nvidia.com/gpu': '1' } } },
    `${resources}.limits`,
  ),
  claim(
    'resources.requests.nvidia.com/gpu',
    { resources: { requests: { 'nvidia.com/gpu': '1' }, limits: { 'nvidia.com/gpu': '2' } } },
    `${resources}.requests`,
  ),
  claim(
    'resources.limits.hugepages-2Mi',
    { resources: { requests: { cpu: '1', 'hugepages-2Mi': '4Mi' } } },
    `${resources}.limits`,
  ),
  claim('resources.limits.memmory', { resources: { limits: { memmory: '1Gi' } } }, `${resources}.limits`),
  claim('resources.limits.gpu', { resources: { limits: { gpu: '1' } } }, `${resources}.limits`),
  claim('tolerations[0].value', { tolerations: [{ value: 'a' }] }, 'spec.tolerations[0].operator'),
  claim('tolerations[0].for', { tolerations: [{ key: 'a', for: '5m' }] }, 'spec.tolerations[0].effect'),
  claim(
    'topologySpread[0].minDomains',
    { topologySpread: [{ topologyKey: 'zone', minDomains: 2 }] },
    'spec.topologySpreadConstraints[0].minDomains',
  ),
  claim(
    'topologySpread[1].topologyKey',
    { topologySpread: [{ topologyKey: 'zone' }, { topologyKey: 'zone' }] },
    'spec.topologySpreadConstraints[0]',
  ),
  claim('dnsPolicy', { dnsPolicy: 'None' }, 'spec.dnsConfig'),
  claim(
    'dnsPolicy',
    { dnsPolicy: 'None', dnsConfig: { searches: ['example.com'] } },
    'spec.dnsConfig.nameservers',
  ),
  claim(
    'containers[1].livenessProbe.grpc.port',
    {
      containers: [
        { name: 'a', image, port: 80 },
        { name: 'b', image, livenessProbe: { grpc: {} } },
      ],
    },
    'spec.containers[1].livenessProbe.grpc.port',
  ),
  claim('nodeSelector.disk', { nodeSelector: { disk: 'very fast' } }, 'spec.nodeSelector'),
  claim('hostAliases.10.1.2.300', { hostAliases: { '10.1.2.300': ['a'] } }, 'spec.hostAliases[0].ip'),
  claim(
    'dnsConfig.nameservers[0]',
    { dnsConfig: { nameservers: ['dns.example.com'] } },
    'spec.dnsConfig.nameservers[0]',
  ),
  claim(
    'podSecurityContext.seccompProfile',
    { podSecurityContext: { seccompProfile: 'Default' } },
    'spec.securityContext.seccompProfile.type',
  ),
  claim(
    'affinity.nodes.prefer[0].weight',
    { affinity: { nodes: { prefer: [{ labels: {}, weight: 101 }] } } },
    'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight',
  ),
  claim(
    'affinity.nodes.require[0].zone',
    { affinity: { nodes: { require: [{ zone: [] }] } } },
    'nodeSelectorTerms[0].matchExpressions[0].values',
  ),
  claim(
    'volumes.v.items.a',
    mounted({ secret: 'a', items: { a: '../b' } }),
    'spec.volumes[0].secret.items[0].path',
  ),
  claim('volumes.v.mode', mounted({ configMap: 'a', mode: 0o1000 }), 'spec.volumes[0].configMap.defaultMode'),
  claim(
    'volumes.v.projected[0].serviceAccountToken.expiration',
    mounted({ projected: [{ serviceAccountToken: { path: 'a', expiration: '5m' } }] }),
    'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds',
  ),
  claim(
    'volumes.v.projected[0].downwardApi.a',
    mounted({ projected: [{ downwardApi: { a: 'status.podIP' } }] }),
    'spec.volumes[0].projected.sources[0].downwardAPI.fieldRef.fieldPath',
  ),
  claim(
    'volumes.v.projected[0].downwardApi.a.container',
    mounted({ projected: [{ downwardApi: { a: { resource: 'limits.cpu' } } }] }),
    'spec.volumes[0].projected.sources[0].downwardAPI.resourceFieldRef.containerName',
  ),
  claim('env.A=B', { env: { 'A=B': 'x' } }, 'spec.containers[0].env[0].name'),
  claim(
    'env.A.field',
    { env: { A: { field: 'status.phase' } } },
    'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath',
  ),
  claim(
    'env.A.divisor',
    { env: { A: { resource: 'limits.cpu', divisor: '1Mi' } } },
    'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor',
  ),
  claim('imagePullPolicy', { imagePullPolicy: 'Sometimes' }, 'spec.containers[0].imagePullPolicy'),
  claim('readinessProbe.exec', { readinessProbe: { exec: [] } }, 'spec.containers[0].readinessProbe.exec'),
  claim(
    'livenessProbe.successThreshold',
    { livenessProbe: { tcp: {}, successThreshold: 2 } },
    'spec.containers[0].livenessProbe.successThreshold',
  ),
  claim('initContainers[0].name', { initContainers: [{ name: 'A', image }] }, 'spec.initContainers[0].name'),
  // A list by name, to the API server itself.
  claim('imagePullSecrets[1]', { imagePullSecrets: ['a', 'a'] }, '.spec.template.spec.imagePullSecrets'),
];

const claimed = ({ props }: Claim): KnativeServiceProps =>
  ({ name: 'cart', namespace, ...('containers' in props ? {} : { image }), ...props }) as KnativeServiceProps;

/** Who refused, and the fields that were named. */
interface Refusal {
  readonly by: 'rules' | 'reader' | 'schema' | 'pod';
  readonly fields: readonly string[];
}

/**
 * Knative's rules end a line with their fields; its reader names Go's types on the way and no indexes; the API server names
 * fields before what is wrong with them.
 */
function refusalOf(message: string): Refusal {
  const unique = (fields: readonly string[]) => [...new Set(fields)].sort();
  const said = message.replace(/ \(HTTP [^)]*\)$/, '');
  const rules = /validation failed: (.*)$/s.exec(said)?.[1];
  if (rules !== undefined)
    return {
      by: 'rules',
      fields: unique(
        rules.split('\n').flatMap((line) => /: ((?:spec|metadata)\b.*)$/.exec(line)?.[1]?.split(', ') ?? []),
      ),
    };
  if (said.includes('dry run failed with')) return { by: 'pod', fields: [] };
  const read = /Go struct field ([\w.]+) of type/.exec(said)?.[1];
  if (read !== undefined) return { by: 'reader', fields: [read.replace(/\b[A-Z]\w*\./g, '')] };
  if (said.includes('mutation failed')) return { by: 'reader', fields: [] };
  const before = [...said.matchAll(/(?:[\s[]|^)\.?((?:spec|metadata)\b[^\s:]*): /g)];
  return { by: 'schema', fields: unique(before.map(([, field = '']) => field)) };
}

const withoutIndexes = (field: string): string => field.replace(/\[[^\]]*\]/g, '');

/** Whether both mean the same field, or one of them a map and the other its key. */
const isAbout = (field: string, other: string): boolean => {
  const [a, b] = [withoutIndexes(field), withoutIndexes(other)];
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
};

/** Eight at a time. */
async function forEach<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

const maps = ['config-autoscaler', 'config-defaults', 'config-features'] as const;
const configMap = (name: (typeof maps)[number]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name,
  namespace: knative,
});

onClusters.each(colours)(`Knative's webhook, %s (seed ${seed})`, (colour) => {
  let api: Api;
  let port: DefinitionPort;
  let context: ValidationContext;
  let putBack: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    const { access, place, knative: release = '1.23.0' } = clusters()[colour];
    api = connectApi(access);
    port = createKubernetesCluster({
      name: place.name,
      kubeconfig: place.kubeconfig,
      context: place.name,
    });
    for (const object of surroundings) await api.apply(object);
    const all = [...generated, ...claims.map(claimed)].map((props) => neededSettings(props).features);
    putBack = await turnOn(api, Object.assign({}, ...all));
    const live = await Promise.all(
      maps.map(async (name) => [name, (await api.get(configMap(name)))?.data ?? {}] as const),
    );
    context = contextFrom(new Map(live), { release, readYaml: readEmbeddedYaml });
  }, 60_000);
  afterAll(async () => {
    await putBack?.();
    for (const { apiVersion, kind, metadata } of [...surroundings].reverse())
      await api.remove({ apiVersion, kind, ...metadata });
    api.close();
  });

  /** The fields that validation finds wrong: by Knative's rules and Kubernetes' for names, and those that nobody knows. */
  const judge = (service: KubeObject) => {
    const { errors, warnings } = validateObject(service, context);
    const names = checkObjectNames(service as Parameters<typeof checkObjectNames>[0]);
    const unknownFields = warnings.filter(({ code }) => code === 'field.unknown');
    const fields = (findings: readonly Finding[]) =>
      [...new Set(findings.map(({ field }) => field))].filter((field) => field !== '').sort();
    return {
      accepted: errors.length === 0,
      rules: fields(errors),
      others: fields([...names, ...unknownFields]),
    };
  };
  type Judged = ReturnType<typeof judge>;

  /** Whether both say the same of a service, and who refused it. */
  const compared = async (service: KubeObject, { accepted, rules, others }: Judged) => {
    const said = await port.dryRun(service);
    // A field that nobody knows is dropped without a word where the schema leaves a part open.
    if (said.outcome !== 'refused')
      return { by: 'nobody', message: '', named: false, same: accepted } as const;
    const { by, fields } = refusalOf(said.message);
    const what = { by, message: said.message, named: fields.length > 0 };
    if (by === 'rules') return { ...what, same: !accepted && fields.join() === rules.join() };
    // The pod is Kubernetes', of which Knative's rules know nothing.
    if (by === 'pod') return { ...what, same: accepted };
    const known = [...rules, ...others];
    const isKnown = fields.every((field) => known.some((other) => isAbout(field, other)));
    return { ...what, same: known.length > 0 && isKnown };
  };

  it('accepts 200 generated services that validation accepts, and refuses those that it refuses', async () => {
    const differences: unknown[] = [];
    let accepted = 0;
    await forEach(generated, async (props) => {
      const service = renderService(props);
      const judged = judge(service);
      const { by, same, message } = await compared(service, judged);
      if (by === 'nobody') accepted++;
      if (!same || by === 'pod') differences.push({ message, judged, props });
    });
    expect(differences).toEqual([]);
    expect(accepted).toBeGreaterThanOrEqual(200);
  });

  it('refuses what validation refuses once a field is broken, and names the same field', async () => {
    const differences: unknown[] = [];
    // Refused by Knative's rules, and by all who name a field.
    const named = { byRules: 0, byAll: 0 };
    // What this release does not know would be wrong twice.
    const once = mutated.filter(({ right }) => judge(right).accepted);
    await forEach(once, async ({ row, wrong }) => {
      const judged = judge(wrong);
      const said = await compared(wrong, judged);
      if (said.named && said.by === 'rules') named.byRules++;
      if (said.named) named.byAll++;
      if (!said.same) differences.push({ row, message: said.message, judged });
    });
    expect(differences).toEqual([]);
    expect(named.byRules).toBeGreaterThanOrEqual(60);
    expect(named.byAll).toBeGreaterThanOrEqual(200);
  });

  it.each(claims)('tries a pod: $where is refused by Kubernetes too', async (row) => {
    const props = claimed(row);
    expect(serviceProblems(props).map(({ where }) => where)).toEqual([row.where]);
    const service = renderService(props);
    // It is not Knative's own rules that refuse.
    expect(validateObject(service, context).errors).toEqual([]);
    const said = await port.dryRun(service);
    expect(said.outcome === 'refused' ? said.message : said.outcome).toContain(row.field);
  });
});
