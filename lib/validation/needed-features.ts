import { type Fields, fieldsOf } from './fields.ts';
import { podSpecFlags, volumeFlags } from './masks.ts';
import type { FeatureFlag } from './serving-config.ts';

const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

/** A flag that a pod spec needs, and the field below the spec that needs it. */
export interface FeatureNeed {
  readonly flag: FeatureFlag;
  readonly field: string;
  readonly value: unknown;
}

/** Flags that came after 1.22, and the release that they came with. */
export const flagsSince: Readonly<Partial<Record<FeatureFlag, string>>> = {
  'kubernetes.podspec-volumes-ephemeral': '1.23',
};

function ofVolume(volume: Fields, at: string): FeatureNeed[] {
  const needs: FeatureNeed[] = Object.entries(volumeFlags).flatMap(([kind, flag]) =>
    flag !== undefined && volume[kind] !== undefined
      ? [{ flag, field: `${at}.${kind}`, value: volume[kind] }]
      : [],
  );
  const claim = volume.persistentVolumeClaim;
  const { readOnly } = fieldsOf(claim);
  if (claim !== undefined && readOnly !== true)
    needs.push({
      flag: 'kubernetes.podspec-persistent-volume-write',
      field: `${at}.persistentVolumeClaim.readOnly`,
      value: readOnly,
    });
  return needs;
}

function ofContainer(container: Fields, at: string): FeatureNeed[] {
  const needs: FeatureNeed[] = [];
  listOf(container.env).forEach(({ valueFrom }, index) => {
    for (const source of ['fieldRef', 'resourceFieldRef'])
      if (fieldsOf(valueFrom)[source] !== undefined)
        needs.push({
          flag: 'kubernetes.podspec-fieldref',
          field: `${at}.env[${index}].valueFrom.${source}`,
          value: fieldsOf(valueFrom)[source],
        });
  });
  listOf(container.volumeMounts).forEach(({ mountPropagation }, index) => {
    if (mountPropagation !== undefined)
      needs.push({
        flag: 'kubernetes.podspec-volumes-mount-propagation',
        field: `${at}.volumeMounts[${index}].mountPropagation`,
        value: mountPropagation,
      });
  });
  const { add } = fieldsOf(fieldsOf(container.securityContext).capabilities);
  if (add !== undefined)
    needs.push({
      flag: 'kubernetes.containerspec-addcapabilities',
      field: `${at}.securityContext.capabilities.add`,
      value: add,
    });
  return needs;
}

function ofSidecar(container: Fields, at: string): FeatureNeed[] {
  if (listOf(container.ports).length > 0) return [];
  return ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) =>
    container[probe] === undefined
      ? []
      : [{ flag: 'multi-container-probing' as const, field: `${at}.${probe}`, value: container[probe] }],
  );
}

/** The flags that this pod spec needs so that Knative takes it, and where. */
export function featureNeeds(spec: Fields): FeatureNeed[] {
  const containers = listOf(spec.containers);
  const needs: FeatureNeed[] = Object.entries(podSpecFlags).flatMap(([field, flag]) =>
    spec[field] === undefined ? [] : [{ flag, field, value: spec[field] }],
  );
  if (spec.securityContext !== undefined)
    needs.push({
      flag: 'kubernetes.podspec-securitycontext',
      field: 'securityContext',
      value: spec.securityContext,
    });
  if (containers.length > 1) {
    needs.push({ flag: 'multi-container', field: 'containers', value: containers.length });
    needs.push(...containers.flatMap((container, index) => ofSidecar(container, `containers[${index}]`)));
  }
  listOf(spec.volumes).forEach((volume, index) => {
    needs.push(...ofVolume(volume, `volumes[${index}]`));
  });
  for (const list of ['containers', 'initContainers'])
    listOf(spec[list]).forEach((container, index) => {
      needs.push(...ofContainer(container, `${list}[${index}]`));
    });
  return needs;
}

/** The flags that this pod spec needs, so that Knative takes it. */
export const neededFeatures = (spec: Fields): FeatureFlag[] => [
  ...new Set(featureNeeds(spec).map(({ flag }) => flag)),
];
