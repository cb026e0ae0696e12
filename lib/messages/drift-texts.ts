/** What is said of objects on a cluster that stand apart from the definition. */

/** What an object is called. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** An object of one colour in one region. */
export interface PlacedObject extends ObjectName {
  readonly colour: string;
  readonly region: string;
}

/** `Service.serving.knative.dev shop/cart` */
export function objectText({ apiVersion, kind, namespace, name }: ObjectName): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  return `${group === undefined ? kind : `${kind}.${group}`} ${place}`;
}

export interface DriftData extends PlacedObject {
  readonly component: string;
  readonly change: 'created' | 'changed' | 'conflict' | 'refused';
  /** Of `changed` and `conflict`: unified, without a Secret's values. */
  readonly difference?: string;
  readonly conflicts?: readonly { readonly owner: string; readonly field: string }[];
  readonly message?: string;
}

const lines = (text: string | undefined): string[] => (text === undefined ? [] : text.trimEnd().split('\n'));

export function driftText(data: DriftData): string {
  const { change, difference, conflicts = [], message } = data;
  const what = objectText(data);
  switch (change) {
    case 'created':
      return `${what} would be created${message === undefined ? '' : ` (${message})`}`;
    case 'changed':
      return [`${what} would change`, ...lines(difference)].join('\n');
    case 'conflict':
      return [
        `${what} has fields that others own and that would change`,
        ...conflicts.map(({ owner, field }) => `  ${field} is owned by ${owner}`),
        ...lines(difference),
      ].join('\n');
    case 'refused':
      return `${what} would be refused: ${message ?? 'no reason given'}`;
  }
}

export interface DriftSums {
  readonly colour: string;
  readonly region: string;
  readonly unchanged: number;
  readonly created: number;
  readonly changed: number;
  readonly conflict: number;
  readonly refused: number;
  readonly left: number;
}

const sumNames = {
  created: 'to create',
  changed: 'to change',
  conflict: 'in conflict',
  refused: 'refused',
  left: 'left the definition',
} as const;

export function sumsText(sums: DriftSums): string {
  const named = Object.entries(sumNames).map(
    ([key, text]) => [sums[key as keyof typeof sumNames], text] as const,
  );
  const there = named.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`);
  return `${sums.colour} in ${sums.region}: ${[...there, `${sums.unchanged} as defined`].join(', ')}`;
}

export interface LeftData extends PlacedObject {
  readonly component: string | null;
  /** Why it is never deleted by the tool; null where it may be. */
  readonly kept: string | null;
  /** The command by which a person deletes it. */
  readonly command: string;
}

export const leftText = (data: LeftData): string =>
  [
    `${objectText(data)} left the definition`,
    ...(data.kept === null
      ? []
      : [`  it is kept, because ${data.kept}; once you have looked: ${data.command}`]),
  ].join('\n');
