import { ClusterError } from '../../clusters/cluster-error.ts';
import type { Kind, KubeObject } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { delivererOf } from '../inventory/owners.ts';
import { kinds } from '../kinds.ts';
import { failureOf } from './compare-answers.ts';
import { compareMappings } from './compare-family.ts';
import { isReady } from './conditions.ts';
import { expectedHost, type Rewriting } from './expected.ts';
import type { Family, VerifyReader } from './family.ts';
import { type EntranceFindings, throughEntrance, type VerifyEntrances } from './through-entrance.ts';
import type { ServiceVerdict } from './verdict.ts';
import { whyMappingNotReady } from './why-not-ready.ts';

/** What leads to workloads that are not Knative's by a host: its verdict is what answers there. */
export interface PlainProps {
  readonly source: VerifyReader;
  readonly target: VerifyReader;
  readonly entrances: VerifyEntrances;
  readonly rewriting: Rewriting | undefined;
  readonly paths: readonly string[];
  readonly now: Date;
}

/** Milliseconds for the first look, which may wait for nothing to start. */
const timeoutMs = 15_000;
const hostnames = 'external-dns.alpha.kubernetes.io/hostname';

type PlainKind = Exclude<ServiceVerdict['kind'], 'Service' | 'Configuration' | 'Route'>;

/** One that has hosts, or would have to have some. */
interface Plain {
  readonly kind: PlainKind;
  readonly object: KubeObject;
  readonly hosts: readonly string[];
  /** Why no host of it can be asked. @default - there are hosts */
  readonly hostless?: string;
}

/**
 * The verdicts on what leads to plain workloads of a namespace: DomainMappings to Services of Kubernetes, Ingresses, and
 * Services that are given hosts or load balancers. What the source's own entrance does not lead to is not verified.
 */
export async function* verifyPlainHosts(
  namespace: string,
  props: PlainProps,
): AsyncGenerator<ServiceVerdict> {
  for (const { kind, of, plain } of readers) {
    const here = await listed(props.source, of, namespace);
    if (typeof here === 'string') {
      yield verdictOf({ kind, namespace, name: '*' }, [], `they may not be read: ${here}`);
      continue;
    }
    const found = here.flatMap((object) => plain(object) ?? []);
    if (found.length === 0) continue;
    const there = await listed(props.target, of, namespace);
    for (const one of found) yield await verifyPlain(one, there, props);
  }
}

const readers: readonly {
  readonly kind: PlainKind;
  readonly of: Kind;
  /** Undefined for what is none of these. */
  readonly plain: (object: KubeObject) => Plain | undefined;
}[] = [
  { kind: 'DomainMapping', of: kinds.domainMapping, plain: plainMapping },
  { kind: 'Ingress', of: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }, plain: plainIngress },
  { kind: 'PlainService', of: { apiVersion: 'v1', kind: 'Service' }, plain: plainService },
];

/** Those to Knative's own belong to the service. */
function plainMapping(object: KubeObject): Plain | undefined {
  if (String(fieldsOf(object.spec?.ref).apiVersion).startsWith('serving.knative.dev/')) return undefined;
  return { kind: 'DomainMapping', object, hosts: [object.metadata.name] };
}

function plainIngress(object: KubeObject): Plain {
  const rules: unknown = object.spec?.rules;
  const named = (Array.isArray(rules) ? rules : []).flatMap((rule) => fieldsOf(rule).host ?? []);
  const hosts = [...new Set(named.filter((host) => typeof host === 'string'))];
  const plain = hosts.filter((host) => !host.includes('*'));
  return {
    kind: 'Ingress',
    object,
    hosts: plain,
    ...(plain.length > 0
      ? {}
      : { hostless: hosts.length > 0 ? `${hosts.join(', ')} is no host to ask for` : 'it names no host' }),
  };
}

function plainService(object: KubeObject): Plain | undefined {
  // Those that a controller made for something else are that one's.
  if ((object.metadata.ownerReferences ?? []).length > 0) return undefined;
  const named = object.metadata.annotations?.[hostnames] ?? '';
  const hosts = named
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '' && !host.includes('*'));
  if (hosts.length > 0) return { kind: 'PlainService', object, hosts };
  if (object.spec?.type !== 'LoadBalancer') return undefined;
  const hostless = 'it has a load balancer of its own, which the entrance does not lead to';
  return { kind: 'PlainService', object, hosts: [], hostless };
}

