import type { ClusterPort } from '../../clusters/cluster-port.ts';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import type { Colour } from '../../fleet/colour.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import {
  applyMigration,
  askAdmission,
  type ObjectResult,
  openNamespaces,
} from '../../migration/apply/index.ts';
import { type PlannedObject, planByRules, type RegionPlan } from '../../migration/plan/index.ts';
import type { CommandResults } from '../commands.ts';
import type { CutoverPlan, RegionFacts } from '../plan.ts';
import type { ColourPorts, CutoverPorts } from '../ports.ts';

/** Objects that are named in what the journal keeps of a failure. */
const named = 5;

export const isWhole = (cluster: ClusterPort & Partial<DefinitionPort>): cluster is DefinitionPort =>
  cluster.discover !== undefined && cluster.dryRun !== undefined && cluster.remove !== undefined;

/**
 * Makes the target hold what the source holds, with all that its services need.
 * @throws ZeroshiftError `migration.in-the-way` where something is refused, in conflict or not known: nothing is touched
 * then; `migration.not-made`; `cluster.unavailable` where it is worth trying again; and what the ports throw
 */
export async function migrateRegion(
  { from, to }: CutoverPlan,
  { region }: RegionFacts,
  ports: CutoverPorts,
  clusters: Readonly<Record<Colour, ColourPorts>>,
): Promise<CommandResults['migrate']> {
  const [source, target] = [clusters[from].cluster, clusters[to].cluster];
  if (!isWhole(source) || !isWhole(target)) throw new Error('these ports reach nothing but services');
  const rules = await ports.rules();
  const planned = await planByRules(rules, { source, target, context: { from, to, region } });
  const { clock } = ports;
  const asked = await askAdmission({ plan: planned, source, target, clock });
  refuseWhatIsInTheWay(asked);
  const plan = await openNamespaces({ plan: asked, source, target, clock });
  refuseWhatIsInTheWay(plan);
  const { objects, sums } = await applyMigration({ plan, source, target, clock });
  refuseWhatIsNotMade(objects);
  return {
    services: objects.filter(isService).length,
    objects: sums.applied,
    waitingFor: [],
  };
}

const isService = ({ apiVersion, kind }: ObjectResult): boolean =>
  kind === 'Service' && apiVersion.startsWith('serving.knative.dev/');

type Named = Pick<ObjectResult, 'kind' | 'namespace' | 'name'>;

const nameOf = ({ kind, namespace, name }: Named): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** The first of them as one clause; the journal keeps nothing but the message. */
const listed = (texts: readonly string[]): string =>
  `${texts.slice(0, named).join('; ')}${texts.length > named ? `; and ${texts.length - named} more` : ''}`;

function reasonsOf(object: PlannedObject): string[] {
  if (object.verdict === 'refusal')
    return [`${nameOf(object)}: ${(object.refusals ?? []).map(({ why }) => why).join(', ')}`];
  if (object.verdict !== 'conflict') return [];
  const fields = (object.conflicts ?? []).map(({ field, owner }) => `${field} is ${owner}'s`);
  return [`${nameOf(object)}: ${fields.join(', ')}`];
}

function refuseWhatIsInTheWay({ objects, unread }: RegionPlan): void {
  const reasons = [...objects.flatMap(reasonsOf), ...unread.map((text) => `could not be read: ${text}`)];
  if (reasons.length === 0) return;
  throw new ZeroshiftError(`the migration cannot begin: ${listed(reasons)}`, {
    code: 'migration.in-the-way',
    source: 'outside',
    action:
      'see all of it with `zeroshift migrate --dry-run`, mend it, and go on with `zeroshift cutover --resume`',
  });
}

const isWrong = ({ outcome }: ObjectResult): boolean => outcome === 'conflict' || outcome === 'failed';
const passing = new Set(['unavailable', 'stopped', 'overdue', 'interrupted']);

function refuseWhatIsNotMade(objects: readonly ObjectResult[]): void {
  const wrong = objects.filter(isWrong);
  if (wrong.length === 0 && objects.every(({ outcome }) => outcome !== 'skipped')) return;
  const mayPass = wrong.every(({ reason }) => passing.has(reason?.code ?? ''));
  const texts = wrong.map((object) => `${nameOf(object)}: ${object.reason?.why ?? object.outcome}`);
  throw new ZeroshiftError(
    `the migration is not done: ${listed(texts.length > 0 ? texts : ['it was interrupted'])}`,
    {
      code: mayPass ? 'cluster.unavailable' : 'migration.not-made',
      source: 'outside',
      action: wrong[0]?.reason?.action ?? 'go on with `zeroshift cutover --resume`',
    },
  );
}
