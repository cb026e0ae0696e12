import { type Finding, finding, nowhere, under } from './finding.ts';
import { isQuantity, parseGoFloat } from './go-values.ts';
import { annotation, checkNames, checkOwner, checkSeconds } from './metadata.ts';
import { dns1035Rule, isDns1035Label, isDns1035Prefix } from './names.ts';
import type { ObjectMeta, RevisionSpec, RevisionTemplate } from './objects.ts';
import { checkRevisionSpec, podWarnings } from './pod-spec.ts';
import { checkScaling } from './scaling.ts';
import type { ValidationContext } from './serving-config.ts';

type Texts = Readonly<Record<string, string>>;

export interface Judged {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

const networking = 'networking.knative.dev';
const networkingAnnotations = [
  ...['ingress.class', 'ingress-class', 'certificate.class', 'certificate-class', 'disableAutoTLS'],
  ...['disable-auto-tls', 'disable-external-domain-tls', 'httpOption', 'http-protocol'],
].map((name) => `${networking}/${name}`);

const checkNetworking = (annotations: Texts): Finding[] =>
  Object.keys(annotations)
    .filter((key) => key.startsWith(networking) && !networkingAnnotations.includes(key))
    .map((key) => finding('', 'networking.annotation', key, `one of ${networkingAnnotations.join(', ')}`));

const queue = 'queue.sidecar.serving.knative.dev';
const queueQuantities = ['cpu', 'memory', 'ephemeral-storage'].flatMap((resource) =>
  ['request', 'limit'].map((side) => `${queue}/${resource}-resource-${side}`),
);
const percentages = [`${queue}/resource-percentage`, `${queue}/resourcePercentage`];

function checkQueue(annotations: Texts): Finding[] {
  const found: Finding[] = [];
  const share = annotation(annotations, ...percentages);
  if (share !== undefined) {
    const value = parseGoFloat(share.text);
    if (value === undefined || value < 0.1 || value > 100)
      found.push(finding(`[${share.key}]`, 'queue.percentage', share.text, 'a number from 0.1 to 100'));
  }
  for (const key of queueQuantities) {
    const text = annotations[key];
    if (text !== undefined && !isQuantity(text))
      found.push(finding(`[${key}]`, 'queue.quantity', text, 'a quantity such as 250m or 64Mi'));
  }
  return found;
}

/** The percentage of the queue-proxy's resources is on its way out. */
function queueWarnings(annotations: Texts): Finding[] {
  const share = annotation(annotations, ...percentages);
  if (share === undefined) return [];
  const allowed = `the annotations of single resources, such as ${queue}/cpu-resource-request`;
  return [nowhere('queue.deprecated', share.text, allowed)];
}

function checkRevisionName({ name, generateName }: ObjectMeta, parent: ObjectMeta): Finding[] {
  const field = 'metadata.name';
  if (generateName !== undefined && !isDns1035Prefix(generateName))
    return [
      finding(
        'metadata.generateName',
        'name.dns1035',
        generateName,
        `the beginning of a name: ${dns1035Rule}`,
      ),
    ];
  if (name === undefined) return [];
  if (!isDns1035Label(name)) return [finding(field, 'name.dns1035', name, dns1035Rule)];
  if (parent.name === undefined && parent.generateName !== undefined)
    return [finding(field, 'name.revision', name, 'nothing while the service has no name of its own yet')];
  const prefix = `${parent.name ?? ''}-`;
  return name.startsWith(prefix)
    ? []
    : [finding(field, 'name.revision', name, `a name that begins with "${prefix}"`)];
}

/** Judges a template. `parent`: the metadata of the service or configuration that it belongs to. */
export function judgeTemplate(
  template: RevisionTemplate,
  parent: ObjectMeta,
  context: ValidationContext,
): Judged {
  const { metadata = {}, spec = {} } = template;
  const { annotations = {} } = metadata;
  return {
    errors: [
      ...checkRevisionName(metadata, parent),
      ...under('metadata.annotations', [
        ...checkScaling(annotations, context),
        ...checkNetworking(annotations),
        ...checkQueue(annotations),
        ...checkSeconds(annotations, 'progress.deadline', 'serving.knative.dev/progress-deadline'),
      ]),
      ...under('spec', checkRevisionSpec(spec, context)),
    ],
    warnings: [
      ...under('spec', podWarnings(spec, context)),
      ...under('metadata.annotations', queueWarnings(annotations)),
    ],
  };
}

/** What is wrong with the metadata of a revision that stands by itself. */
export const checkRevisionMetadata = (metadata: ObjectMeta, context: ValidationContext): Finding[] =>
  under('metadata', [
    ...checkNames(metadata),
    ...under('annotations', checkScaling(metadata.annotations ?? {}, context)),
    ...checkOwner(metadata, 'serving.knative.dev/configuration', 'Configuration'),
  ]);

/** Judges the spec of a revision that stands by itself. */
export const judgeRevisionSpec = (spec: RevisionSpec, context: ValidationContext): Judged => ({
  errors: under('spec', checkRevisionSpec(spec, context)),
  warnings: under('spec', podWarnings(spec, context)),
});
