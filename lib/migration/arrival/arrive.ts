import { setTimeout as pauseFor } from 'node:timers/promises';
import type { KubeObject, Reference } from '../../clusters/cluster-port.ts';
import type { DefinitionPort } from '../../clusters/definition-port.ts';
import { revisionName } from '../../validation/index.ts';
import type { Arrival } from './arrival.ts';
import { inTheWayError, noProgress, targetChanged } from './arrival-errors.ts';
import { generationOf, isControlledBy, isOurs, labels, ownerOf, referenceOf, templateName } from './marks.ts';
import { isConflict, TemporaryRevisions } from './temporary-revisions.ts';

/** What of a cluster's port an arrival needs. */
export type ArrivalPort = Pick<DefinitionPort, 'get' | 'apply' | 'patch' | 'create' | 'remove'>;

export interface ArriveOptions {
  /** Waits so many milliseconds. @default - real ones */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Looks at what the controller does: so often, so long at most, for so long in all. Milliseconds. */
const firstLook = 10;
const longestPause = 250;
const patience = 60_000;
/** Writes in a row that came too late, because the object changed meanwhile. */
const lateWrites = 50;

/**
 * Brings a Service, or a Configuration that stands alone, to the target with its history. It goes on from what the
 * target has: stopped anywhere and called again it ends the same, and where nothing is missing it changes nothing.
 * @throws ZeroshiftError `migration.in-the-way`, `migration.target-changed`, `migration.no-progress`,
 * `migration.not-removed`, and what the port throws
 */
export async function arrive(
  cluster: ArrivalPort,
  arrival: Arrival,
  options: ArriveOptions = {},
): Promise<void> {
  if (arrival.generation === 1 && arrival.temporary.length === 0) await cluster.apply(arrival.object);
  else await new Arriving(cluster, arrival, options.pause ?? pauseFor).run();
}

class Arriving {
  readonly #cluster: ArrivalPort;
  readonly #arrival: Arrival;
  readonly #pause: (milliseconds: number) => Promise<unknown>;
  readonly #temporary: TemporaryRevisions;
  readonly #object: KubeObject;
  readonly #isService: boolean;
  readonly #service: Reference;
  readonly #configuration: Reference;

  constructor(cluster: ArrivalPort, arrival: Arrival, pause: (milliseconds: number) => Promise<unknown>) {
    this.#cluster = cluster;
    this.#arrival = arrival;
    this.#pause = pause;
    this.#temporary = new TemporaryRevisions(cluster, arrival);
    this.#object = arrival.object;
    this.#isService = arrival.object.kind === 'Service';
    this.#service = { ...referenceOf(arrival.object), kind: 'Service' };
    this.#configuration = { ...referenceOf(arrival.object), kind: 'Configuration' };
  }

  async run(): Promise<void> {
    const service = this.#isService ? await this.#cluster.get(this.#service) : undefined;
    const configuration = await this.#cluster.get(this.#configuration);
    if (service === undefined || configuration !== undefined) await this.#goOn(service, configuration);
    // It has just been applied.
    else await this.#follow(service, await this.#until('is not made', () => true));
    await this.#cleanUp();
  }

  /** By whose the Configuration is. */
  async #goOn(service: KubeObject | undefined, configuration: KubeObject | undefined): Promise<void> {
    if (configuration !== undefined && isControlledBy(configuration, service?.metadata.uid ?? ''))
      return this.#follow(service as KubeObject, configuration);
    if (configuration !== undefined && !this.#isMine(configuration)) throw inTheWayError(configuration);
    return this.#build(configuration);
  }

  #isMine(configuration: KubeObject): boolean {
    if (ownerOf(configuration) !== undefined) return false;
    const { generation = 0 } = configuration.metadata;
    // Somebody else's may be as it is to be, and lack a revision.
    return isOurs(configuration) || (!this.#isService && generation >= this.#arrival.generation);
  }

