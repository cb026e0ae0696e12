import { nearest } from '../messages/nearest.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { type Finding, fieldPath, finding, under } from './finding.ts';
import { parseGoFloat } from './go-values.ts';
import { annotation } from './metadata.ts';
import { isQualifiedName } from './names.ts';
import type { ServingConfig } from './serving-config.ts';

/** Resources of a revision's containers, as Kubernetes takes them once Knative makes the pods: no webhook asks for them. */

type Texts = Readonly<Record<string, string>>;

const ofContainers = ['cpu', 'memory', 'ephemeral-storage'];
const rule = `${ofContainers.join(', ')}, hugepages-<size>, or a name with its domain such as nvidia.com/gpu`;

const isResource = (name: string): boolean =>
  name.includes('/')
    ? isQualifiedName(name) && (name.includes('kubernetes.io/') || !name.startsWith('requests.'))
    : ofContainers.includes(name) || /^hugepages-./.test(name);

/** Whether a pod may use more of a resource than it asks for: of devices and huge pages it may not. */
export const mayOvercommit = (name: string): boolean =>
  !name.startsWith('hugepages-') && (!name.includes('/') || name.includes('kubernetes.io/'));

function checkNames(container: Fields): Finding[] {
  const resources = fieldsOf(container.resources);
  return ['requests', 'limits'].flatMap((part) =>
    Object.entries(fieldsOf(resources[part]))
      .filter(([name]) => !isResource(name))
      .map(([name, value]) => {
        const near = nearest(name, ofContainers);
        const hint = near === undefined ? '' : `: did you mean ${near}?`;
        return finding(fieldPath(`resources.${part}`, name), 'resources.name', value, `${rule}${hint}`);
      }),
  );
}

const scaling = 'autoscaling.knative.dev';
const hpa = 'hpa.autoscaling.knative.dev';

/** Whether Kubernetes' autoscaler would compare the CPU that is used with what was asked for; so it does without a target. */
function scalesByCpu(annotations: Texts, { autoscaler = {} }: ServingConfig): boolean {
  if ((annotations[`${scaling}/class`] ?? autoscaler['pod-autoscaler-class']) !== hpa) return false;
  const { text: metric = 'cpu' } = annotation(annotations, `${scaling}/metric`) ?? {};
  const { text: target = '' } = annotation(annotations, `${scaling}/target`) ?? {};
  return metric === 'cpu' || parseGoFloat(target) === undefined;
}

/** A limit is a request where nothing else is asked for; the colour may have either for all containers. */
function hasCpu(container: Fields, { defaults = {} }: ServingConfig): boolean {
  const { requests, limits } = fieldsOf(container.resources);
  const given = [fieldsOf(requests).cpu, fieldsOf(limits).cpu];
  const general = [defaults['revision-cpu-request'], defaults['revision-cpu-limit']];
  return [...given, ...general].some((amount) => amount !== undefined && amount !== null && amount !== '');
}

const cpuRule =
  'an amount: the class hpa compares the CPU that is used with what is asked for, and never scales without' +
  ' (requests, limits, or revision-cpu-request in config-defaults)';

/** What is wrong with the resources in a Service's template, and with scaling by them. Fields are the object's own. */
export function checkResources(service: unknown, config: ServingConfig): Finding[] {
  const template = fieldsOf(fieldsOf(fieldsOf(service).spec).template);
  const annotations = fieldsOf(fieldsOf(template.metadata).annotations) as Texts;
  const byCpu = scalesByCpu(annotations, config);
  return ['containers', 'initContainers'].flatMap((list) => {
    const containers = fieldsOf(template.spec)[list];
    return (Array.isArray(containers) ? containers : [])
      .map(fieldsOf)
      .flatMap((container, index) =>
        under(`spec.template.spec.${list}[${index}]`, [
          ...checkNames(container),
          ...(byCpu && list === 'containers' && !hasCpu(container, config)
            ? [finding('resources.requests.cpu', 'resources.scaling', undefined, cpuRule)]
            : []),
        ]),
      );
  });
}
