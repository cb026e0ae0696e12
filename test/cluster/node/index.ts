/**
 * A cluster's own parts: what each is started with, and the files that it reads. How they are kept running belongs in
 * `../machine`, what runs on the cluster in `../knative`.
 */
export { type Access, kubeconfigOf, writeAccess, writeKubeconfig } from './access.ts';
export { compact } from './compact.ts';
export { controlPlane, managers } from './control-plane.ts';
export { nodeName, nodeParts } from './node-parts.ts';
export { registryPart, registryPort } from './registry-part.ts';