  /** A Configuration that nobody owns: it is brought to its generation, and given to the Service with the last one. */
  async #build(first: KubeObject | undefined): Promise<void> {
    const { generation } = this.#arrival;
    let configuration = first;
    const at = (): number => configuration?.metadata.generation ?? 0;
    await this.#temporary.make(at() + 1, generation - 1);
    while (at() < generation - 1 || configuration === undefined) {
      const next = at() + 1;
      configuration = await this.#locked(this.#configuration, configuration, (now) => this.#raise(now, next));
      if (configuration !== undefined && !this.#isMine(configuration)) return this.#anew(configuration);
    }
    const service = this.#isService ? await this.#cluster.apply(this.#object) : undefined;
    await this.#revisions(configuration, service);
    let isDone = false;
    while (!isDone) {
      if (at() > generation || (this.#isService && at() === generation))
        throw targetChanged(configuration, at(), generation);
      const now: KubeObject | undefined = await this.#locked(
        this.#configuration,
        configuration,
        async (last) => {
          const written = await this.#finish(last ?? this.#object, service);
          isDone = true;
          return written;
        },
      );
      if (now === undefined) throw targetChanged(configuration, 0, generation);
      if (!isDone && !this.#isMine(now)) return this.#anew(now);
      configuration = now;
    }
  }

  /** Another run was faster: it is the Service's already. */
  async #anew(configuration: KubeObject): Promise<void> {
    const service = this.#isService ? await this.#cluster.get(this.#service) : undefined;
    if (service === undefined || !isControlledBy(configuration, service.metadata.uid))
      throw inTheWayError(configuration);
    return this.#follow(service, configuration);
  }

  /** The next generation, of which nothing is made. */
  #raise(now: KubeObject | undefined, generation: number): Promise<KubeObject> {
    const template = this.#temporary.templateAt(generation);
    const { name, namespace, labels: own, annotations } = this.#object.metadata;
    const place = { name, ...(namespace === undefined ? {} : { namespace }) };
    const { apiVersion, kind } = this.#configuration;
    if (!this.#isService)
      return this.#cluster.apply({
        apiVersion,
        kind,
        metadata: { ...place, ...given({ labels: own, annotations }), ...lockOf(now) },
        spec: { template },
      });
    // Not by an apply: what is there must not be taken for what is not, and so become another one.
    if (now === undefined)
      return this.#cluster.create({ apiVersion, kind, metadata: place, spec: { template } });
    const metadata = { name: this.#temporary.nameAt(generation) };
    return this.#cluster.patch(this.#configuration, {
      metadata: lockOf(now),
      spec: { template: { metadata } },
    });
  }

  /** The template that stays; a Service gets its Configuration with it. */
  #finish(now: KubeObject, service: KubeObject | undefined): Promise<KubeObject> {
    if (service === undefined)
      return this.#cluster.apply({
        ...this.#object,
        metadata: { ...this.#object.metadata, ...lockOf(now) },
      });
    const { uid = '', name } = service.metadata;
    // As the target completed it, so that its controller finds nothing to change.
    const { metadata, spec } = service.spec?.template ?? {};
    return this.#cluster.patch(this.#configuration, {
      metadata: {
        ...lockOf(now),
        labels: { [labels.service]: name, [labels.serviceUid]: uid },
        ownerReferences: [ownedBy(service)],
      },
      spec: {
        template: { metadata: metadata === undefined ? null : { name: null, ...metadata }, spec },
      },
    });
  }

  /** A Configuration that its Service writes: each generation by way of the Service. */
  async #follow(service: KubeObject, first: KubeObject): Promise<void> {
    const { generation } = this.#arrival;
    let configuration = first;
    let known: KubeObject | undefined = service;
    const at = (): number => configuration.metadata.generation ?? 0;
    await this.#temporary.make(at() + 1, generation - 1);
    while (at() < generation - 1) {
      const next = at() + 1;
      let isWritten = false;
      known = await this.#locked(this.#service, known, async (now) => {
        const made = await this.#cluster.apply({
          ...this.#object,
          metadata: { ...this.#object.metadata, ...lockOf(now) },
          // Its traffic stays where it is: the name of the next revision is taken.
          spec: {
            ...this.#object.spec,
            template: this.#temporary.templateAt(next),
            traffic: now?.spec?.traffic,
          },
        });
        isWritten = true;
        return made;
      });
      configuration = isWritten
        ? await this.#until(`stays at generation ${at()}`, (one) => (one.metadata.generation ?? 0) >= next)
        : await this.#until('is gone', () => true);
    }
    if (at() > generation) throw targetChanged(configuration, at(), generation);
    await this.#revisions(configuration, known);
    await this.#cluster.apply(this.#object);
    await this.#until(`stays at generation ${at()}`, (one) => (one.metadata.generation ?? 0) >= generation);
  }

  /** Makes the revisions that are missing, with what the controller gives to those that it makes itself. */
  async #revisions(configuration: KubeObject, service: KubeObject | undefined): Promise<void> {
    for (const revision of this.#arrival.revisions) {
      const { metadata } = revision;
      const { uid: serviceUid } = service?.metadata ?? {};
      const made: KubeObject = {
        ...revision,
        metadata: {
          ...metadata,
          labels: {
            ...metadata.labels,
            [labels.configurationUid]: configuration.metadata.uid ?? '',
            ...(serviceUid === undefined ? {} : { [labels.serviceUid]: serviceUid }),
          },
          ownerReferences: [ownedBy(configuration)],
        },
      };
      try {
        await this.#cluster.create(made);
      } catch (error) {
        if (!isConflict(error)) throw error;
        await this.#isThere(made, configuration);
      }
      if (this.#isMissable(revision)) await this.#seen(revision);
    }
  }

  async #isThere(revision: KubeObject, configuration: KubeObject): Promise<void> {
    const reference = referenceOf(revision);
    const there = await this.#cluster.get(reference);
    if (there === undefined || !isControlledBy(there, configuration.metadata.uid))
      throw inTheWayError(there ?? revision);
    const generation = generationOf(revision);
    // Of the others the place does not matter: no generation will ask for it.
    if (generation !== this.#arrival.generation || generationOf(there) === generation) return;
    await this.#cluster.patch(reference, {
      metadata: { labels: { [labels.generation]: String(generation) } },
    });
  }

  /** Whether the controller would make another one beside it, if it did not see it in time: its name is free. */
  #isMissable(revision: KubeObject): boolean {
    const { generation } = this.#arrival;
    return (
      generationOf(revision) === generation &&
      templateName(this.#object) === undefined &&
      revision.metadata.name !== revisionName(this.#object.metadata.name, generation)
    );
  }

  async #seen(revision: KubeObject): Promise<void> {
    const isSeen = ({ status }: KubeObject): boolean => status?.conditions !== undefined;
    await this.#look(referenceOf(revision), 'is not seen', isSeen);
  }

  /** Takes the temporary revisions away once the controller has seen that they are not asked for any more. */
  async #cleanUp(): Promise<void> {
    const left = await this.#temporary.left();
    if (left.length === 0) return;
    await this.#until(
      'is not looked at',
      (one) =>
        !this.#temporary.isTemplateOf(one) && one.status?.observedGeneration === one.metadata.generation,
    );
    await this.#temporary.remove(await this.#temporary.left());
  }

  /**
   * A write that counts only if the object is what it was; else what it is now. Two runs may be at it at the same time.
   */
  async #locked(
    reference: Reference,
    before: KubeObject | undefined,
    write: (now: KubeObject | undefined) => Promise<KubeObject>,
  ): Promise<KubeObject | undefined> {
    try {
      const written = await write(before);
      this.#late = 0;
      return written;
    } catch (error) {
      if (!isConflict(error)) throw error;
      const now = await this.#cluster.get(reference);
      const isSame = now?.metadata.resourceVersion === before?.metadata.resourceVersion;
      // It is not that it changed: somebody else has the field.
      if (isSame || ++this.#late > lateWrites) throw error;
      return now;
    }
  }

  #late = 0;

  /** The Configuration, once it is so. */
  async #until(otherwise: string, isSo: (configuration: KubeObject) => boolean): Promise<KubeObject> {
    return this.#look(this.#configuration, otherwise, isSo);
  }

  async #look(
    reference: Reference,
    otherwise: string,
    isSo: (object: KubeObject) => boolean,
  ): Promise<KubeObject> {
    let waited = 0;
    for (let pause = firstLook; ; pause = Math.min(longestPause, pause * 2)) {
      const object = await this.#cluster.get(reference);
      if (object !== undefined && isSo(object)) return object;
      if (waited > patience) throw noProgress(reference, otherwise, patience / 1000);
      await this.#pause(pause);
      waited += pause;
    }
  }
}

const lockOf = (object: KubeObject | undefined): { resourceVersion?: string } => {
  const { resourceVersion } = object?.metadata ?? {};
  return resourceVersion === undefined ? {} : { resourceVersion };
};

const given = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const ownedBy = ({ apiVersion, kind, metadata: { name, uid = '' } }: KubeObject) => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});
