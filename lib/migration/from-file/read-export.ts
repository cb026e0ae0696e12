import type { KubeObject } from '../../clusters/cluster-port.ts';
import { defaultsToNamespace, isKnativeService, isNamespace, shownObject } from '../../fleet/kube-objects.ts';
import type { Problem } from '../../messages/error.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { groupKindOf, keyOf, keyText, listOf } from '../inventory/names.ts';
import { isSecret, withoutValues } from '../inventory/secrets.ts';
import { below, type Part, partsIn } from './documents.ts';
import type { ExportedFile, ExportRepair } from './exported-file.ts';
import { type Given, type GivenService, labels, servingVersion, withContainerNames } from './given.ts';
import { historyOf } from './history.ts';
import type { Tell } from './known-revisions.ts';
import { refused, what } from './refusals.ts';
import { checkObject, clientVersion, wrongKind } from './shape.ts';
import { namedSecrets, originIn } from './told.ts';

export interface ReadExportOptions {
  /** Where objects go of which the file does not say it, as kn's never do. @default 'default' */
  readonly namespace?: string;
}

/**
 * Reads what `kn service export` writes, in all of its forms, or `zeroshift inventory -o yaml`, and mends what kn breaks.
 * Pure. @param source what the file is called
 * @throws ZeroshiftError `export.too-large`, `export.not-yaml`, `export.empty`, `export.invalid`, `export.secret-values`
 */
export function readExport(text: string, source: string, options: ReadExportOptions = {}): ExportedFile {
  const reading = new Reading(options.namespace ?? 'default');
  for (const part of partsIn(text, source)) reading.take(part);
  const origin = originIn(text);
  return {
    source,
    ...(origin === undefined ? {} : { origin }),
    ...reading.done(),
    secrets: namedSecrets(text),
  };
}

/** A service in the making. */
interface Draft extends Given {
  readonly revisions: Given[];
  readonly replayed: Given[];
}

const isServing = ({ apiVersion, kind }: KubeObject, name: string): boolean =>
  apiVersion === servingVersion && kind === name;

/** What a service made, and what is therefore told with it. */
const parentOf = (object: KubeObject): string | undefined => {
  const { namespace = '', ownerReferences } = object.metadata;
  const owned = ownerReferences?.some(({ kind }) => kind === 'Service');
  const name =
    isServing(object, 'Revision') === true
      ? object.metadata.labels?.[labels.configuration]
      : owned && (isServing(object, 'Configuration') || isServing(object, 'Route'))
        ? object.metadata.name
        : undefined;
  return name === undefined ? undefined : `${namespace}/${name}`;
};

