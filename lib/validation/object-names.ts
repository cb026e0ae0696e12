import { type Finding, finding, under } from './finding.ts';
import {
  dns1035Rule,
  dns1123Rule,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isLabelValue,
  isQualifiedName,
} from './names.ts';

/** What Kubernetes' API server takes as the name of an object, by kind. */

interface Rule {
  readonly allowed: string;
  readonly takes: (name: string) => boolean;
}

const subdomain: Rule = {
  allowed:
    'lower-case letters, digits, hyphens and dots, a letter or digit first and last, at most 253 characters',
  takes: isDns1123Subdomain,
};
const label: Rule = { allowed: dns1123Rule, takes: isDns1123Label };
const path: Rule = {
  allowed: 'a name without / and %, and neither . nor ..',
  takes: (name) => !/^\.{0,2}$|[/%]/.test(name),
};

/** By group and kind; custom resources and everything else take a subdomain. */
const rules: Readonly<Record<string, Rule>> = {
  ' Namespace': label,
  // From 1.34 on a cluster may also take a digit first, where it was told to.
  ' Service': { allowed: dns1035Rule, takes: isDns1035Label },
  'apiregistration.k8s.io APIService': path,
  'batch CronJob': {
    allowed: subdomain.allowed.replace('253 characters', "52 characters: its Jobs' names are longer"),
    takes: (name) => name.length <= 52 && isDns1123Subdomain(name),
  },
  'rbac.authorization.k8s.io ClusterRole': path,
  'rbac.authorization.k8s.io ClusterRoleBinding': path,
  'rbac.authorization.k8s.io Role': path,
  'rbac.authorization.k8s.io RoleBinding': path,
};

type Texts = Readonly<Record<string, string>>;

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Texts | null;
    readonly annotations?: Texts | null;
  };
}

const keyRule = 'a key of letters, digits, -, _ and ., at most 63, with a domain and / before it if you like';

/** What is wrong with an object's name, and with the keys and values of its labels and annotations. */
export function checkObjectNames({ apiVersion, kind, metadata }: Named): Finding[] {
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  const { name } = metadata;
  const [labels, annotations] = [metadata.labels ?? {}, metadata.annotations ?? {}];
  const { allowed, takes } = rules[`${group} ${kind}`] ?? subdomain;
  const keys = (part: string, texts: Texts): Finding[] =>
    Object.keys(texts)
      .filter((key) => !isQualifiedName(part === 'annotations' ? key.toLowerCase() : key))
      .map((key) => finding(`${part}.${key}`, 'name.key', key, keyRule));
  return under('metadata', [
    ...(takes(name) ? [] : [finding('name', 'name.object', name, allowed)]),
    ...keys('labels', labels),
    ...keys('annotations', annotations),
    ...Object.entries(labels)
      .filter(([, value]) => !isLabelValue(value))
      .map(([key, value]) =>
        finding(`labels.${key}`, 'name.label', value, 'letters, digits, -, _ and ., at most 63'),
      ),
  ]);
}
