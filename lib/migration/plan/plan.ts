import { createHash } from 'node:crypto';
import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { Colour } from '../../fleet/colour.ts';
import type { Runs } from '../../fleet/fleet.ts';
import type { Arrival } from '../arrival/index.ts';
import type { Owner } from '../inventory/index.ts';
import { canonicalPieces } from './canonical-pieces.ts';

/**
 * - `create`: the target has none
 * - `update`: the target's differs, and nobody but zeroshift wrote what differs
 * - `unchanged`: the target's holds everything that the source's says
 * - `conflict`: somebody else wrote what differs
 * - `refusal`: it could not be made, or not be the same
 */
export type Verdict = 'create' | 'update' | 'unchanged' | 'conflict' | 'refusal';

/** Why an object is refused. Codes are a contract. */
export type RefusalCode =
  | 'kind-not-served'
  | 'version-not-served'
  | 'kind-unknown'
  | 'namespace-missing'
  | 'namespace-being-deleted'
  | 'being-deleted'
  | 'target-unread'
  | 'feature-off'
  | 'feature-unknown'
  | 'class-missing'
  | 'certificate-without-secret'
  | 'undecided'
  | 'cannot-wait'
  | 'invalid-runs'
  | 'revision-name'
  | 'revision-missing'
  /** The source's controller has not come to its last change. */
  | 'unsettled'
  | 'immutable'
  | 'admission'
  | 'rewrite-failed'
  | 'collision';

export interface Refusal {
  readonly code: RefusalCode;
  /** A clause, without a full stop. */
  readonly why: string;
  readonly action: string;
}

/** A field that a rewrite changed. */
export interface Rewritten {
  readonly rewrite: string;
  readonly field: string;
  readonly from?: string;
  readonly to?: string;
}

/** One server-side apply. */
export interface PlannedWrite {
  readonly object: KubeObject;
}

/** A field of the target that somebody else wrote and that differs. */
export interface PlannedConflict {
  readonly field: string;
  readonly owner: string;
  /** A clause, where it is more than the field of an object. @default - the owner wrote the field */
  readonly why?: string;
}

export interface ObjectPlace {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What becomes of one object. */
export interface PlannedObject extends ObjectPlace {
  readonly verdict: Verdict;
  /** Objects of a level need only those of lower ones. */
  readonly level: number;
  /** Of `create` and `update`, in order. Those of Secrets have no values: they are read when they are applied. */
  readonly writes?: readonly PlannedWrite[];
  /** Of Services and Configurations that stand alone, instead of `writes`: how they come there with their history. */
  readonly arrival?: Arrival;
  /** Of `update` and `conflict`: the unified difference. */
  readonly difference?: string;
  readonly rewritten?: readonly Rewritten[];
  readonly conflicts?: readonly PlannedConflict[];
  readonly refusals?: readonly Refusal[];
  /** What a person should know besides, as clauses. */
  readonly notes?: readonly string[];
  /** Of workloads. */
  readonly runs?: Runs;
  /** Of a `singleton`: the field that keeps it from running, and what it is where it runs. */
  readonly waits?: { readonly field: string; readonly value: number | boolean };
  /** Of Secrets: the names of their keys, and of those whose values differ. */
  readonly keys?: readonly string[];
  readonly differingKeys?: readonly string[];
}

/** What is not made by the migration. */
export interface LeftObject extends ObjectPlace {
  readonly reason: string;
  readonly owner?: Owner;
  /** Whether the target has it now. */
  readonly there: boolean;
  readonly action?: string;
  readonly note?: string;
}

/** A setting of the source's Knative that the target's has otherwise. */
export interface OtherSetting {
  readonly map: string;
  readonly key: string;
  readonly value: string;
  readonly target: string;
}

/** Referred to on the source, and not there. */
export interface MissingObject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly neededBy: string;
  readonly there: boolean;
}

export interface RegionPlan {
  readonly region: string;
  /** In the order in which they are made. */
  readonly objects: readonly PlannedObject[];
  readonly left: readonly LeftObject[];
  readonly missing: readonly MissingObject[];
  readonly settings: readonly OtherSetting[];
  /** What could not be read of the source, so that nothing is known of it. */
  readonly unread: readonly string[];
  /** Rules of the fleet that fit nothing. */
  readonly unused: readonly string[];
  /** What of the target could not be asked before. @default - it took everything on trial, or was not asked */
  readonly unasked?: readonly string[];
}

/** What of the source a plan is about, where it is not all. */
export interface PlanScope {
  readonly namespaces?: readonly string[];
  readonly selector?: string;
  readonly copyManaged?: readonly string[];
}

/** An immutable migration plan. It holds no times: the same state of both clusters gives the same bytes. */
export interface MigrationPlan {
  readonly apiVersion: 'zeroshift/v1';
  readonly kind: 'MigrationPlan';
  readonly fleet: string;
  readonly from: Colour;
  readonly to: Colour;
  /** @default - everything that moves */
  readonly scope?: PlanScope;
  readonly regions: readonly RegionPlan[];
  /** Over everything above. */
  readonly digest: string;
}

/** Plan, regions, region, its lists: each object of these is a piece. */
const depth = 4;

export function sealMigrationPlan(plan: Omit<MigrationPlan, 'digest'>): MigrationPlan {
  const hash = createHash('sha256');
  for (const piece of canonicalPieces(plan, depth)) hash.update(piece);
  return { ...plan, digest: `sha256:${hash.digest('hex')}` };
}

export type Sums = Readonly<Record<Verdict, number>>;

export function sumsOf(regions: readonly RegionPlan[]): Sums {
  const sums = { create: 0, update: 0, unchanged: 0, conflict: 0, refusal: 0 };
  for (const { objects } of regions) for (const { verdict } of objects) sums[verdict]++;
  return sums;
}
