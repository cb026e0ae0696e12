import { request } from 'node:https';
import { renderService, TrafficSplit } from '../../constructs/service/index.ts';
import type { KubeObject } from '../../lib/clusters/index.ts';
import { type Api, until } from './index.ts';

/** Knative's features on a cluster, for the time of a test. */

const knative = 'knative-serving';
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', name: 'config-features', namespace: knative };

interface Review {
  readonly allowed: boolean;
  readonly status?: { readonly message?: string };
}

/** What one pod of the webhook says to a new service by itself. */
function askPod(address: string, object: KubeObject): Promise<Review> {
  const kind = { group: 'serving.knative.dev', version: 'v1', kind: 'Service' };
  const { name, namespace } = object.metadata;
  const asked = { uid: name, kind, name, namespace, operation: 'CREATE', userInfo: {}, object };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: asked };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `https://${address}:8443/resource-validation`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        // Its certificate is for the name of its Service.
        rejectUnauthorized: false,
        agent: false,
        signal: AbortSignal.timeout(5000),
      },
      async (answer) => {
        try {
          resolve(JSON.parse((await answer.toArray()).join('')).response);
        } catch (error) {
          reject(error);
        }
      },
    );
    outgoing.once('error', reject);
    outgoing.end(JSON.stringify(review));
  });
}

/**
 * Turns features on beside those that are, and returns once every pod of the webhook judges by them: each learns of a config map
 * in its own time. `kubernetes.podspec-nodeselector` must be among them.
 * @returns what puts back what stood there before
 */
export async function turnOn(
  api: Api,
  features: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  const found = await api.get(configMap);
  if (found === undefined) throw new Error('there is a config-features');
  const { labels = {}, annotations = {} } = found.metadata;
  const { apiVersion, kind, ...reference } = configMap;
  const before: KubeObject = {
    apiVersion,
    kind,
    metadata: { ...reference, labels, annotations },
    ...(found.data === undefined ? {} : { data: found.data }),
  };
  await api.apply({ ...before, data: { ...found.data, ...features } });
  const putBack = async () => {
    await api.apply(before);
  };
  // Whole as it is: the pod is not asked for its defaults.
  const asked = renderService({
    name: 'asked',
    image: 'ghcr.io/team/app:1.0',
    nodeSelector: { disk: 'fast' },
    traffic: TrafficSplit.latest(),
  });
  try {
    const pods = await api.list({ apiVersion: 'v1', kind: 'Pod' }, knative, 'app=webhook');
    for (const { status } of pods)
      await until('a webhook with the features', 30, async () => {
        const review = await askPod(status.podIP, asked);
        if (!review.allowed) throw new Error(review.status?.message);
        return true;
      });
  } catch (error) {
    await putBack();
    throw error;
  }
  return putBack;
}
