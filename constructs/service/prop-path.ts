import type { Finding } from '../../lib/validation/index.ts';
import { containerPath, nth } from './container-path.ts';
import { scalingNames } from './scaling.ts';
import type { KnativeServiceProps } from './service-props.ts';

/** Where an annotation of the template comes from: the prop of its own, if it has one and that was given. */
function annotationPath(name: string, props: KnativeServiceProps): string {
  const free = `revisionAnnotations.${name}`;
  if (props.revisionAnnotations?.[name] !== undefined) return free;
  const scaling = /^autoscaling\.knative\.dev\/(.+)$/.exec(name)?.[1];
  if (scaling !== undefined) {
    const prop = Object.entries(scalingNames).find(([, annotation]) => annotation === scaling)?.[0];
    return `scaling.${prop ?? scaling}`;
  }
  const queue = /^queue\.sidecar\.serving\.knative\.dev\/(.+)-resource-(request|limit)$/.exec(name);
  if (queue !== null)
    return `queueProxy.${queue[2]}s.${queue[1] === 'ephemeral-storage' ? 'ephemeralStorage' : queue[1]}`;
  if (name === 'features.knative.dev/queueproxy-podinfo') return 'queueProxy.podInfo';
  if (name === 'serving.knative.dev/progress-deadline') return 'progressDeadline';
  return free;
}

/** Fields of the object whose prop has another name, or is elsewhere. */
const renamed: readonly (readonly [RegExp, string])[] = [
  [/^metadata\.annotations\.serving\.knative\.dev\/rollout-?[dD]uration$/, 'rolloutDuration'],
  [/^metadata\./, ''],
  [/^spec\.template\.metadata\.name$/, 'revisionName'],
  [/^spec\.template\.metadata\.annotations$/, 'revisionAnnotations'],
  [/^spec\.template\.metadata\.labels/, 'revisionLabels'],
  [/^spec\.template\.spec\.securityContext/, 'podSecurityContext'],
  [/^spec\.template\.spec\.topologySpreadConstraints/, 'topologySpread'],
  [/^spec\.template\.spec\.responseStartTimeoutSeconds$/, 'responseStartTimeout'],
  [/^spec\.template\.spec\.idleTimeoutSeconds$/, 'idleTimeout'],
  [/^spec\.template\.spec\./, ''],
  [/^spec\.traffic/, 'traffic'],
  [/^traffic\.tag(\[\d+\])$/, 'traffic$1.tag'],
  [/\.(latestRevision|revisionName)$/, '.revision'],
];

/** The prop that a field of the rendered object came from, so that the developer reads of what they wrote. */
export function propPath(finding: Finding, props: KnativeServiceProps): string {
  const { field } = finding;
  const container = /^spec\.template\.spec\.(initContainers|containers)\[(\*|\d+)\]\.?(.*)$/.exec(field);
  if (container !== null) {
    const [, list = '', index = '*', rest = ''] = container;
    if (list === 'containers' && props.containers === undefined) return containerPath(rest, finding, props);
    const of = list === 'containers' ? props.containers : props.initContainers;
    const path = containerPath(rest, finding, of?.[Number(index)]);
    return index === '*' ? list : `${list}[${index}].${path}`;
  }
  const annotation = /^spec\.template\.metadata\.annotations\.?\[?([^\]]+)\]?$/.exec(field)?.[1];
  if (annotation !== undefined) return annotationPath(annotation, props);
  const volume = /^spec\.template\.spec\.volumes\[(\d+)\](.*)$/.exec(field);
  if (volume !== null) {
    const path = `volumes.${nth(props.volumes, volume[1])}`;
    return volume[2] === '.persistentVolumeClaim.readOnly' ? `${path}.readOnly` : path;
  }
  if (field === 'spec.template.spec.timeoutSeconds')
    return props.timeout === undefined && props.longestRequest !== undefined ? 'longestRequest' : 'timeout';
  return renamed.reduce((path, [pattern, prop]) => path.replace(pattern, prop), field);
}
