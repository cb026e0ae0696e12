/** A program that Go makes from a module of the lane. */
export interface GoProgram {
  /** The binary's name; with the module's folder it is unique. */
  readonly name: string;
  /** The module's folder, below `test/cluster`. */
  readonly module: string;
  /** Package to build, as Go names it. */
  readonly package: string;
  /** Variables that the linker sets. @default - none */
  readonly stamp?: Readonly<Record<string, string>>;
}

/** A program that is its module's root package. */
export const ownProgram = (module: string, name: string): GoProgram => ({ name, module, package: '.' });

/** The Kubernetes version of the lane's clusters, as in `programs/kubernetes/go.mod`. */
export const kubernetesVersion = '1.35.4';

const [major, minor] = kubernetesVersion.split('.');
const versionPackage = 'k8s.io/component-base/version';

/** Knative refuses servers by their version, which is in no binary unless it is stamped. */
const stamp = {
  [`${versionPackage}.gitVersion`]: `v${kubernetesVersion}`,
  [`${versionPackage}.gitMajor`]: `${major}`,
  [`${versionPackage}.gitMinor`]: `${minor}`,
  [`${versionPackage}.gitTreeState`]: 'clean',
};

const kubernetes = (name: string): GoProgram => ({
  name,
  module: 'programs/kubernetes',
  package: `k8s.io/kubernetes/cmd/${name}`,
  stamp,
});

export const kubectl = kubernetes('kubectl');
export const kubernetesPrograms = {
  apiServer: kubernetes('kube-apiserver'),
  controllerManager: kubernetes('kube-controller-manager'),
  scheduler: kubernetes('kube-scheduler'),
  kubelet: kubernetes('kubelet'),
  proxy: kubernetes('kube-proxy'),
} as const;
export const coredns = ownProgram('programs/coredns', 'coredns');
export const keeper = ownProgram('programs/keeper', 'keeper');

/** Releases of Knative that the lane can run; each has a module. */
export const knativeReleases = ['1.22.1', '1.23.0'] as const;

export type KnativeRelease = (typeof knativeReleases)[number];

const knativePackages = {
  activator: 'knative.dev/serving/cmd/activator',
  autoscaler: 'knative.dev/serving/cmd/autoscaler',
  controller: 'knative.dev/serving/cmd/controller',
  queue: 'knative.dev/serving/cmd/queue',
  webhook: 'knative.dev/serving/cmd/webhook',
  cleanup: 'knative.dev/serving/pkg/cleanup/cmd/cleanup',
  migrate: 'knative.dev/pkg/apiextensions/storageversion/cmd/migrate',
} as const;

/** Knative's own programs of a release. */
export const knativePrograms = (release: KnativeRelease): GoProgram[] =>
  Object.entries(knativePackages).map(([name, path]) => ({
    name,
    module: `programs/knative/${release}`,
    package: path,
  }));
