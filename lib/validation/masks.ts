import { type Finding, finding } from './finding.ts';
import type { FeatureFlag, ValidationContext } from './serving-config.ts';

/** Fields of a pod spec that Knative takes at all, and the flag that must not be `disabled` for it. */
export const podSpecFlags: Readonly<Record<string, FeatureFlag>> = {
  affinity: 'kubernetes.podspec-affinity',
  dnsConfig: 'kubernetes.podspec-dnsconfig',
  dnsPolicy: 'kubernetes.podspec-dnspolicy',
  hostAliases: 'kubernetes.podspec-hostaliases',
  hostIPC: 'kubernetes.podspec-hostipc',
  hostNetwork: 'kubernetes.podspec-hostnetwork',
  hostPID: 'kubernetes.podspec-hostpid',
  initContainers: 'kubernetes.podspec-init-containers',
  nodeSelector: 'kubernetes.podspec-nodeselector',
  priorityClassName: 'kubernetes.podspec-priorityclassname',
  runtimeClassName: 'kubernetes.podspec-runtimeclassname',
  schedulerName: 'kubernetes.podspec-schedulername',
  shareProcessNamespace: 'kubernetes.podspec-shareprocessnamespace',
  tolerations: 'kubernetes.podspec-tolerations',
  topologySpreadConstraints: 'kubernetes.podspec-topologyspreadconstraints',
};

/** Kinds of volumes, with their flag where they have one. */
export const volumeFlags: Readonly<Record<string, FeatureFlag | undefined>> = {
  secret: undefined,
  configMap: undefined,
  projected: undefined,
  emptyDir: 'kubernetes.podspec-volumes-emptydir',
  persistentVolumeClaim: 'kubernetes.podspec-persistent-volume-claim',
  hostPath: 'kubernetes.podspec-volumes-hostpath',
  csi: 'kubernetes.podspec-volumes-csi',
  ephemeral: 'kubernetes.podspec-volumes-ephemeral',
  image: 'kubernetes.podspec-volumes-image',
};

const revisionFields = [
  'containerConcurrency',
  'idleTimeoutSeconds',
  'responseStartTimeoutSeconds',
  'timeoutSeconds',
];
const podFields = ['containers', 'enableServiceLinks', 'imagePullSecrets', 'serviceAccountName', 'volumes'];

/** Fields that Knative takes in each part of a container. */
export const fields = {
  container: [
    ...['name', 'args', 'command', 'env', 'envFrom', 'image', 'imagePullPolicy', 'livenessProbe', 'ports'],
    ...['readinessProbe', 'resources', 'securityContext', 'startupProbe', 'terminationMessagePath'],
    ...['terminationMessagePolicy', 'volumeMounts', 'workingDir'],
  ],
  port: ['containerPort', 'name', 'protocol'],
  resources: ['limits', 'requests'],
  environment: ['configMapKeyRef', 'secretKeyRef'],
  mount: ['name', 'readOnly', 'mountPath', 'subPath'],
  securityContext: [
    ...['allowPrivilegeEscalation', 'capabilities', 'readOnlyRootFilesystem', 'runAsGroup', 'runAsNonRoot'],
    ...['runAsUser', 'seccompProfile'],
  ],
  podSecurityContext: [
    'fsGroup',
    'runAsGroup',
    'runAsNonRoot',
    'runAsUser',
    'seccompProfile',
    'supplementalGroups',
  ],
  projection: ['configMap', 'downwardAPI', 'secret', 'serviceAccountToken'],
  imageVolume: ['pullPolicy', 'reference'],
} as const;

/** A field that is set although Knative does not take it. */
export const notTaken = (field: string, value: unknown, flag?: FeatureFlag): Finding =>
  flag === undefined
    ? finding(field, 'field.disallowed', value, 'nothing: Knative does not take this field')
    : finding(field, 'feature.off', value, `nothing while the feature ${flag} is disabled`);

/** The fields of a part that are set although they are not among those that Knative takes. */
export const beyond = (part: object | undefined, taken: readonly string[]): Finding[] =>
  part === undefined
    ? []
    : Object.entries(part)
        .filter(([field]) => !taken.includes(field))
        .map(([field, value]) => notTaken(field, value));

/** The fields of a pod spec that Knative does not take, under the cluster's flags. */
export function beyondPodSpec(spec: object, context: ValidationContext): Finding[] {
  return Object.entries(spec).flatMap(([field, value]): Finding[] => {
    if (podFields.includes(field) || revisionFields.includes(field)) return [];
    if (field === 'automountServiceAccountToken')
      return value === true ? [finding(field, 'field.disallowed', value, 'false, or nothing')] : [];
    if (field === 'securityContext') {
      const flag = 'kubernetes.podspec-securitycontext';
      const taken = context.feature(flag) !== 'disabled' || context.securePodDefaults !== 'disabled';
      return taken ? [] : [notTaken(field, value, flag)];
    }
    const flag = podSpecFlags[field];
    return flag !== undefined && context.feature(flag) !== 'disabled' ? [] : [notTaken(field, value, flag)];
  });
}