class Reading {
  readonly #namespace: string;
  readonly #services = new Map<string, Draft>();
  readonly #others: Given[] = [];
  /** Name → where it stands. */
  readonly #seen = new Map<string, string>();
  readonly #problems: Problem[] = [];
  readonly #values: Problem[] = [];
  readonly #repairs: ExportRepair[] = [];
  readonly #placeless: Given[] = [];

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  take(part: Part): void {
    const { apiVersion, kind, spec, items } = fieldsOf(part.value);
    if (kind === 'Export' && apiVersion === clientVersion) this.#takeExport(below(part, 'spec', spec));
    else if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items))
      this.#takeList(items.map((item, index) => below(part, `items[${index}]`, item)));
    else this.#takeObject(part);
  }

  #takeExport(part: Part): void {
    const { service, revisions } = fieldsOf(part.value);
    const given = this.#checked(below(part, 'service', withKind(service, 'Service')));
    if (given === undefined) return;
    if (!isKnativeService(given.object)) {
      this.#problems.push(wrongKind(given.part, `a Service of ${servingVersion}`));
      return;
    }
    const draft = this.#addService(given);
    const { namespace } = given.object.metadata;
    for (const [index] of listOf(revisions).entries()) {
      const raw = (revisions as unknown[])[index];
      const revision = this.#checked(
        below(part, `revisions[${index}]`, withKind(raw, 'Revision')),
        namespace,
      );
      if (revision !== undefined && this.#isNew(revision)) draft?.revisions.push(revision);
    }
  }

  /** Several states of one service in one list are its history, the last one as it is now. */
  #takeList(parts: readonly Part[]): void {
    const states = new Map<string, Given[]>();
    for (const part of parts) {
      const given = this.#checked(part);
      if (given === undefined) continue;
      if (!isKnativeService(given.object)) {
        this.#add(given);
        continue;
      }
      const key = keyText(keyOf(given.object));
      states.set(key, [...(states.get(key) ?? []), given]);
    }
    for (const all of states.values()) {
      const now = all.at(-1);
      if (now !== undefined) this.#addService(now)?.replayed.push(...all.slice(0, -1));
    }
  }

  #takeObject(part: Part): void {
    const given = this.#checked(part);
    if (given === undefined) return;
    if (isKnativeService(given.object)) this.#addService(given);
    else this.#add(given);
  }

  /** An object in its namespace; undefined where it is none, which is noted. */
  #checked(part: Part, namespace = this.#namespace): Given | undefined {
    const problems = checkObject(part);
    this.#problems.push(...problems);
    if (problems.length > 0) return undefined;
    const object = withContainerNames(part.value as KubeObject);
    if (object.metadata.namespace !== undefined || !isNamespaced(object)) return { object, part };
    const placed = { object: { ...object, metadata: { ...object.metadata, namespace } }, part };
    if (object.kind !== 'Revision') this.#placeless.push(placed);
    return placed;
  }

  #addService(given: Given): Draft | undefined {
    if (!this.#isNew(given)) return undefined;
    const draft = { ...given, revisions: [], replayed: [] };
    this.#services.set(serviceKey(given.object), draft);
    return draft;
  }

  #add(given: Given): void {
    if (isSecret(given.object)) this.#addSecret(given);
    else if (this.#isNew(given)) this.#others.push(given);
  }

  #addSecret(given: Given): void {
    const { keys } = withoutValues(given.object);
    const where = `${given.part.placeOf('data')} ${shownObject(given.object)}`;
    if (keys.length === 0)
      this.#tell(given, 'secret-left-out', 'it has no values here: the target must get it in another way');
    else
      this.#values.push({
        where,
        found: `values of the keys ${keys.join(', ')}`,
        allowed: 'no values: a file is read by many',
      });
  }

  #isNew({ object, part }: Given): boolean {
    const key = keyText(keyOf(object));
    const first = this.#seen.get(key);
    if (first === undefined) {
      this.#seen.set(key, part.placeOf(''));
      return true;
    }
    this.#problems.push({
      where: part.placeOf('metadata.name'),
      value: key,
      allowed: `one of this name; another stands at ${first}`,
    });
    return false;
  }

  readonly #tell: Tell = ({ object, part }, code, text, field = '') => {
    this.#repairs.push({ where: part.placeOf(field), object: shownObject(object), code, text });
  };

  done(): Pick<ExportedFile, 'objects' | 'repairs'> {
    this.#refuse();
    if (this.#placeless.length > 0) this.#tellPlaces();
    const others: KubeObject[] = [];
    const configurations = new Map<string, Given>();
    for (const given of this.#others) {
      const parent = parentOf(given.object);
      const service = parent === undefined ? undefined : this.#services.get(parent);
      if (service === undefined) others.push(given.object);
      else if (isServing(given.object, 'Revision')) service.revisions.push(given);
      else if (isServing(given.object, 'Configuration')) configurations.set(parent ?? '', given);
    }
    const histories = [...this.#services].flatMap(([key, draft]) => {
      const configuration = configurations.get(key);
      const service: GivenService = { ...draft, ...(configuration === undefined ? {} : { configuration }) };
      return historyOf(service, this.#tell);
    });
    const objects = [...others, ...histories];
    return { objects: [...this.#bareNamespaces(objects), ...objects], repairs: this.#repairs };
  }

  #refuse(): void {
    const [problems, values] = [this.#problems, this.#values];
    if (problems.length > 0)
      throw refused(
        'export.invalid',
        problems.length === 1
          ? 'the file cannot be taken'
          : `the file cannot be taken, for ${problems.length} reasons`,
        problems,
        `mend the file, or export again: it is to be ${what}`,
      );
    if (values.length > 0)
      throw refused(
        'export.secret-values',
        'the file holds values of Secrets',
        values,
        'take them out of the file; migrate --to from a colour carries Secrets from cluster to cluster, without a file',
      );
  }

  #tellPlaces(): void {
    const [first] = this.#placeless;
    if (first === undefined) return;
    const { length } = this.#placeless;
    const others = length === 1 ? '' : `, nor that of ${length - 1} more`;
    this.#tell(
      first,
      'namespace-chosen',
      `the file does not say its namespace${others}: ${this.#namespace}; --namespace names another`,
      'metadata',
    );
  }

  /** A namespace is where an inventory begins to look; one that the file does not have has nothing of its own. */
  #bareNamespaces(objects: readonly KubeObject[]): KubeObject[] {
    const given = new Set(objects.filter(isNamespace).map(({ metadata }) => metadata.name));
    const used = new Map<string, KubeObject>();
    for (const object of objects) {
      const { namespace } = object.metadata;
      if (namespace !== undefined && !given.has(namespace) && !used.has(namespace))
        used.set(namespace, object);
    }
    return [...used.keys()].sort().map((name) => {
      this.#repairs.push({
        where: this.#seen.get(keyText(keyOf(used.get(name) as KubeObject))) ?? '',
        object: `Namespace ${name}`,
        code: 'namespace-bare',
        text: 'it is not in the file: where the target has none, one without labels is made',
      });
      return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    });
  }
}

const serviceKey = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const ofServing = ['Configuration', 'Revision', 'Route'];

const isNamespaced = (object: KubeObject): boolean =>
  defaultsToNamespace(object) ||
  (groupKindOf(object).endsWith('.serving.knative.dev') && ofServing.includes(object.kind));

/** kn leaves out what a part is where its place tells. */
const withKind = (value: unknown, kind: string): unknown => {
  const fields = fieldsOf(value);
  return fields === value ? { apiVersion: servingVersion, kind, ...fields } : value;
};
