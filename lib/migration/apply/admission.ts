import { isDeepStrictEqual } from 'node:util';
import { ClusterError } from '../../clusters/cluster-error.ts';
import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { DefinitionPort, DryRun, FieldConflict } from '../../clusters/definition-port.ts';
import { type Clock, systemClock } from '../../cutover/ports.ts';
import { mapInOrder } from '../../drift/in-order.ts';
import { isSecret } from '../inventory/secrets.ts';
import type { PlannedObject, RegionPlan } from '../plan/plan.ts';
import { portable } from '../portable.ts';
import { placeOf, writtenBy } from './apply-object.ts';
import type { ApplyPort } from './guarded-port.ts';
import { AdaptiveLimit } from './limit.ts';
import { needsOf, placeText } from './needs.ts';
import { withValues } from './secret-values.ts';

export interface AdmissionProps {
  readonly plan: RegionPlan;
  /** Values of Secrets are read from it, and nothing else. */
  readonly source: Pick<ApplyPort, 'get'>;
  /** Asked by dry runs, which store nothing. */
  readonly target: Pick<DefinitionPort, 'get' | 'dryRun'>;
  /** @default - the system's */
  readonly clock?: Clock;
  /** Namespaces that the plan has made by now: only what is to be in them is asked for. @default - all but what is to be in such */
  readonly opened?: ReadonlySet<string>;
}

const askedAtOnce = 16;
/** How often what may pass is asked again, and after how many milliseconds, doubled with each time. */
const tries = 5;
const firstWait = 200;

/** Kinds that are refused while another object that they name is not there, such as the account of a namespace that is new. */
const needsOthers: ReadonlySet<string> = new Set(['RoleBinding', 'ClusterRoleBinding', 'Pod']);

/**
 * Asks the target itself, its schemas and webhooks, whether it would take what a plan makes: what it would not is refused
 * or in conflict in the plan that is given back, and an update that would change nothing is none. Writes nothing. What
 * cannot be asked before it is made is in `unasked`.
 * @throws what the ports throw where there is no answer
 */
export async function askAdmission({
  plan,
  source,
  target,
  clock = systemClock,
  opened,
}: AdmissionProps): Promise<RegionPlan> {
  const made = new Set(plan.objects.filter(({ verdict }) => verdict === 'create').map(placeText));
  const waiting = new Waiting();
  const asking = new Asking(source, target, clock);
  const answers = mapInOrder(plan.objects, askedAtOnce, async (planned) => {
    if (!isWritten(planned)) return undefined;
    const isNew = planned.namespace !== undefined && made.has(placeText(namespaceOf(planned.namespace)));
    if (opened === undefined ? isNew : !opened.has(planned.namespace ?? '')) return waiting.add(planned);
    if (needsOthers.has(planned.kind) && (isNew || namesMade(planned, made))) return undefined;
    return asking.of(planned);
  });
  const objects: PlannedObject[] = [];
  for await (const answer of answers) {
    const planned = plan.objects[objects.length];
    if (planned !== undefined)
      objects.push(answer === undefined ? planned : { ...told(planned, answer), ...answer });
  }
  const { unasked: known = [], ...rest } = plan;
  const before = opened === undefined ? [] : known.filter((text) => !isOfNamespaces(text));
  const unasked = [...before, ...(opened === undefined ? waiting.texts : []), ...asking.unasked];
  return { ...rest, objects, ...(unasked.length === 0 ? {} : { unasked }) };
}

const isWritten = ({ verdict }: PlannedObject): boolean => verdict === 'create' || verdict === 'update';

/** Whether what it names comes with the plan itself. */
const namesMade = (planned: PlannedObject, made: ReadonlySet<string>): boolean =>
  writtenBy(planned).some((one) => needsOf(one).some((key) => made.has(key)));

const namespaceOf = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', name });

/** What cannot be asked for before the namespaces are there that it is to be in. */
class Waiting {
  #count = 0;
  readonly #namespaces = new Set<string>();

  add({ namespace = '' }: PlannedObject): undefined {
    this.#count++;
    this.#namespaces.add(namespace);
  }

