import type { Reading } from './check.ts';

/** What checks ask of a cluster. Each part is read on its own: what one may not see does not hide the rest. */
export interface ClusterFacts {
  /** Whether the API server answers. */
  readonly answers: Reading<true>;
  readonly nodes: Reading<readonly NodeFacts[]>;
  /** Karpenter's, which EKS Auto Mode has as well. Empty where the cluster has none. */
  readonly nodeClaims: Reading<readonly NodeClaimFacts[]>;
  readonly nodePools: Reading<readonly NodePoolFacts[]>;
  /** Of Knative and Kourier. */
  readonly serving: Reading<readonly DeploymentFacts[]>;
  /** Gateways and activators. */
  readonly frontPods: Reading<readonly FrontPod[]>;
  /** `kube-system/coredns`; null where there is none. */
  readonly coreDns: Reading<DeploymentFacts | null>;
  readonly budgets: Reading<readonly BudgetFacts[]>;
  readonly webhooks: Reading<readonly WebhookFacts[]>;
  readonly definitions: Reading<readonly DefinitionFacts[]>;
  /** Name → what must be the same on both colours. */
  readonly priorityClasses: Reading<ReadonlyMap<string, string>>;
  readonly storageClasses: Reading<ReadonlyMap<string, string>>;
  readonly runtimeClasses: Reading<ReadonlyMap<string, string>>;
  readonly ingressClasses: Reading<ReadonlyMap<string, string>>;
  /** Those of which 80 % and more are used. */
  readonly quotas: Reading<readonly QuotaFacts[]>;
  readonly workloads: Reading<WorkloadFacts>;
  /** `namespace/name` → the IAM role that its annotation names. */
  readonly accountRoles: Reading<ReadonlyMap<string, string>>;
  /** Written through versions of an API that Kubernetes drops: `CronJob shop/report through batch/v1beta1 by helm`. */
  readonly oldWrites: Reading<readonly OldWrite[]>;
  /** `group/version Kind` that it serves. */
  readonly served: Reading<ReadonlySet<string>>;
}

export interface NodeFacts {
  readonly name: string;
  /** Of its kubelet, such as `1.34.2`. */
  readonly version: string;
  readonly ready: boolean;
  /** Made by EKS Auto Mode. */
  readonly auto: boolean;
  readonly spot: boolean;
  /** It takes no pods any more: cordoned, or on its way out. */
  readonly leaving: boolean;
}

export interface NodeClaimFacts {
  readonly name: string;
  /** @default - it has none yet */
  readonly node?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds after which it is replaced. @default - never */
  readonly expireAfter?: number;
  readonly deleting: boolean;
}

export interface NodePoolFacts {
  readonly name: string;
  /** Resource → what is used of its limit, 0–1 and above. */
  readonly used: Readonly<Record<string, number>>;
}

export interface DeploymentFacts {
  readonly namespace: string;
  readonly name: string;
  readonly wanted: number;
  readonly ready: number;
}

/** A pod that all requests of a colour go through. */
export interface FrontPod {
  readonly role: 'gateway' | 'activator';
  readonly name: string;
  /** @default - none yet */
  readonly node?: string;
}

export interface BudgetFacts {
  readonly name: string;
  /** Pods that it speaks of. */
  readonly pods: number;
  /** How many of them may be evicted now. */
  readonly allowed: number;
}

export interface WebhookFacts {
  readonly configuration: string;
  readonly kind: 'validating' | 'mutating';
  /** Whether nothing is written while it does not answer. */
  readonly required: boolean;
  /** `namespace/name` of the Service that answers. @default - a URL does */
  readonly service?: string;
  /** Addresses that are ready behind it. @default - not known, or a URL */
  readonly ready?: number;
}

export interface DefinitionFacts {
  /** Such as `services.serving.knative.dev`. */
  readonly name: string;
  /** Versions that are served, sorted. */
  readonly served: readonly string[];
  /** Versions in which objects may be stored. */
  readonly stored: readonly string[];
}

export interface QuotaFacts {
  readonly name: string;
  readonly resource: string;
  /** 0–1 and above. */
  readonly used: number;
}

/** What is asked of a cluster by what runs in it, from templates: what is at zero counts as well. */
export interface WorkloadFacts {
  readonly priorityClasses: ReadonlySet<string>;
  readonly storageClasses: ReadonlySet<string>;
  readonly runtimeClasses: ReadonlySet<string>;
  /** As they are written. */
  readonly images: ReadonlySet<string>;
  /** Knative Services of which a container asks for no CPU or no memory. */
  readonly withoutRequests: readonly string[];
  readonly services: number;
  /** `namespace/name` of what writes DNS names → its owner id. */
  readonly dnsOwners: ReadonlyMap<string, string>;
  /** Values of variables that are addresses of an EKS API server → workloads. */
  readonly apiServers: ReadonlyMap<string, readonly string[]>;
  /** Pods that run now. */
  readonly pods: number;
}

export interface OldWrite {
  /** `CronJob shop/report`. */
  readonly object: string;
  /** `batch/v1beta1 CronJob`. */
  readonly through: string;
  /** Field manager. */
  readonly by: string;
}
