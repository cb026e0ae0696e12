import type { Kind } from '../clusters/cluster-port.ts';
import type { Fleet } from '../fleet/index.ts';
import { groupOf, isKnative, isNamespace, shownObject } from '../fleet/kube-objects.ts';
import { isSingleton } from './singletons.ts';

/** What services refer to, beside what Knative itself knows. */
const referredTo = ['ConfigMap', 'PersistentVolumeClaim', 'Secret', 'ServiceAccount'];

/** Whether services may refer to an object by its name. */
export const isReferredTo = (object: Kind): boolean =>
  groupOf(object) === '' && referredTo.includes(object.kind);

/** Whether an object means something to a rehearsal: nothing else than Knative's services has pods there. */
export const isRehearsed = (object: Kind): boolean =>
  isKnative(object) || isNamespace(object) || isReferredTo(object);

export interface NotRehearsed {
  /** `Deployment shop/echo`, and so on. */
  readonly objects: readonly string[];
  /** Of the entrance, to plain Services. */
  readonly ports: readonly number[];
}

/** What a fleet says and a rehearsal leaves out; undefined for nothing. */
export function notRehearsed(fleet: Fleet): NotRehearsed | undefined {
  const { manifests, entrance } = fleet;
  const objects = manifests
    .filter(({ object }) => !isRehearsed(object) && !isSingleton(object, fleet))
    .map(({ object }) => shownObject(object));
  const ports = entrance.plainPorts.map(({ port }) => port);
  return objects.length + ports.length === 0 ? undefined : { objects, ports };
}
