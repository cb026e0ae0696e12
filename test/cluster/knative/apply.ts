import type { KubeObject } from '../../../lib/clusters/index.ts';
import { type Api, ApiRefusal } from '../api/index.ts';
import { until } from '../machine/index.ts';

/** Seconds until all objects have to be taken: a webhook that judges some of them starts with the others. */
const longest = 90;

/** Whether the same request may succeed a little later. */
const isPassing = ({ status, message }: ApiRefusal): boolean =>
  status >= 500 || status === 429 || /failed calling webhook|the API has no/.test(message);

/**
 * Applies objects strictly, in their order; what has to wait for others is tried again after them.
 * @throws ApiRefusal for an object that the API server refuses for good, ZeroshiftError `lane.too-long`
 */
export async function applyObjects(api: Api, objects: readonly KubeObject[]): Promise<void> {
  let left = objects;
  await until('the acceptance of all objects', longest, async () => {
    const late: KubeObject[] = [];
    let why: ApiRefusal | undefined;
    for (const object of left) {
      try {
        await api.apply(object);
      } catch (error) {
        if (!(error instanceof ApiRefusal)) throw error;
        if (!isPassing(error)) return error;
        late.push(object);
        why = error;
      }
    }
    left = late;
    if (why !== undefined) throw why;
    return 'taken' as const;
  }).then((result) => {
    if (result instanceof ApiRefusal) throw result;
  });
}

const conditionsOf = (object: KubeObject | undefined): { type: string; status: string }[] =>
  object?.status?.conditions ?? [];

/** Whether a condition of an object is true, and is of its newest version. */
export const holds = (object: KubeObject | undefined, type: string): boolean =>
  (object?.status?.observedGeneration ?? object?.metadata.generation) === object?.metadata.generation &&
  conditionsOf(object).some((condition) => condition.type === type && condition.status === 'True');
