import { isQualifiedName } from '../../lib/validation/index.ts';
import { given } from './given.ts';
import {
  isRecord,
  type Kind,
  labelValue,
  listOf,
  named,
  object,
  text,
  textThat,
  variant,
  whole,
} from './kinds.ts';

/** What a label must be: this value, one of these, none of those, or there (`true`) or not there (`false`). */
export type LabelCondition =
  | string
  | readonly string[]
  | boolean
  | { readonly not: string | readonly string[] };

/** Conditions of pods, all of which must hold: label → condition. */
export type PodLabels = Readonly<Record<string, LabelCondition>>;

/** Conditions of nodes, all of which must hold; a node's label may be a number to compare with. */
export type NodeLabels = Readonly<
  Record<string, LabelCondition | { readonly above: number } | { readonly below: number }>
>;

/** The nodes that pods must, or would rather, run on. */
export interface NodeAffinityProps {
  /** Where pods may run: nodes that fulfil one of these. @default - anywhere */
  readonly require?: readonly NodeLabels[];
  /** Where they would rather run; `weight` 1–100 says how much rather. @default - nowhere */
  readonly prefer?: readonly { readonly labels: NodeLabels; readonly weight?: number }[];
}

/** Which pods, and what being beside them means. */
export interface PodTermProps {
  /** @default - the pods of this service */
  readonly labels?: PodLabels;
  /** Nodes with the same value of this label count as one place. @default 'kubernetes.io/hostname' */
  readonly topologyKey?: string;
  /** @default - the service's own */
  readonly namespaces?: readonly string[];
}

/** The pods that a service's pods must, or would rather, be beside, or apart from. */
export interface PodAffinityProps {
  /** All of these. @default - none */
  readonly require?: readonly PodTermProps[];
  /** `weight` 1–100 says how much rather. @default - none */
  readonly prefer?: readonly (PodTermProps & { readonly weight?: number })[];
}

/** Where pods run; turns `kubernetes.podspec-affinity` on. */
export interface AffinityProps {
  readonly nodes?: NodeAffinityProps;
  /** Beside these pods. */
  readonly pods?: PodAffinityProps;
  /** Not beside these pods. `{ prefer: [{}] }` keeps the service's own pods on different nodes where it can. */
  readonly apartFromPods?: PodAffinityProps;
}

/** The label that every pod of a service carries. */
export const ownPods = (service: string): PodLabels => ({ 'serving.knative.dev/service': service });

const labelName = textThat('the name of a label', isQualifiedName);
const values = listOf(labelValue, 1);

const isOneOf = (value: unknown): value is string | readonly string[] =>
  typeof value === 'string' || Array.isArray(value);

const oneOf: Kind = {
  allowed: 'a value, or a list of values',
  check: (value, at, report) => (Array.isArray(value) ? values : labelValue).check(value, at, report),
};

const condition = (longer: Kind, allowed: string): Kind => ({
  allowed,
  check: (value, at, report) => {
    if (typeof value === 'boolean') return;
    (isOneOf(value) ? oneOf : longer).check(value, at, report);
  },
});

const not = object({ not: oneOf });
export const podLabels = named(
  condition(variant({ not }), 'a value, a list of values, true, false or { not }'),
  labelName,
);
const nodeLabels = named(
  condition(
    variant({
      not,
      above: object({ above: whole(0, 2 ** 31) }),
      below: object({ below: whole(0, 2 ** 31) }),
    }),
    'a value, a list of values, true, false, { not }, { above } or { below }',
  ),
  labelName,
);
/** To Kubernetes a term without a condition is one that no node fulfils. */
const someNodeLabels: Kind = {
  allowed: 'at least one label',
  check: (value, where, report) => {
    if (isRecord(value) && Object.keys(value).length === 0)
      report({ where, value, allowed: 'at least one label' }, true);
    nodeLabels.check(value, where, report);
  },
};
const weight = whole(1, 100);
const term = { labels: podLabels, topologyKey: labelName, namespaces: listOf(text, 1) };
const pods = object<PodAffinityProps>({
  require: listOf(object<PodTermProps>(term)),
  prefer: listOf(object({ ...term, weight })),
});

export const affinityKind = object<AffinityProps>({
  nodes: object<NodeAffinityProps>({
    require: listOf(someNodeLabels, 1),
    prefer: listOf(object({ labels: nodeLabels, weight }, ['labels'])),
  }),
  pods,
  apartFromPods: pods,
});

const list = (given: string | readonly string[]) => (typeof given === 'string' ? [given] : [...given]);

/** The conditions as Kubernetes' expressions. */
export const expressions = (conditions: NodeLabels): Record<string, unknown>[] =>
  Object.entries(conditions).map(([key, wanted]) => {
    if (typeof wanted === 'boolean') return { key, operator: wanted ? 'Exists' : 'DoesNotExist' };
    if (isOneOf(wanted)) return { key, operator: 'In', values: list(wanted) };
    if ('not' in wanted) return { key, operator: 'NotIn', values: list(wanted.not) };
    return 'above' in wanted
      ? { key, operator: 'Gt', values: [String(wanted.above)] }
      : { key, operator: 'Lt', values: [String(wanted.below)] };
  });

/** Conditions as a selector of labels: the short form where every one is a single value. */
export const selector = (conditions: PodLabels): Record<string, unknown> =>
  Object.values(conditions).every((wanted) => typeof wanted === 'string')
    ? { matchLabels: { ...conditions } }
    : { matchExpressions: expressions(conditions) };

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

const renderNodes = ({ require, prefer }: NodeAffinityProps) =>
  given({
    [required]:
      require === undefined
        ? undefined
        : { nodeSelectorTerms: require.map((labels) => ({ matchExpressions: expressions(labels) })) },
    [preferred]: prefer?.map(({ labels, weight: much = 1 }) => ({
      weight: much,
      preference: { matchExpressions: expressions(labels) },
    })),
  });

function renderPods({ require, prefer }: PodAffinityProps, service: string) {
  const renderTerm = ({ labels, topologyKey, namespaces }: PodTermProps) =>
    given({
      labelSelector: selector(labels ?? ownPods(service)),
      topologyKey: topologyKey ?? 'kubernetes.io/hostname',
      namespaces: namespaces === undefined ? undefined : [...namespaces],
    });
  return given({
    [required]: require?.map(renderTerm),
    [preferred]: prefer?.map(({ weight: much = 1, ...about }) => ({
      weight: much,
      podAffinityTerm: renderTerm(about),
    })),
  });
}

/** The affinity as a pod spec has it. */
export const renderAffinity = (affinity: AffinityProps | undefined, service: string) =>
  affinity === undefined
    ? undefined
    : given({
        nodeAffinity: affinity.nodes && renderNodes(affinity.nodes),
        podAffinity: affinity.pods && renderPods(affinity.pods, service),
        podAntiAffinity: affinity.apartFromPods && renderPods(affinity.apartFromPods, service),
      });
