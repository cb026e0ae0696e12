import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { type Problem, ZeroshiftError } from '../../lib/messages/error.ts';
import type {
  ExportedFile,
  InventoryObject,
  Rewrite,
  RewriteContext,
  StayReason,
  WorkloadRule,
} from '../../lib/migration/index.ts';
import { isChild, judge } from '../../lib/migration/inventory/fate.ts';
import { knownKinds } from '../../lib/migration/inventory/known-kinds.ts';
import { groupKindOf, keyOf, keyText } from '../../lib/migration/inventory/names.ts';
import { roleOf, Selectors } from '../../lib/migration/inventory/roles.ts';
import { levelOf } from '../../lib/migration/plan/levels.ts';
import { rewriteObject } from '../../lib/migration/plan/rewrites.ts';
import { runsOf, waiting } from '../../lib/migration/plan/runs.ts';
import { portable } from '../../lib/migration/portable.ts';
import { type HistoryWord, settlePast } from './past.ts';
import { type RequiredSecret, requiredSecrets } from './required-secrets.ts';
import { syncWave, syncWaveOf } from './waves.ts';

export interface ServiceMigrationProps {
  /** What `readExportFile` gives: of `zeroshift inventory -o yaml`, or of `kn service export`. */
  readonly inventory: ExportedFile;
  /** What must be another on the other colour, as in a fleet's `migration.rewrites`. @default - everything is as it is */
  readonly rewrites?: readonly Rewrite[];
  /** How often workloads run, as in a fleet's `migration.workloads`. @default - as they say themselves */
  readonly workloads?: readonly WorkloadRule[];
  /** What rewrites are told. @default - from the colour and in the region that the inventory's first line says, to the other colour */
  readonly context?: RewriteContext;
  /**
   * `namespace/name` → what is to be done with a service whose traffic names earlier revisions, which no manifest
   * makes. @default - such a service is refused
   */
  readonly history?: Readonly<Record<string, HistoryWord>>;
}

/** An object of the file that the manifests do not hold, because it stays, or something brings it. */
export interface LeftOut {
  /** `Deployment.apps shop/web` */
  readonly object: string;
  readonly reason: StayReason | 'skip';
}

const revision = 'Revision.serving.knative.dev';
const templates = new Set(['Service.serving.knative.dev', 'Configuration.serving.knative.dev']);

const nameOf = (object: KubeObject): string => keyText(keyOf(object));

/**
 * An inventory as manifests for the other colour: in order of dependency, with waves of Argo CD, without what belongs to
 * a cluster and without Secrets.
 */
export class ServiceMigration extends Construct {
  /** In order of application. */
  readonly apiObjects: readonly ApiObject[];
  /** Secrets that must be there before: no manifest holds them. */
  readonly requiredSecrets: readonly RequiredSecret[];
  readonly leftOut: readonly LeftOut[];

  /** @throws ZeroshiftError `service-migration.invalid`, `service-migration.history`, with every mistake at once */
  constructor(scope: Construct, id: string, props: ServiceMigrationProps) {
    super(scope, id);
    const { inventory, history = {} } = props;
    const { objects, leftOut } = portableObjects(props);
    const { objects: settled, problems } = settlePast(objects, history);
    if (problems.length > 0) throw needsWords(problems);
    this.leftOut = leftOut;
    this.requiredSecrets = requiredSecrets(settled, inventory.secrets);
    this.apiObjects = inOrder(settled).map(
      (object) =>
        new ApiObject(
          this,
          nameOf(object).replaceAll('/', '.'),
          withWave(object) as ConstructorParameters<typeof ApiObject>[2],
        ),
    );
  }

  /** The required Secrets as lines of a YAML comment; empty where there are none. */
  get comment(): string {
    if (this.requiredSecrets.length === 0) return '';
    const lines = this.requiredSecrets.map(({ namespace, name, keys, neededBy }) => {
      const parts = [
        `Secret ${namespace}/${name}`,
        ...(keys.length === 0 ? [] : [`keys ${keys.join(', ')}`]),
        ...(neededBy.length === 0 ? [] : [`needed by ${neededBy.join(', ')}`]),
      ];
      return `#   ${parts.join('; ')}`;
    });
    return ['# must be there before, and is in no manifest:', ...lines].map((line) => `${line}\n`).join('');
  }
}

