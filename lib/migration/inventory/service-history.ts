import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { RevisionUse } from './item.ts';
import { textOf } from './names.ts';
import { keptRevisions, retentionFrom } from './retention.ts';
import { configurationOf, isPreserved, retainedFrom, usesIn } from './revision-uses.ts';
import { type Kept, Texts } from './texts.ts';

/** A Service, or a Configuration that stands alone, with what it came from, as one cluster has it. */
export interface ServiceHistory {
  /** @default - the Configuration stands alone, or it is known from elsewhere */
  readonly service?: KubeObject;
  /** @default - the cluster has not made it yet */
  readonly configuration?: KubeObject;
  /** Those that matter, by the inventory's rules. */
  readonly revisions: readonly KubeObject[];
  /** By the revision's name: why it matters. */
  readonly uses: Readonly<Record<string, readonly RevisionUse[]>>;
}

/** Without who wrote which field: the source is compared by what it says, and this is half of an object. */
export function withoutManagers(object: KubeObject): KubeObject {
  const { managedFields, ...metadata } = object.metadata;
  return managedFields === undefined ? object : { ...object, metadata };
}

/**
 * The revisions of one Service or Configuration that matter, and why.
 * @param owners Service, Configuration and Routes that say something of them
 * @param gc data of `config-gc`
 */
export function mattering(
  owners: readonly KubeObject[],
  family: readonly KubeObject[],
  gc: Readonly<Record<string, string>>,
  now: Date,
): Pick<ServiceHistory, 'revisions' | 'uses'> {
  const uses = new Map<string, Set<RevisionUse>>();
  const add = (name: string, use: RevisionUse): void => {
    uses.set(name, (uses.get(name) ?? new Set()).add(use));
  };
  for (const owner of owners)
    for (const [name, found] of usesIn(owner)) for (const use of found) add(name, use);
  const latestReady = new Set(owners.map(({ status }) => status?.latestReadyRevisionName));
  const retained = family.map((revision) => retainedFrom(revision, latestReady.has(revision.metadata.name)));
  const kept = keptRevisions(retained, retentionFrom(gc), now.getTime());
  for (const revision of family) {
    const { name } = revision.metadata;
    if (isPreserved(revision)) add(name, 'preserved');
    if (kept.has(name) && !uses.has(name)) add(name, 'retained');
  }
  return {
    revisions: family.filter(({ metadata }) => uses.has(metadata.name)),
    uses: Object.fromEntries(
      family.flatMap(({ metadata: { name } }) => {
        const found = uses.get(name);
        return found === undefined ? [] : [[name, [...found].sort()]];
      }),
    ),
  };
}

/** Collects histories while an inventory is taken, so that nothing is read twice. As text: there may be tens of thousands. */
export class Histories {
  readonly #configurationTexts = new Texts();
  readonly #configurations = new Map<string, Kept>();
  /** `namespace/name` of a Service → its newest revision when the Service was read. */
  readonly #created = new Map<string, string>();
  readonly #revisionTexts = new Texts();
  readonly #revisions = new Map<string, { readonly kept: Kept; readonly uses: readonly RevisionUse[] }[]>();

  /** `namespace/name` of revisions whose names do not begin with their Configuration's. */
  readonly unusual = new Set<string>();

  /** A Service, a Configuration, or a revision that matters, as it was read. */
  readonly take = (object: KubeObject, uses: readonly RevisionUse[] = []): void => {
    const { namespace = '', name } = object.metadata;
    const created = textOf(object.status?.latestCreatedRevisionName);
    if (object.kind === 'Service' && created !== undefined)
      this.#created.set(`${namespace}/${name}`, created);
    if (object.kind === 'Configuration')
      this.#configurations.set(
        `${namespace}/${name}`,
        this.#configurationTexts.keep(JSON.stringify(asConfiguration(object))),
      );
    if (object.kind !== 'Revision') return;
    const configuration = configurationOf(object) ?? '';
    if (!name.startsWith(`${configuration}-`)) this.unusual.add(`${namespace}/${name}`);
    const parent = `${namespace}/${configuration}`;
    const known = this.#revisions.get(parent) ?? [];
    known.push({ kept: this.#revisionTexts.keep(JSON.stringify(asRevision(object))), uses });
    this.#revisions.set(parent, known);
  };

  /** The history of a Service, or of a Configuration that stands alone. */
  of({ metadata: { namespace = '', name } }: KubeObject): ServiceHistory {
    const id = `${namespace}/${name}`;
    const configuration = this.#configurations.get(id);
    const family = (this.#revisions.get(id) ?? []).map(({ kept, uses }) => ({
      revision: JSON.parse(this.#revisionTexts.read(kept)) as KubeObject,
      uses,
    }));
    const history = {
      ...(configuration === undefined
        ? {}
        : { configuration: JSON.parse(this.#configurationTexts.read(configuration)) as KubeObject }),
      revisions: family.map(({ revision }) => revision),
      uses: Object.fromEntries(family.map(({ revision, uses }) => [revision.metadata.name, uses])),
    };
    return asOf(history, this.#created.get(id));
  }
}

/**
 * Services are read before Configurations, and these before Revisions: what came in between is left out, for it belongs to
 * a template that was not read. @param created the newest revision when the Service was read
 */
function asOf(history: ServiceHistory, created: string | undefined): ServiceHistory {
  const { configuration, revisions } = history;
  const { latestCreatedRevisionName, latestReadyRevisionName } = configuration?.status ?? {};
  const isSame = created === undefined || latestCreatedRevisionName === created;
  const last = isSame ? configuration?.status?.observedGeneration : generationLabel(revisions, created);
  if (configuration === undefined || last === undefined || last >= (configuration.metadata.generation ?? 0))
    return history;
  const kept = revisions.filter(({ metadata }) => Number(metadata.labels?.[generation] ?? 0) <= last);
  return {
    ...history,
    configuration: {
      ...configuration,
      metadata: { ...configuration.metadata, generation: last },
      status: {
        observedGeneration: last,
        latestCreatedRevisionName: created ?? latestCreatedRevisionName,
        latestReadyRevisionName,
      },
    },
    revisions: kept,
  };
}

const generation = 'serving.knative.dev/configurationGeneration';

function generationLabel(revisions: readonly KubeObject[], name: string | undefined): number | undefined {
  const found = Number(
    revisions.find(({ metadata }) => metadata.name === name)?.metadata.labels?.[generation],
  );
  return Number.isInteger(found) ? found : undefined;
}

/** Its template is that of its Service, or of the entry of the inventory. */
const asConfiguration = ({ apiVersion, kind, metadata, status }: KubeObject): KubeObject => {
  const { name, namespace, generation } = metadata;
  const { observedGeneration, latestCreatedRevisionName, latestReadyRevisionName } = status ?? {};
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(generation === undefined ? {} : { generation }),
    },
    status: { observedGeneration, latestCreatedRevisionName, latestReadyRevisionName },
  };
};

const asRevision = (revision: KubeObject): KubeObject => {
  const { apiVersion, kind, metadata, spec, status } = withoutManagers(revision);
  const { uid, resourceVersion, ownerReferences, ...kept } = metadata;
  const { conditions, containerStatuses, initContainerStatuses } = status ?? {};
  return {
    apiVersion,
    kind,
    metadata: kept,
    spec,
    status: {
      conditions: (conditions ?? []).filter(({ type }: { type: string }) => type === 'Ready'),
      containerStatuses,
      initContainerStatuses,
    },
  };
};
