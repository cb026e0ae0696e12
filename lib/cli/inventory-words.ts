import type {
  InventoryEntry,
  InventoryMissing,
  InventoryObject,
  InventorySetting,
  StayReason,
} from '../migration/index.ts';

/** What an inventory says, in a person's words. */

export const reasonTexts: Readonly<Record<StayReason, string>> = {
  data: 'its data lie on a disk: they do not move by themselves',
  'made-by': 'something else makes it, and will there',
  'managed-by': 'who delivers it or makes what is in it does so there, once it knows the colour',
  system: 'it belongs to an installation',
  eventing: 'it acts on events: Knative Eventing is listed only',
  'cluster-own': 'every cluster has, or must get, its own',
  'unknown-kind': 'a kind that is not known here: whoever brought it knows how it moves',
  retention: "revisions that this cluster's retention would let go; --history takes them along",
  finished: 'it has run',
  'being-deleted': 'it is being deleted',
};

const tools = {
  'argo-cd': 'Argo CD',
  flux: 'Flux',
  helm: 'Helm',
  'external-secrets': 'External Secrets',
  'cert-manager': 'cert-manager',
  'sealed-secrets': 'Sealed Secrets',
  'secrets-store-csi': 'the Secrets Store CSI driver',
  controller: 'its controller',
} as const;

export interface Names {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export const placeText = ({ namespace, name }: Omit<Names, 'kind'>): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

/** `Service (Knative)` for Knative's, else the kind as it is called. */
export function kindText({ apiVersion, kind }: Pick<InventoryObject, 'apiVersion' | 'kind'>): string {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  if (group === 'serving.knative.dev' && kind === 'Service') return 'Service (Knative)';
  return group === '' || builtIn.test(group) ? kind : `${kind} (${group})`;
}

/** Groups whose kinds everybody knows by their names alone. */
const builtIn = /^(apps|batch|policy|autoscaling|[a-z.]+\.k8s\.io|serving\.knative\.dev)$/;

const neededText = (needed: { readonly first: readonly string[]; readonly count: number }): string => {
  const [first = ''] = needed.first;
  return needed.count === 1 ? `needed by ${first}` : `needed by ${first} and ${needed.count - 1} more`;
};

const roleTexts = {
  undecided: 'undecided',
  singleton: 'singleton',
  skip: 'skip: a migration leaves it out',
} as const;

/** What is said of an object beside its name. */
export function remarks(item: InventoryObject): string[] {
  const { owner, role, uses = [], keys, neededBy, note } = item;
  const challenge = owner?.challenge === undefined ? '' : `, by ${owner.challenge}`;
  const asked = owner?.challenge === 'none' ? '' : challenge;
  return [
    ...(owner === undefined ? [] : [`${tools[owner.tool]}, ${owner.from}${asked}`]),
    ...(role === undefined || role === 'serving' ? [] : [roleTexts[role]]),
    ...(uses.length === 0 ? [] : [uses.join(', ')]),
    ...(keys === undefined || keys.length === 0 ? [] : [`keys ${keys.join(', ')}`]),
    ...(neededBy === undefined ? [] : [neededText(neededBy)]),
    ...(note === undefined ? [] : [note]),
  ];
}

export const missingText = ({ kind, neededBy, ...place }: InventoryMissing): string =>
  `${kind} ${placeText(place)}: ${neededText(neededBy)}`;

export function settingText({ map, key, value, fallback, usedBy }: InventorySetting): string {
  const instead = fallback === '' ? '' : ` instead of ${fallback}`;
  const used = usedBy === undefined ? '' : `; used by ${usedBy} ${usedBy === 1 ? 'service' : 'services'}`;
  // Some values are YAML over several lines.
  return `${map} ${key}: ${value.trim().replaceAll(/\s*\n\s*/g, ' ⏎ ') || '""'}${instead}${used}`;
}

export interface Sums {
  moves: number;
  stays: number;
  undecided: number;
  missing: number;
  unread: number;
}

export const noSums = (): Sums => ({ moves: 0, stays: 0, undecided: 0, missing: 0, unread: 0 });

export function count(sums: Sums, entry: InventoryEntry): void {
  if (entry.entry === 'missing') sums.missing++;
  else if (entry.entry === 'unread') sums.unread++;
  else if (entry.entry === 'object') {
    sums[entry.fate]++;
    if (entry.fate === 'moves' && entry.role === 'undecided') sums.undecided++;
  }
}

export function sumsText({ moves, stays, undecided, missing, unread }: Sums): string {
  const one = undecided === 1;
  const more = [
    [undecided, `of which it cannot be told whether ${one ? 'it may run' : 'they may run'} twice`],
    [missing, 'needed and not there'],
    [unread, 'not read'],
  ] as const;
  const said = more.filter(([number]) => number > 0).map(([number, text]) => `${number} ${text}`);
  return [`${moves} to move`, `${stays} staying`, ...said].join(', ');
}