/** The objects as they are to be on the other colour, and what of the file is not. */
function portableObjects({ inventory, rewrites = [], workloads = [], context }: ServiceMigrationProps): {
  readonly objects: readonly KubeObject[];
  readonly leftOut: readonly LeftOut[];
} {
  const told = context ?? contextOf(inventory);
  const problems: Problem[] = [];
  if (told === undefined && rewrites.length > 0)
    problems.push({
      where: 'context',
      value: undefined,
      allowed: 'from, to and region: the inventory does not say where it was taken',
    });
  const selectors = new Selectors();
  for (const object of inventory.objects) if (groupKindOf(object) === 'Service') selectors.add(object);
  const leftOut: LeftOut[] = [];
  const objects: KubeObject[] = [];
  for (const given of inventory.objects) {
    const kind = groupKindOf(given);
    if (kind === revision || isChild(given)) continue;
    const { fate, reason = 'system' } = judge(given);
    if (fate === 'stays') {
      leftOut.push({ object: nameOf(given), reason });
      continue;
    }
    const object = portable(given);
    const role = templates.has(kind)
      ? 'serving'
      : knownKinds[kind] === 'workload'
        ? roleOf(object, selectors)
        : undefined;
    const runs = runsOf({ ...entryOf(object), ...(role === undefined ? {} : { role }) }, workloads);
    if (runs === 'skip') {
      leftOut.push({ object: nameOf(object), reason: 'skip' });
      continue;
    }
    const refuse = ({ why, action }: { readonly why: string; readonly action: string }): void => {
      problems.push({ where: nameOf(object), found: why, allowed: action });
    };
    if (typeof runs === 'object') {
      refuse(runs);
      continue;
    }
    const rewritten = told === undefined ? { object } : rewriteObject(object, rewrites, told);
    if ('refusal' in rewritten && rewritten.refusal !== undefined) {
      refuse(rewritten.refusal);
      continue;
    }
    const waits = runs === 'singleton' ? waiting(rewritten.object) : { object: rewritten.object };
    if ('why' in waits) refuse(waits);
    else objects.push(waits.object);
  }
  problems.push(...collisions(objects));
  if (problems.length > 0)
    throw new ZeroshiftError('the inventory cannot be made into manifests', {
      code: 'service-migration.invalid',
      source: 'user',
      problems: problems.sort((a, b) => (a.where < b.where ? -1 : 1)),
      action: 'mend what is named above in the props of ServiceMigration',
    });
  return { objects, leftOut };
}

const entryOf = (object: KubeObject): InventoryObject => ({
  entry: 'object',
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name,
  fate: 'moves',
  object,
});

function contextOf({ origin }: ExportedFile): RewriteContext | undefined {
  if (origin === undefined) return undefined;
  const { colour, region } = origin;
  if (colour === 'blue') return { from: 'blue', to: 'green', region };
  return colour === 'green' ? { from: 'green', to: 'blue', region } : undefined;
}

function collisions(objects: readonly KubeObject[]): Problem[] {
  const seen = new Set<string>();
  const twice = objects.map(nameOf).filter((name) => seen.has(name) || !seen.add(name));
  return [...new Set(twice)].map((name) => ({
    where: name,
    found: 'two objects of the inventory would have this name',
    allowed: 'rewrites that keep names apart',
  }));
}

const needsWords = (problems: readonly Problem[]): ZeroshiftError =>
  new ZeroshiftError('manifests alone do not bring revisions that were made before', {
    code: 'service-migration.history',
    source: 'user',
    problems,
    action:
      'run `zeroshift migrate --to` that colour first, which brings them, and say migrated; or say latest, which gives their share to the latest revision',
  });

function withWave(object: KubeObject): KubeObject {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, [syncWave]: String(syncWaveOf(object)) };
  return { ...object, metadata: { ...metadata, annotations } };
}

function inOrder(objects: readonly KubeObject[]): KubeObject[] {
  const text = (object: KubeObject): string =>
    `${syncWaveOf(object)} ${String(levelOf(groupKindOf(object))).padStart(2, '0')} ${nameOf(object)}`;
  return objects
    .map((object) => ({ object, order: text(object) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ object }) => object);
}
