/**
 * The room of a rehearsal cluster: Kubernetes with Knative Serving and an ingress on one machine. What belongs here: the
 * control plane (`controllers/`, `admission/`, `config/`), which brings objects to what they say as Knative's own
 * controllers do; the data plane (`data-plane/`), which carries the requests; and the start of both under an API server.
 * Everybody else uses its Kubernetes API, its entrance and its kubeconfig, as with a real cluster.
 */
export type { DataPlaneTimings } from './data-plane/index.ts';
export { statsPort } from './gateway-deployment.ts';
export { type RunningCluster, type StartClusterProps, startCluster } from './start-cluster.ts';
