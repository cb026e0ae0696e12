import type { Finding } from '../../lib/validation/index.ts';
import { scalingNames } from './scaling.ts';
import type { KnativeServiceProps } from './service-props.ts';

const nth = (record: Readonly<Record<string, unknown>> | undefined, index: string): string =>
  Object.keys(record ?? {})[Number(index)] ?? `[${index}]`;

const scalingProp = (name: string): string =>
  Object.entries(scalingNames).find(([, annotation]) => annotation === name)?.[0] ?? name;

function containerPath(rest: string, finding: Finding, container: unknown): string {
  const { mounts, env } = (container ?? {}) as { mounts?: object; env?: object };
  return rest
    .replace(/^ports\.containerPort$/, 'port')
    .replace(/^ports$/, finding.code === 'port.name' ? 'protocol' : 'port')
    .replace(/^env\[(\d+)\]\.name$/, (_, index) => `env.${nth(env as Record<string, unknown>, index)}`)
    .replace(
      /^volumeMounts\[(\d+)\]\.\w+$/,
      (_, index) => `mounts.${nth(mounts as Record<string, unknown>, index)}`,
    );
}

/** The prop that a field of the rendered object came from, so that the developer reads of what they wrote. */
export function propPath(finding: Finding, props: KnativeServiceProps): string {
  const { field } = finding;
  const container = /^spec\.template\.spec\.containers\[(\*|\d+)\]\.?(.*)$/.exec(field);
  if (container !== null) {
    const [, index = '*', rest = ''] = container;
    if (props.containers === undefined) return containerPath(rest, finding, props);
    const path = containerPath(rest, finding, props.containers[Number(index)]);
    return index === '*' ? 'containers' : `containers[${index}].${path}`;
  }
  return field
    .replace(/^metadata\./, '')
    .replace(/^spec\.template\.metadata\.name$/, 'revisionName')
    .replace(
      /^spec\.template\.metadata\.annotations\.autoscaling\.knative\.dev\/(.+)$/,
      (_, name) => `scaling.${scalingProp(name)}`,
    )
    .replace(
      /^spec\.template\.spec\.volumes\[(\d+)\].*$/,
      (_, index) => `volumes.${nth(props.volumes, index)}`,
    )
    .replace(/^spec\.template\.spec\.timeoutSeconds$/, 'timeout')
    .replace(/^spec\.template\.spec\./, '')
    .replace(/^spec\.traffic/, 'traffic')
    .replace(/\.(latestRevision|revisionName)$/, '.revision');
}
