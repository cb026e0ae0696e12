import type { KubeObject, Reference } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';

const nameOf = ({ kind, metadata }: KubeObject): string =>
  `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** Something of somebody else's has a name that is needed. */
export const inTheWayError = (object: KubeObject): ZeroshiftError =>
  new ZeroshiftError(`${nameOf(object)} of the target is not the migration's`, {
    code: 'migration.in-the-way',
    source: 'outside',
    action: 'delete it on the target if nothing needs it, and plan again',
  });

/** The target is not what it was when the arrival was planned. */
export const targetChanged = (object: KubeObject, now: number, planned: number): ZeroshiftError =>
  new ZeroshiftError(`${nameOf(object)} has changed on the target meanwhile`, {
    code: 'migration.target-changed',
    source: 'outside',
    problems: [
      { where: 'metadata.generation', value: String(now), allowed: `at most ${planned}, as planned` },
    ],
    action: 'plan again',
  });

/** Knative's controller does not do what follows from what was written. */
export const noProgress = (
  { kind, namespace, name }: Reference,
  what: string,
  seconds: number,
): ZeroshiftError =>
  new ZeroshiftError(`after ${seconds} s ${kind} ${namespace ?? ''}/${name} of the target ${what}`, {
    code: 'migration.no-progress',
    source: 'outside',
    action: "see whether Knative's controller runs on the target, and run it again",
  });
