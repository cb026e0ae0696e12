import { flag, onOff, word } from './kinds.ts';

/** `config-features`: what services may use. Where `allowed` would count as disabled, it is no value. */
export const featuresKeys = {
  /** Secures containers that do not say; AllowRootBounded leaves them their user. @default disabled */
  'secure-pod-defaults': word('disabled', 'allowRootBounded', 'enabled'),
  /** Several containers in a pod. @default enabled */
  'multi-container': onOff('enabled'),
  /** Probes of containers beside the serving one. Rule: needs multi-container. @default disabled */
  'multi-container-probing': onOff('disabled'),
  /** affinity of pods. @default disabled */
  'kubernetes.podspec-affinity': flag('disabled'),
  /** topologySpreadConstraints of pods. @default disabled */
  'kubernetes.podspec-topologyspreadconstraints': flag('disabled'),
  /** hostAliases of pods. @default disabled */
  'kubernetes.podspec-hostaliases': flag('disabled'),
  /** nodeSelector of pods. @default disabled */
  'kubernetes.podspec-nodeselector': flag('disabled'),
  /** tolerations of pods. @default disabled */
  'kubernetes.podspec-tolerations': flag('disabled'),
  /** Variables from fields of the pod and its resources. @default disabled */
  'kubernetes.podspec-fieldref': flag('disabled'),
  /** runtimeClassName of pods. @default disabled */
  'kubernetes.podspec-runtimeclassname': flag('disabled'),
  /** dnsPolicy of pods. @default disabled */
  'kubernetes.podspec-dnspolicy': flag('disabled'),
  /** dnsConfig of pods. @default disabled */
  'kubernetes.podspec-dnsconfig': flag('disabled'),
  /** securityContext of pods, and all of a container's. @default disabled */
  'kubernetes.podspec-securitycontext': flag('disabled'),
  /** shareProcessNamespace of pods. @default disabled */
  'kubernetes.podspec-shareprocessnamespace': flag('disabled'),
  /** hostIPC of pods. @default disabled */
  'kubernetes.podspec-hostipc': flag('disabled'),
  /** hostPID of pods. @default disabled */
  'kubernetes.podspec-hostpid': flag('disabled'),
  /** hostNetwork of pods. @default disabled */
  'kubernetes.podspec-hostnetwork': flag('disabled'),
  /** priorityClassName of pods. @default disabled */
  'kubernetes.podspec-priorityclassname': flag('disabled'),
  /** schedulerName of pods. @default disabled */
  'kubernetes.podspec-schedulername': flag('disabled'),
  /** initContainers of pods. @default disabled */
  'kubernetes.podspec-init-containers': onOff('disabled'),
  /** Volumes from claims, to read. @default disabled */
  'kubernetes.podspec-persistent-volume-claim': onOff('disabled'),
  /** Volumes from claims, to write. Rule: needs kubernetes.podspec-persistent-volume-claim. @default disabled */
  'kubernetes.podspec-persistent-volume-write': onOff('disabled'),
  /** emptyDir volumes. @default enabled */
  'kubernetes.podspec-volumes-emptydir': onOff('enabled'),
  /** image volumes. @default disabled */
  'kubernetes.podspec-volumes-image': onOff('disabled'),
  /** hostPath volumes. @default disabled */
  'kubernetes.podspec-volumes-hostpath': onOff('disabled'),
  /** ephemeral volumes. Rule: 1.23 and newer. @default disabled */
  'kubernetes.podspec-volumes-ephemeral': onOff('disabled'),
  /** csi volumes. @default disabled */
  'kubernetes.podspec-volumes-csi': onOff('disabled'),
  /** mountPropagation of mounts. @default disabled */
  'kubernetes.podspec-volumes-mount-propagation': onOff('disabled'),
  /** capabilities.add of containers. @default disabled */
  'kubernetes.containerspec-addcapabilities': onOff('disabled'),
  /** Routing to a tag by the request's header Knative-Serving-Tag. @default disabled */
  'tag-header-based-routing': onOff('disabled'),
  /** Finds out whether a container speaks HTTP/2 without TLS. @default disabled */
  'autodetect-http2': onOff('disabled'),
  /** Shows a pod's annotations to its queue-proxy; allowed: where a service's annotation asks for it. @default disabled */
  'queueproxy.mount-podinfo': flag('disabled'),
  /** Gives each queue-proxy 1000m of CPU and 400Mi to 800Mi of memory where nothing else says. @default disabled */
  'queueproxy.resource-defaults': onOff('disabled'),
} as const;
