import { ClusterError } from '../../clusters/cluster-error.ts';
import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { DefinitionPort, DryRun, FieldConflict } from '../../clusters/definition-port.ts';
import { type Clock, systemClock } from '../../cutover/ports.ts';
import { mapInOrder } from '../../drift/in-order.ts';
import { isSecret } from '../inventory/secrets.ts';
import type { PlannedObject, RegionPlan } from '../plan/plan.ts';
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
}

const askedAtOnce = 16;
/** How often what may pass is asked again, and after how many milliseconds, doubled with each time. */
const tries = 5;
const firstWait = 200;

/** Kinds that are refused while another object that they name is not there. */
const needsOthers: ReadonlySet<string> = new Set(['RoleBinding', 'ClusterRoleBinding', 'Pod']);

/**
 * Asks the target itself, its schemas and webhooks, whether it would take what a plan makes: what it would not is refused
 * or in conflict in the plan that is given back. Writes nothing. What cannot be asked before it is made is in `unasked`.
 * @throws what the ports throw where there is no answer
 */
export async function askAdmission({
  plan,
  source,
  target,
  clock = systemClock,
}: AdmissionProps): Promise<RegionPlan> {
  const made = new Set(plan.objects.filter(({ verdict }) => verdict === 'create').map(placeText));
  const asking = new Asking(source, target, clock);
  const answers = mapInOrder(plan.objects, askedAtOnce, async (planned) =>
    isWritten(planned) && !waitsFor(planned, made) ? asking.of(planned) : undefined,
  );
  const objects: PlannedObject[] = [];
  for await (const answer of answers) {
    const planned = plan.objects[objects.length];
    if (planned !== undefined) objects.push(answer === undefined ? planned : { ...told(planned), ...answer });
  }
  const { unasked } = asking;
  return { ...plan, objects, ...(unasked.length === 0 ? {} : { unasked }) };
}

const isWritten = ({ verdict }: PlannedObject): boolean => verdict === 'create' || verdict === 'update';

/** Whether what it is to be in, or to name, comes with the plan itself. */
function waitsFor(planned: PlannedObject, made: ReadonlySet<string>): boolean {
  const { namespace, kind } = planned;
  if (namespace !== undefined && made.has(placeText(namespaceOf(namespace)))) return true;
  return needsOthers.has(kind) && writtenBy(planned).some((one) => needsOf(one).some((key) => made.has(key)));
}

const namespaceOf = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', name });

/** What is said of an object that is not made: without what it would have been made with. */
function told(planned: PlannedObject) {
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
    for (const object of objectsOf(planned)) {
      const sent = await withValues(object, planned, this.#source);
      const answer = await this.#ask(sent);
      if (answer.outcome === 'conflict') return inConflict(answer.conflicts);
      if (answer.outcome !== 'refused' || answer.missingNamespace !== undefined) continue;
      const { unaskable: mute } = answer;
      if (mute !== undefined) this.#mute.set(mute, (this.#mute.get(mute) ?? 0) + 1);
      else if (object.kind !== 'Revision' || !(await this.#isThere(object))) return refused(object, answer);
    }
    return undefined;
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
