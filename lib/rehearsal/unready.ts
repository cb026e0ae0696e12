import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { isKnativeService } from '../fleet/kube-objects.ts';

/** Why an object is not ready yet, in the cluster's own words. */
export interface Unready {
  /** `Service shop/cart`, and so on. */
  readonly object: string;
  readonly why: string;
  /** Waiting changes nothing: its image cannot be had. */
  readonly never: boolean;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const conditionsOf = (object: KubeObject | undefined): readonly Condition[] =>
  object?.status?.conditions ?? [];

/** Whether an object is ready in its newest version. */
export const isReady = (object: KubeObject | undefined): boolean =>
  object !== undefined &&
  object.status?.observedGeneration === object.metadata.generation &&
  conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True');

/** What Knative says of an image that no registry knows, and what kubelet says of one that it cannot pull. */
const missingImage = 'ContainerMissing';
const unpulled = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
];

/** Finds out why an object is not ready; undefined when it is by now. */
export async function whyUnready(
  cluster: ClusterPort,
  { apiVersion, kind, metadata }: KubeObject,
): Promise<Unready | undefined> {
  const { name, namespace = 'default' } = metadata;
  const found = await cluster.get({ apiVersion, kind, name, namespace });
  if (isReady(found)) return undefined;
  const said = sayings(found)[0] ?? (found === undefined ? 'it is not there' : 'it says nothing yet');
  const cause =
    found !== undefined && isKnativeService(found) ? await causeOf(cluster, found, namespace) : undefined;
  return { object: `${kind} ${namespace}/${name}`, why: said, never: false, ...cause };
}

/** What the conditions say that do not hold, what has failed first. */
const sayings = (object: KubeObject | undefined): string[] =>
  conditionsOf(object)
    .filter(({ status }) => status !== 'True')
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(({ reason, message }) => message ?? reason ?? []);

/** The summary of the others says least. */
const rank = ({ type, status }: Condition): number =>
  (status === 'False' ? 0 : 2) + (type === 'Ready' ? 1 : 0);

/** What a service's newest revision or its pods say. */
async function causeOf(
  cluster: ClusterPort,
  service: KubeObject,
  namespace: string,
): Promise<Omit<Unready, 'object'> | undefined> {
  const revision = await newestRevision(cluster, service, namespace);
  const missing = conditionsOf(revision).find(
    ({ status, reason }) => status === 'False' && reason === missingImage,
  );
  if (missing !== undefined) return { why: missing.message ?? missingImage, never: true };
  const name = revision?.metadata.name;
  if (name === undefined) return undefined;
  const pods = cluster.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace, labelSelector: `serving.knative.dev/revision=${name}` },
  );
  for await (const pod of pods) {
    const stuck = stuckIn(pod);
    if (stuck !== undefined) return stuck;
  }
  return undefined;
}

async function newestRevision(
  cluster: ClusterPort,
  { apiVersion, status }: KubeObject,
  namespace: string,
): Promise<KubeObject | undefined> {
  const name: unknown = status?.latestCreatedRevisionName;
  return typeof name === 'string'
    ? cluster.get({ apiVersion, kind: 'Revision', namespace, name })
    : undefined;
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
  readonly lastState?: { readonly terminated?: { readonly exitCode?: number; readonly message?: string } };
}

function stuckIn({ status }: KubeObject): Omit<Unready, 'object'> | undefined {
  const containers: readonly ContainerStatus[] = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ];
  for (const { name, state, lastState } of containers) {
    const { reason = '', message = '' } = state?.waiting ?? {};
    if (unpulled.includes(reason)) return { why: `${reason}: ${message}`, never: true };
    const ended = lastState?.terminated;
    if (ended !== undefined) {
      const last = ended.message === undefined ? '' : `: ${ended.message.trim()}`;
      return { why: `container ${name} ended with exit code ${ended.exitCode}${last}`, never: false };
    }
  }
  return undefined;
}
