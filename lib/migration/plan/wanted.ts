import type { Kind, KubeObject } from '../../clusters/cluster-port.ts';
import type { Colour } from '../../fleet/colour.ts';
import type { MigrationDefinition, RewriteContext } from '../../fleet/fleet.ts';
import type { InventoryObject, Owner } from '../inventory/index.ts';
import { groupKindOf, keyOf, type ObjectKey } from '../inventory/names.ts';
import { configurationOf } from '../inventory/revision-uses.ts';
import type { PlannedObject, Refusal, Rewritten } from './plan.ts';
import { type RewriteResult, rewriteObject } from './rewrites.ts';
import { runsOf, waiting } from './runs.ts';

/** An object of the source as it is to be on the target. */
export interface WantedObject {
  readonly entry: InventoryObject;
  readonly object: KubeObject;
  readonly rewritten: readonly Rewritten[];
  readonly refusals: readonly Refusal[];
  readonly runs?: PlannedObject['runs'];
  readonly waits?: PlannedObject['waits'];
}

/** An object that the migration does not make, and what is to be done instead. */
export interface LeftEntry {
  readonly entry: InventoryObject;
  readonly reason: string;
  readonly action?: string;
}

export interface SortProps {
  readonly migration: MigrationDefinition;
  /** Kinds of which also what others deliver or make is taken along: `Secret`, `Service.serving.knative.dev`. */
  readonly copyManaged: readonly string[];
  readonly context: RewriteContext;
}

const revision = 'Revision.serving.knative.dev';
/** Nothing is to be done about these. */
const untold = new Set(['system', 'cluster-own', 'made-by', 'retention']);

export const isCopied = (object: Kind, copyManaged: readonly string[]): boolean =>
  copyManaged.some((kind) => kind === object.kind || kind === groupKindOf(object));

/** Whether an object of the inventory is to be made on the target, or left, and why; undefined where nothing is to be said. */
export function sortEntry(
  entry: InventoryObject,
  { migration, copyManaged, context }: SortProps,
): { readonly wanted: WantedObject } | { readonly left: LeftEntry } | undefined {
  const { fate, reason = 'system', owner } = entry;
  if (groupKindOf(entry) === revision)
    return fate === 'moves' && configurationOf(entry.object) === undefined
      ? { left: { entry, reason: 'history', action: 'none: it belongs to no service or configuration' } }
      : undefined;
  const copied = reason === 'managed-by' && isCopied(entry, copyManaged);
  if (fate === 'stays' && !copied) {
    const action = owner === undefined ? actions[reason] : instead(owner, context.to);
    if (untold.has(reason)) return undefined;
    return { left: { entry, reason, ...(action === undefined ? {} : { action }) } };
  }
  const runs = runsOf(entry, migration.workloads);
  if (runs === 'skip') return { left: { entry, reason: 'skip', action: 'none: the fleet says so' } };
  const own = copied ? withoutDelivery(entry.object) : entry.object;
  const rewritten = rewriteObject(own, migration.rewrites, context);
  const wanted = { entry, ...asItRuns(rewritten, runs) };
  return {
    wanted: entry.unsettled ? { ...wanted, refusals: [...wanted.refusals, unsettled(context.from)] } : wanted,
  };
}

function asItRuns(
  { object, rewritten, refusal }: RewriteResult,
  runs: ReturnType<typeof runsOf>,
): Omit<WantedObject, 'entry'> {
  const refusals = refusal === undefined ? [] : [refusal];
  if (runs === undefined) return { object, rewritten, refusals };
  if (typeof runs === 'object') return { object, rewritten, refusals: [...refusals, runs] };
  if (runs !== 'singleton') return { object, rewritten, refusals, runs };
  const waits = waiting(object);
  return 'waits' in waits
    ? { rewritten, refusals, runs, ...waits }
    : { object, rewritten, refusals: [...refusals, waits], runs };
}

const unsettled = (from: Colour): Refusal => ({
  code: 'unsettled',
  why: `the controller of ${from} has not come to its last change`,
  action: `run the same command again; if it stays so, look at the controller in knative-serving on ${from}`,
});

const actions: Readonly<Record<string, string>> = {
  data: 'bring its data there, and make the claim, before the traffic moves',
  'unknown-kind': 'ask whoever brought the kind how it moves',
  eventing: 'set it up there once nothing acts twice',
};

/** What to do so that an owner makes its objects on the target too. */
function instead({ tool, from, maker }: Owner, to: Colour): string {
  switch (tool) {
    case 'argo-cd':
      return `add the cluster of ${to} to ${from}`;
    case 'flux':
      return `add the cluster of ${to} to ${from}`;
    case 'helm':
      return `install ${from} on ${to}`;
    default:
      return maker === undefined ? `${from} makes it there as well` : `none: ${from} makes it there as well`;
  }
}

const deliveryKeys =
  /^(argocd\.argoproj\.io\/(tracking-id|instance)|(kustomize|helm)\.toolkit\.fluxcd\.io\/.+|meta\.helm\.sh\/.+|reconcile\.external-secrets\.io\/.+)$/;

/** Without the marks by which a deliverer of the target would take it for its own, and might take it away. */
function withoutDelivery(object: KubeObject): KubeObject {
  const { labels, annotations, ...metadata } = object.metadata;
  const kept = (texts: Readonly<Record<string, string>> | undefined): Record<string, string> =>
    Object.fromEntries(
      Object.entries(texts ?? {}).filter(
        ([key, value]) =>
          !deliveryKeys.test(key) && !(key === 'app.kubernetes.io/managed-by' && value === 'Helm'),
      ),
    );
  const [ownLabels, ownAnnotations] = [kept(labels), kept(annotations)];
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(Object.keys(ownLabels).length === 0 ? {} : { labels: ownLabels }),
      ...(Object.keys(ownAnnotations).length === 0 ? {} : { annotations: ownAnnotations }),
    },
  };
}

/** The Secret that a Certificate makes. */
export const secretOf = (certificate: KubeObject): ObjectKey | undefined => {
  const name: unknown = certificate.spec?.secretName;
  const { namespace } = keyOf(certificate);
  return typeof name === 'string' && namespace !== undefined
    ? { kind: 'Secret', namespace, name }
    : undefined;
};