async function listed(cluster: VerifyReader, kind: Kind, namespace: string): Promise<KubeObject[] | string> {
  try {
    const found: KubeObject[] = [];
    for await (const object of cluster.list(kind, { namespace }))
      if (object.metadata.deletionTimestamp === undefined) found.push(object);
    return found;
  } catch (error) {
    // Where there is no such kind there is nothing of it.
    if (error instanceof ClusterError && error.reason === 'senseless') return [];
    if (!ZeroshiftError.is(error) || error.code !== 'cluster.refused') throw error;
    return error.message;
  }
}

async function verifyPlain(
  { kind, object, hosts, hostless }: Plain,
  there: KubeObject[] | string,
  props: PlainProps,
): Promise<ServiceVerdict> {
  const { name, namespace = '' } = object.metadata;
  const owner = delivererOf(object);
  const isMapping = kind === 'DomainMapping';
  const said = {
    kind,
    namespace,
    name,
    ...(owner === undefined ? {} : { deliveredBy: owner.from }),
    ...(isMapping && !isReady(object) ? { sourceNotReady: whyMappingNotReady(object) } : {}),
  };
  if (typeof there === 'string') return verdictOf(said, [], `it may not be read on the target: ${there}`);
  const { rewriting } = props;
  const called = isMapping ? expectedHost(name, namespace, rewriting) : name;
  const twin = there.find(({ metadata }) => metadata.name === called);
  if (twin === undefined) {
    const says = `not there${owner === undefined ? '' : `: ${owner.from} delivers it, and does not there`}`;
    return { ...verdictOf(said, []), state: 'different', differences: [{ where: '', says }] };
  }
  if (isMapping) {
    const compared = compareMappings(alone(object), alone(twin), rewriting);
    const [unready] = compared.unready;
    if (compared.differences.length > 0)
      return { ...verdictOf(said, []), state: 'different', differences: compared.differences };
    if (unready !== undefined)
      return { ...verdictOf(said, []), state: 'not-ready', notReady: [whyMappingNotReady(unready)] };
  }
  if (hostless !== undefined) return verdictOf(said, [], hostless);
  return atEntrances(said, hosts, props);
}

/** As many of its hosts as the source's entrance leads to, through both. */
async function atEntrances(
  said: Said,
  hosts: readonly string[],
  { entrances, rewriting, paths, now }: PlainProps,
): Promise<ServiceVerdict> {
  const found: EntranceFindings[] = [];
  const unled: string[] = [];
  for (const host of hosts) {
    const why = await whyNotLed(host, entrances);
    if (why !== undefined) unled.push(`${host}: ${why}`);
    else {
      const pair = { source: host, target: expectedHost(host, said.namespace, rewriting), split: false };
      found.push(await throughEntrance(pair, entrances, paths, now.getTime()));
    }
  }
  return verdictOf(said, found, found.length === 0 ? unled.join('; ') : undefined, unled);
}

/** Why the source's entrance does not answer for a host; undefined where it does. */
async function whyNotLed(host: string, { source, port }: VerifyEntrances): Promise<string | undefined> {
  const address = source.addresses['80'];
  if (address === undefined) return "the source's entrance has no port 80 to ask";
  const answer = await port.get({ address, host, path: '/', tls: false, maxBytes: 0, timeoutMs });
  const failure = failureOf(answer);
  return failure === undefined ? undefined : `the source's entrance does not lead to it: ${failure}`;
}

type Said = Pick<ServiceVerdict, 'kind' | 'namespace' | 'name' | 'deliveredBy' | 'sourceNotReady'>;

function verdictOf(
  said: Said,
  found: readonly EntranceFindings[],
  notVerified?: string,
  unled: readonly string[] = [],
): ServiceVerdict {
  const differences = found.flatMap((one) => one.differences);
  const notes = [
    ...found.flatMap((one) => one.notes),
    ...(notVerified === undefined ? unled.map((text) => `not verified: ${text}`) : [notVerified]),
  ];
  const state = differences.length > 0 ? 'different' : notVerified === undefined ? 'same' : 'not-verified';
  const certificates = found.flatMap((one) => one.certificates);
  return { ...said, state, differences, notReady: [], certificates, notes };
}

/** One host as if it were all of a service. */
const alone = (mapping: KubeObject): Family => ({
  kind: 'Service',
  head: mapping,
  revisions: [],
  mappings: [mapping],
});
