import type { KubeObject } from '../clusters/cluster-port.ts';
import type { Problem } from '../messages/error.ts';
import type { FleetManifest } from './fleet.ts';
import { groupOf, isDomainClaim, isNamespace } from './kube-objects.ts';

/** What no manifest of a fleet may say, whatever its kind; a colour's own rules come with its charts. */

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** Where a field of a manifest stands, for people: `services/cart.yaml:14 spec.template` or `services[3].spec`. */
export const fieldPlace = ({ source, placeOf }: Pick<FleetManifest, 'source' | 'placeOf'>, field: string) =>
  placeOf === undefined
    ? field === ''
      ? source
      : `${source}${field.startsWith('[') ? '' : '.'}${field}`
    : `${placeOf(field)} ${field}`.trim();

/** Why a field of the metadata has no place in a manifest. */
const clusterOwned: Readonly<Record<string, string>> = {
  creationTimestamp: 'the cluster says when it made it',
  deletionGracePeriodSeconds: 'the cluster says it of what is being deleted',
  deletionTimestamp: 'the cluster says it of what is being deleted',
  generateName: 'server-side apply takes no generated names; give a name',
  generation: 'the cluster counts it',
  managedFields: 'the cluster keeps who owns which field',
  ownerReferences: 'it names the uid of an object of one cluster',
  resourceVersion: 'the cluster counts it',
  selfLink: 'the cluster gives it',
  uid: 'the cluster gives it',
};

const clusterOwnedNotes: Readonly<Record<string, string>> = {
  'kubectl.kubernetes.io/last-applied-configuration': 'kubectl keeps its own notes in it',
  'serving.knative.dev/creator': 'the webhook says who made it',
  'serving.knative.dev/lastModifier': 'the webhook says who changed it',
};

/** Groups that only Knative's own controllers write to. */
const knativeInternal = /(^|\.)internal\.knative\.dev$/;
/** Namespaces that the charts of Serving and of the ingress make and fill. */
export const systemNamespaces: readonly string[] = ['knative-serving', 'kourier-system'];

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const empty = (value: unknown): boolean =>
  value === undefined || value === null || (fieldsOf(value) !== undefined && Object.keys(value).length === 0);

/** `found`: said instead of the value. */
type Refuse = (field: string, value: unknown, allowed: string, found?: string) => void;

function checkTexts(metadata: Fields, refuse: Refuse): void {
  for (const part of ['labels', 'annotations']) {
    const given = metadata[part];
    if (given === undefined || given === null) continue;
    const texts = fieldsOf(given);
    if (texts === undefined) refuse(`metadata.${part}`, given, 'a map of texts');
    for (const [key, value] of Object.entries(texts ?? {}))
      if (typeof value !== 'string') refuse(`metadata.${part}.${key}`, value, 'a text, in quotes');
  }
  for (const [key, reason] of Object.entries(clusterOwnedNotes))
    if (fieldsOf(metadata.annotations)?.[key] !== undefined)
      refuse(`metadata.annotations.${key}`, undefined, `nothing: ${reason}`, 'a note');
}

function checkMetadata(metadata: Fields, refuse: Refuse): void {
  const { name, namespace } = metadata;
  if (typeof name !== 'string' || name === '' || name.includes('/'))
    refuse('metadata.name', name, String(name).includes('/') ? 'a name without "/"' : 'a name, as text');
  if (namespace !== undefined && namespace !== null && !label.test(String(namespace)))
    refuse('metadata.namespace', namespace, 'lower-case letters, digits and hyphens, at most 63');
  for (const [field, reason] of Object.entries(clusterOwned))
    if (!empty(metadata[field])) refuse(`metadata.${field}`, metadata[field], `nothing: ${reason}`);
  checkTexts(metadata, refuse);
}

/** Values of secrets never stand in a manifest: only the names of their keys are told here. */
function checkSecret(object: Fields, refuse: Refuse): void {
  for (const part of ['data', 'stringData'])
    if (!empty(object[part])) {
      const keys = Object.keys(fieldsOf(object[part]) ?? {});
      refuse(
        part,
        undefined,
        'no values: manifests are read by many; let an ExternalSecret, a SealedSecret or a CSI volume bring them',
        `values of the keys ${keys.join(', ')}`,
      );
    }
}

function checkPlace(object: KubeObject, refuse: Refuse): void {
  const group = groupOf(object);
  const { kind, metadata } = object;
  if (knativeInternal.test(group) && !isDomainClaim(object))
    refuse('kind', kind, "none of Knative's internal kinds: its controllers make them");
  if (group === 'serving.knative.dev' && ['Configuration', 'Revision', 'Route'].includes(kind))
    refuse('kind', kind, 'Service or DomainMapping: a Service makes its Configuration, Route and Revisions');
  if (isNamespace(object) && systemNamespaces.includes(metadata.name))
    refuse('metadata.name', metadata.name, "another namespace: this one comes with the colour's Knative");
  const isConfig = group === '' && kind === 'ConfigMap' && metadata.name.startsWith('config-');
  if (isConfig && systemNamespaces.includes(metadata.namespace ?? ''))
    refuse(
      'metadata.name',
      metadata.name,
      "no config map of Knative: say it in the colour's serving or ingress",
    );
}

/** Everything that is wrong with an object whatever cluster it goes to. `value`: as it was read. */
export function manifestProblems(value: Fields, place: Pick<FleetManifest, 'source' | 'placeOf'>): Problem[] {
  const found: Problem[] = [];
  const refuse: Refuse = (field, given, allowed, words) =>
    found.push({
      where: fieldPlace(place, field),
      ...(words === undefined ? { value: given } : { found: words }),
      allowed,
    });
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || !/^([^/\s]+\/)?[^/\s]+$/.test(apiVersion))
    refuse('apiVersion', apiVersion, 'group and version, such as apps/v1');
  if (typeof kind !== 'string' || kind === '') refuse('kind', kind, 'a kind such as Deployment');
  const fields = fieldsOf(metadata);
  if (fields === undefined) refuse('metadata', metadata, 'fields with a name among them');
  else checkMetadata(fields, refuse);
  if (!empty(value.status))
    refuse('status', undefined, 'nothing: the cluster says how an object fares', 'a status');
  if (value.apiVersion === 'v1' && kind === 'Secret') checkSecret(value, refuse);
  if (found.length === 0) checkPlace(value as KubeObject, refuse);
  return found;
}