  get texts(): string[] {
    if (this.#count === 0) return [];
    const [first = '', ...more] = [...this.#namespaces].sort();
    const places = more.length === 0 ? first : `${first} and ${more.length} more`;
    return [
      `${this.#count === 1 ? 'one object goes' : `${this.#count} objects go`} into namespaces that come with the plan (${places}): the target is asked for them once these are there, before anything else is made`,
    ];
  }
}

const isOfNamespaces = (text: string): boolean => text.includes('namespaces that come with the plan');

/** What is said of an object that is not made: without what it would have been made with. */
function told(planned: PlannedObject, { verdict }: Answer) {
  if (verdict === 'unchanged') return { ...placeOf(planned), level: planned.level };
  const { level, rewritten, runs, waits, keys, differingKeys, difference } = planned;
  return {
    ...placeOf(planned),
    level,
    ...(rewritten === undefined ? {} : { rewritten }),
    ...(runs === undefined ? {} : { runs }),
    ...(waits === undefined ? {} : { waits }),
    ...(keys === undefined ? {} : { keys }),
    ...(differingKeys === undefined ? {} : { differingKeys }),
    ...(difference === undefined ? {} : { difference }),
  };
}

type Answer = Pick<PlannedObject, 'verdict' | 'refusals' | 'conflicts'>;

class Asking {
  readonly #source: Pick<ApplyPort, 'get'>;
  readonly #target: AdmissionProps['target'];
  readonly #clock: Clock;
  readonly #limit: AdaptiveLimit;
  /** Webhook → how many objects it could not be asked about. */
  readonly #mute = new Map<string, number>();

  constructor(source: Pick<ApplyPort, 'get'>, target: AdmissionProps['target'], clock: Clock) {
    this.#source = source;
    this.#target = target;
    this.#clock = clock;
    this.#limit = new AdaptiveLimit(clock);
  }

  get unasked(): string[] {
    return [...this.#mute]
      .map(
        ([webhook, count]) =>
          `admission webhook ${webhook} does not support dry runs: what it says to ${count === 1 ? 'one object' : `${count} objects`} shows only when ${count === 1 ? 'it is' : 'they are'} made`,
      )
      .sort();
  }

  /** Undefined where the target would take it. */
  async of(planned: PlannedObject): Promise<Answer | undefined> {
    const objects = objectsOf(planned);
    const mayBeSame = planned.verdict === 'update' && objects.length === 1;
    for (const object of objects) {
      const sent = await withValues(object, planned, this.#source);
      const answer = await this.#ask(sent);
      if (answer.outcome === 'conflict') return inConflict(answer.conflicts);
      if (answer.outcome === 'accepted' && mayBeSame && (await this.#isSame(planned, answer.object)))
        return { verdict: 'unchanged' };
      if (answer.outcome !== 'refused' || answer.missingNamespace !== undefined) continue;
      const { unaskable: mute } = answer;
      if (mute !== undefined) this.#mute.set(mute, (this.#mute.get(mute) ?? 0) + 1);
      else if (object.kind !== 'Revision' || !(await this.#isThere(object))) return refused(object, answer);
    }
    return undefined;
  }

  /**
   * Whether an update would leave all as it is. In lists that belong to one owner as a whole nobody can tell, but the API
   * server, what its own defaults put in.
   */
  async #isSame({ arrival }: PlannedObject, next: KubeObject): Promise<boolean> {
    // The one write that is left can be to take away a revision that only passed generations.
    if (arrival !== undefined && (arrival.writes !== 1 || arrival.temporary.length > 0)) return false;
    for (const revision of arrival?.revisions ?? []) if (!(await this.#isThere(revision))) return false;
    const { apiVersion, kind, metadata } = next;
    const { name, namespace } = metadata;
    const live = await this.#target.get({
      apiVersion,
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
    });
    // Its fields change hands only, if anything.
    return live !== undefined && isDeepStrictEqual(asSaid(live), asSaid(next));
  }

  /** A revision that an earlier run made is not made again. */
  async #isThere({ apiVersion, kind, metadata: { namespace = '', name } }: KubeObject): Promise<boolean> {
    return (await this.#target.get({ apiVersion, kind, namespace, name })) !== undefined;
  }

  async #ask(object: KubeObject): Promise<DryRun> {
    for (let left = tries, wait = firstWait; ; left--, wait *= 2) {
      try {
        const answer = await this.#limit.run(() => this.#target.dryRun(object));
        // A webhook that is away may be back in a moment.
        if (answer.outcome !== 'refused' || left <= 1 || !/\(HTTP 500\b/.test(answer.message)) return answer;
      } catch (error) {
        if (left <= 1 || !(error instanceof ClusterError) || error.reason !== 'passing') throw error;
      }
      await this.#clock.sleep(wait);
    }
  }
}

/** Of a service that is not there yet also its revisions, which come one by one. */
const objectsOf = ({ verdict, arrival, writes = [] }: PlannedObject): readonly KubeObject[] =>
  arrival === undefined
    ? writes.map(({ object }) => object)
    : [arrival.object, ...(verdict === 'create' ? arrival.revisions.map(asBorn(arrival.object)) : [])];

/** As it will be born, with a Configuration for its owner, without which the webhook takes none; that of the target is not there yet. */
const asBorn =
  ({ metadata: { name } }: KubeObject) =>
  (revision: KubeObject): KubeObject => {
    const owner = { apiVersion: revision.apiVersion, kind: 'Configuration', name, uid: 'not-made-yet' };
    return { ...revision, metadata: { ...revision.metadata, ownerReferences: [owner] } };
  };

/** What an object says, without what the API server and Knative's webhook note of each write. */
const asSaid = (object: KubeObject): unknown => JSON.parse(JSON.stringify(portable(object)));

const inConflict = (conflicts: readonly FieldConflict[]): Answer => ({
  verdict: 'conflict',
  // As the API server names him, less the time.
  conflicts: conflicts.map(({ owner, field }) => ({ field, owner: /^"([^"]*)"/.exec(owner)?.[1] ?? owner })),
});

function refused(object: KubeObject, { message }: { readonly message: string }): Answer {
  const what = object.kind === 'Revision' ? `its revision ${object.metadata.name}` : 'it';
  return {
    verdict: 'refusal',
    refusals: [
      {
        code: 'admission',
        why: `the target would not take ${what}: ${message}`,
        action: isSecret(object)
          ? 'see what the target asks of Secrets there, mend it on the source, and plan again'
          : 'mend what the message names, on the source, by a rewrite of the fleet, or in the target; then plan again',
      },
    ],
  };
}
