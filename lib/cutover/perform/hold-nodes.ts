import type { ClusterPort, KubeObject, Reference } from '../../clusters/cluster-port.ts';
import { type Colour, colours } from '../../fleet/colour.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { HeldPod } from '../commands.ts';
import type { ColourPorts } from '../ports.ts';
import { touched } from './floor-objects.ts';

type Region = Readonly<Record<Colour, ColourPorts>>;

/** What Karpenter, and EKS Auto Mode, asks of a pod before its node is taken away. */
const doNotDisrupt = 'karpenter.sh/do-not-disrupt';
/** Ours: which cutover holds it, and what it said before, if anything. */
const heldFor = 'zeroshift.dev/held-for';

/** What all requests of a colour go through. */
const fronts = [
  { namespace: 'kourier-system', labelSelector: 'app=3scale-kourier-gateway' },
  { namespace: 'knative-serving', labelSelector: 'app=activator' },
] as const;

/** Other writers of a pod are many: so often it is tried again when one was faster. */
const attempts = 8;

/**
 * Marks the pods themselves: a change of their template would restart them, and a GitOps tool would take it back. What a pod
 * said before is written on it with the same write, so that whoever gives it back knows it, whatever the journal has.
 */
export async function holdNodes(plan: string, region: Region): Promise<HeldPod[]> {
  const held: HeldPod[] = [];
  for (const colour of colours)
    for (const pod of await frontPods(region[colour].cluster)) {
      const before = await hold(region[colour].cluster, pod, plan);
      if (before === undefined) continue;
      const { namespace = '', name } = pod.metadata;
      held.push({ colour, namespace, pod: name, ...(before === null ? {} : { before }) });
    }
  return held;
}

/**
 * Gives every pod back what it said. One that is not held is written all the same, so that a write that is still on its way,
 * from a process that has lost its lease, finds another version than it looked at.
 */
export async function freeNodes(region: Region): Promise<number> {
  let freed = 0;
  const failures: unknown[] = [];
  for (const colour of colours)
    try {
      const { cluster } = region[colour];
      for (const pod of await frontPods(cluster)) if (await free(cluster, pod)) freed++;
    } catch (error) {
      // One colour that does not answer does not keep the other's nodes.
      failures.push(error);
    }
  if (failures.length > 0) throw failures[0];
  return freed;
}

async function frontPods(cluster: ClusterPort): Promise<KubeObject[]> {
  const pods: KubeObject[] = [];
  for (const options of fronts)
    for await (const pod of cluster.list({ apiVersion: 'v1', kind: 'Pod' }, options))
      if (pod.metadata.deletionTimestamp === undefined) pods.push(pod);
  return pods;
}

const referenceOf = ({ metadata: { namespace = '', name } }: KubeObject): Reference => ({
  apiVersion: 'v1',
  kind: 'Pod',
  namespace,
  name,
});

/** @returns what it said before, null for nothing; undefined for a pod that is gone */
async function hold(cluster: ClusterPort, pod: KubeObject, plan: string): Promise<string | null | undefined> {
  const written = await write(cluster, pod, ({ annotations = {} }) => {
    const before = annotations[doNotDisrupt];
    if (annotations[heldFor] !== undefined && before === 'true') return undefined;
    return { [doNotDisrupt]: 'true', [heldFor]: before === undefined ? plan : `${plan} ${before}` };
  });
  return written === undefined ? undefined : beforeOf(written);
}

/** What a pod that is held said before: what follows our mark's first word. */
function beforeOf({ metadata: { annotations = {} } }: KubeObject): string | null {
  const mark = annotations[heldFor] ?? '';
  const space = mark.indexOf(' ');
  return space < 0 ? null : mark.slice(space + 1);
}

/** @returns whether it was held */
async function free(cluster: ClusterPort, pod: KubeObject): Promise<boolean> {
  let held = false;
  const giveBack = (object: KubeObject): Record<string, string | null> | undefined => {
    if (object.metadata.annotations?.[heldFor] === undefined) return undefined;
    held = true;
    return { [doNotDisrupt]: beforeOf(object), [heldFor]: null };
  };
  let last: KubeObject | undefined = pod;
  if (pod.metadata.annotations?.[heldFor] === undefined)
    for (const mark of ['', null])
      last &&= await write(cluster, last, ({ annotations }) =>
        (annotations?.[touched] ?? null) === mark ? undefined : { [touched]: mark },
      );
  // It may have landed in between.
  const now = await cluster.get(referenceOf(pod));
  if (now !== undefined) await write(cluster, now, (metadata) => giveBack({ ...now, metadata }));
  return held;
}

/**
 * Writes annotations that follow from what a pod has now; each write names the version that it rests on.
 * @returns the pod as it is then; undefined for one that is gone
 */
async function write(
  cluster: ClusterPort,
  pod: KubeObject,
  next: (metadata: KubeObject['metadata']) => Readonly<Record<string, string | null>> | undefined,
): Promise<KubeObject | undefined> {
  const reference = referenceOf(pod);
  let object: KubeObject | undefined = pod;
  for (let attempt = 1; object !== undefined; attempt++) {
    const annotations = next(object.metadata);
    if (annotations === undefined) return object;
    const { resourceVersion } = object.metadata;
    try {
      return await cluster.patch(reference, { metadata: { resourceVersion, annotations } });
    } catch (error) {
      const code = ZeroshiftError.is(error) ? error.code : undefined;
      if (code !== 'cluster.refused' && (code !== 'cluster.conflict' || attempt >= attempts)) throw error;
      object = await cluster.get(reference);
      // It may have gone meanwhile; what is there and refuses goes on refusing.
      if (code === 'cluster.refused' && object !== undefined) throw error;
    }
  }
  return undefined;
}
