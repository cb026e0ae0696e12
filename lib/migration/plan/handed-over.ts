import type { KubeObject } from '../../clusters/cluster-port.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { type GroupKind, groupKindOf } from '../inventory/names.ts';

/** What a cutover writes on both objects of a singleton that it hands over. It says where the singleton runs. */
export const handedOverAnnotation = 'zeroshift.dev/handed-over';

/** Whether a workload runs by how many replicas it has, or by not being suspended. */
export type WaitField = 'replicas' | 'suspend';

const waitFields: Readonly<Record<GroupKind, WaitField>> = {
  'Deployment.apps': 'replicas',
  'StatefulSet.apps': 'replicas',
  'ReplicaSet.apps': 'replicas',
  ReplicationController: 'replicas',
  'CronJob.batch': 'suspend',
  'Job.batch': 'suspend',
};

/** The field of the spec that keeps a workload from running; undefined for a kind that cannot wait. */
export const waitFieldOf = (object: Pick<KubeObject, 'apiVersion' | 'kind'>): WaitField | undefined =>
  waitFields[groupKindOf(object)];

/** Without running. */
export const waitingValue = { replicas: 0, suspend: true } as const;

/** What the field is now, with the API server's default where it is left out. */
export function runningValue(object: KubeObject, field: WaitField): number | boolean {
  const value: unknown = fieldsOf(object.spec)[field];
  if (field === 'suspend') return value === true;
  return typeof value === 'number' ? value : 1;
}

/** Of a singleton: `here` on the object that runs, `away` on the one that waits. */
export interface HandedOver {
  readonly place: 'here' | 'away';
  /** Id of the cutover plan. */
  readonly plan: string;
  /** Of `away`: what the field was while it ran here. */
  readonly value?: number | boolean;
  /** Of `away`: when it was suspended, in milliseconds since the epoch. */
  readonly at?: number;
}

export const handedOverText = ({ place, plan, value, at }: HandedOver): string =>
  [
    place,
    plan,
    ...(value === undefined ? [] : [String(value)]),
    ...(at === undefined ? [] : [new Date(at).toISOString()]),
  ].join(' ');

/** What an object says of its hand-over; undefined where there was none. */
export function handedOverOf({ metadata }: KubeObject): HandedOver | undefined {
  const [place, plan = '', value, time = ''] = (metadata.annotations?.[handedOverAnnotation] ?? '').split(
    ' ',
  );
  if (place !== 'here' && place !== 'away') return undefined;
  if (value === undefined) return { place, plan };
  const at = Date.parse(time);
  return {
    place,
    plan,
    value: value === 'true' || (value === 'false' ? false : Number(value)),
    ...(Number.isNaN(at) ? {} : { at }),
  };
}

/** Without what a hand-over wrote on it: that belongs to the colour, and is not copied to the other. */
export function withoutHandOver(object: KubeObject): KubeObject {
  const { [handedOverAnnotation]: mark, ...annotations } = object.metadata.annotations ?? {};
  if (mark === undefined) return object;
  const { annotations: _, ...metadata } = object.metadata;
  const none = Object.keys(annotations).length === 0;
  return { ...object, metadata: none ? metadata : { ...metadata, annotations } };
}

/** A singleton as it is to be on the target: one that was handed over to it goes on as it runs there. */
export function asHandedOver(want: KubeObject, live: KubeObject | undefined): KubeObject {
  const field = waitFieldOf(want);
  if (field === undefined || live === undefined || handedOverOf(live)?.place !== 'here') return want;
  return { ...want, spec: { ...fieldsOf(want.spec), [field]: runningValue(live, field) } };
}
