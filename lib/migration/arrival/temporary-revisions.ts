import type { KubeObject } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { Arrival } from './arrival.ts';
import { inTheWayError } from './arrival-errors.ts';
import type { ArrivalPort } from './arrive.ts';
import { isTemporary, labels } from './marks.ts';

const kind = { apiVersion: 'serving.knative.dev/v1', kind: 'Revision' } as const;
/** A revision changes whenever its controller has something to say. */
const removalTries = 10;

export const isConflict = (error: unknown): boolean =>
  ZeroshiftError.is(error) && error.code === 'cluster.conflict';

/**
 * Revisions that nobody owns, so that a Configuration which asks for their names gets none: its generation grows and
 * nothing is made.
 */
export class TemporaryRevisions {
  readonly #cluster: ArrivalPort;
  readonly #arrival: Arrival;

  constructor(cluster: ArrivalPort, arrival: Arrival) {
    this.#cluster = cluster;
    this.#arrival = arrival;
  }

  /** The name that a generation asks for: each another than the one before, whoever wrote that one. */
  nameAt(generation: number): string {
    return this.#arrival.temporary[generation % 2 === 1 ? 0 : 1] ?? '';
  }

  /** The template of a generation that is only passed. */
  templateAt(generation: number): object {
    const { spec } = this.#arrival.object.spec?.template ?? {};
    return { metadata: { name: this.nameAt(generation) }, spec };
  }

  isTemplateOf({ spec }: KubeObject): boolean {
    return this.#arrival.temporary.includes(String(spec?.template?.metadata?.name));
  }

  /** Makes those that the generations from one to another ask for. */
  async make(first: number, last: number): Promise<void> {
    const names = new Set<string>();
    for (let generation = first; generation <= last && names.size < 2; generation++)
      names.add(this.nameAt(generation));
    for (const name of names) await this.#make(name);
  }

  async #make(name: string): Promise<void> {
    const { object, revisions, temporaryAnnotations } = this.#arrival;
    const { namespace } = object.metadata;
    const revision: KubeObject = {
      ...kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        labels: { [labels.temporary]: 'true', [labels.routingState]: 'reserve' },
        annotations: temporaryAnnotations,
      },
      // What the target has to take in any case, and by digest: no registry is asked.
      spec: revisions.at(-1)?.spec ?? object.spec?.template?.spec,
    };
    try {
      await this.#cluster.create(revision);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const there = await this.#get(name);
      if (there !== undefined && !isTemporary(there)) throw inTheWayError(there);
    }
  }

  /** Those that are there. */
  async left(): Promise<KubeObject[]> {
    const found: KubeObject[] = [];
    for (const name of this.#arrival.temporary) {
      const revision = await this.#get(name);
      if (revision !== undefined && isTemporary(revision)) found.push(revision);
    }
    return found;
  }

  /** Takes them away. No template may ask for them any more. */
  async remove(revisions: readonly KubeObject[]): Promise<void> {
    for (const revision of revisions) {
      let there: KubeObject | undefined = revision;
      for (let tries = 1; there !== undefined && isTemporary(there); tries++) {
        const removal = await this.#cluster.remove(there);
        if (removal.outcome === 'deleted' || removal.outcome === 'gone') break;
        if (removal.outcome === 'refused' || tries >= removalTries) throw notRemoved(there);
        there = await this.#get(revision.metadata.name);
      }
    }
  }

  #get(name: string): Promise<KubeObject | undefined> {
    const { namespace } = this.#arrival.object.metadata;
    return this.#cluster.get({ ...kind, name, ...(namespace === undefined ? {} : { namespace }) });
  }
}

const notRemoved = ({ metadata }: KubeObject): ZeroshiftError =>
  new ZeroshiftError(`the temporary revision ${metadata.namespace}/${metadata.name} cannot be taken away`, {
    code: 'migration.not-removed',
    source: 'outside',
    action: 'run it again, or delete that revision on the target',
  });
