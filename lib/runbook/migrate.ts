import { type CutoverPlan, regionOf } from '../cutover/plan.ts';
import { singletonText } from '../cutover/singleton-text.ts';
import { codeBlock, expects, expectsAtTheEnd, plain } from './markdown.ts';
import { quoted } from './shell.ts';
import { stillSuspended } from './singletons.ts';
import type { Tools } from './tools.ts';

const manager = '--server-side --field-manager=zeroshift';
/** Kubernetes and Knative set these themselves; all of JSON's escapes are one text here. */
const text = String.raw`"([^"\\]|\\.)*"`;
const unset = [
  `s#"serving.knative.dev/(creator|lastModifier|routes|routingStateModified|lastPinned)":${text},?##g`,
  `s#"kubectl.kubernetes.io/last-applied-configuration":${text},?##g`,
];
const cleaned = `sed -E ${unset.map((one) => `-e ${quoted(one)}`).join(' ')}`;

const metadata = ['metadata:', '  namespace: {.metadata.namespace}', '  name: {.metadata.name}'];
const described = [...metadata, '  labels: {.metadata.labels}', '  annotations: {.metadata.annotations}'];

/** Objects of a kind as YAML that another cluster takes; jsonpath writes what is an object as JSON. */
const manifests = (filter: string, lines: readonly string[]): string =>
  quoted(['jsonpath={range .items[', filter, ']}---\n', lines.join('\n'), '\n{end}'].join(''));

const service = quoted(
  ['jsonpath=apiVersion: serving.knative.dev/v1', 'kind: Service', ...described, 'spec: {.spec}', ''].join(
    '\n',
  ),
);

/** A Service as it was when a revision was made of it. */
const earlier = quoted(
  [
    'jsonpath=apiVersion: serving.knative.dev/v1',
    'kind: Service',
    'metadata:',
    '  namespace: {.metadata.namespace}',
    String.raw`  name: {.metadata.labels.serving\.knative\.dev/service}`,
    'spec:',
    '  template:',
    '    metadata:',
    '      name: {.metadata.name}',
    '      annotations: {.metadata.annotations}',
    '    spec: {.spec}',
    '',
  ].join('\n'),
);

/** Recreates the services on the target, with what they refer to, from what the source holds. */
export function migrated(tools: Tools, plan: CutoverPlan, region: string): string[] {
  const { from, to, policy } = plan;
  const { services, singletons = [] } = regionOf(plan, region);
  const [source, target] = [tools.kubectl(region, from), tools.kubectl(region, to)];
  const namespaces = [...new Set(services.map(({ namespace }) => namespace))].sort();
  const inEach = `for namespace in ${namespaces.map(quoted).join(' ')}; do`;
  return [
    `Bring to ${to} what its services need, then the services themselves. What another tool delivers (Argo CD, Flux) is`,
    'delivered by it instead: these commands change nothing of what is there already and is the same.',
    '',
    ...codeBlock(
      inEach,
      '  {',
      String.raw`    printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n' "$namespace"`,
      `    ${source} -n "$namespace" get configmaps -o ${manifests('?(@.metadata.name!="kube-root-ca.crt")', [
        'apiVersion: v1',
        'kind: ConfigMap',
        ...metadata,
        'data: {.data}',
        'binaryData: {.binaryData}',
      ])}`,
      `    ${source} -n "$namespace" get secrets -o ${manifests(
        '?(@.type!="kubernetes.io/service-account-token")',
        ['apiVersion: v1', 'kind: Secret', ...metadata, 'type: {.type}', 'data: {.data}'],
      )}`,
      `    ${source} -n "$namespace" get serviceaccounts -o ${manifests('?(@.metadata.name!="default")', [
        'apiVersion: v1',
        'kind: ServiceAccount',
        ...described,
      ])}`,
      `  } | ${cleaned} | ${target} apply ${manager} -f - > /dev/null && echo "$namespace is there"`,
      'done',
    ),
    ...expects(...namespaces.map((namespace) => `${namespace} is there`)),
    'Volumes, roles and whatever else a service refers to come from where they are kept.',
    '',
    ...(singletons.length === 0
      ? []
      : [
          `What may run on one colour only (${plain(singletons.map(singletonText).join(', '))}) comes from its manifests as well, and must not`,
          'run yet: with `replicas: 0`, a CronJob with `suspend: true`.',
          '',
          ...stillSuspended(tools, to, region, singletons),
        ]),
    'The services. One that sends traffic to an earlier revision is applied as it was then, and once that revision is ready,',
    'as it is now. What is there already needs nothing.',
    '',
    ...codeBlock(
      'while read -r namespace service; do',
      `  [ -z "$(${target} -n "$namespace" get ksvc "$service" --ignore-not-found -o name)" ] || continue`,
      `  routed=$(${source} -n "$namespace" get ksvc "$service" -o 'jsonpath= {.status.traffic[*].revisionName} ')`,
      `  latest=$(${source} -n "$namespace" get ksvc "$service" -o 'jsonpath={.status.latestReadyRevisionName}')`,
      `  for revision in $(${source} -n "$namespace" get revisions -l "serving.knative.dev/service=$service" \\`,
      "    --sort-by=.metadata.creationTimestamp -o 'jsonpath={.items[*].metadata.name}'); do",
      '    case $routed in *" $revision "*) ;; *) continue ;; esac',
      '    [ "$revision" != "$latest" ] || continue',
      `    ${source} -n "$namespace" get revision "$revision" -o ${earlier} |`,
      `      ${cleaned} | ${target} apply ${manager} -f - &&`,
      `      ${target} -n "$namespace" wait "revision/$revision" --for=condition=Ready --timeout=${quoted(policy.readyTimeout)}`,
      '  done',
      `  ${source} -n "$namespace" get ksvc "$service" -o ${service} |`,
      `    ${cleaned} | ${target} apply ${manager} -f -`,
      "done <<'services'",
      ...services.map((one) => `${word(one.namespace)} ${word(one.name)}`),
      'services',
      inEach,
      `  ${target} -n "$namespace" wait ksvc --all --for=condition=Ready --timeout=${quoted(policy.readyTimeout)} > /dev/null &&`,
      '    echo "$namespace is ready"',
      'done',
    ),
    ...expectsAtTheEnd(...namespaces.map((namespace) => `${namespace} is ready`)),
    'Hosts of their own:',
    '',
    ...codeBlock(
      inEach,
      '  {',
      String.raw`    printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n' "$namespace"`,
      `    ${source} -n "$namespace" get domainmappings -o ${manifests('*', [
        'apiVersion: serving.knative.dev/v1beta1',
        'kind: DomainMapping',
        ...described,
        'spec: {.spec}',
      ])}`,
      `  } | ${cleaned} | ${target} apply ${manager} -f - > /dev/null && echo "$namespace has its hosts"`,
      'done',
    ),
    ...expects(...namespaces.map((namespace) => `${namespace} has its hosts`)),
    `Who deploys to ${from} from now on deploys to ${to} as well: nothing follows by itself.`,
    '',
    '### Undo',
    '',
    `Nothing reaches ${to} yet: what was applied may stay.`,
  ];
}

/** A name as a word of a list that a shell reads: Kubernetes' names have nothing else. */
const word = (name: string): string => name.replace(/[^A-Za-z0-9.-]/g, '?');
