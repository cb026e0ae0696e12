/**
 * The controllers of a rehearsal cluster: Knative Serving's, its ingress', and what of Kubernetes' own they stand on.
 * Each is a level-triggered reconciler over the store: it reads what is there, writes what should be, and is called
 * again. What only looks at one object or only carries requests belongs elsewhere.
 */
export { type ControlPlane, type ControlPlaneProps, startControlPlane } from './control-plane.ts';
export { gatewayName, gatewayNamespace, nodeName } from './deployment.ts';
export { kourierClass } from './ingress.ts';
