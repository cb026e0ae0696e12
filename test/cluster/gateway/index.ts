/**
 * The lane's ingress: the real Envoy in the project's own gateway Deployment, and a small program (`controller/`, in Go)
 * in place of Kourier's controller, which is not published as a module. What belongs here: that program, and what the
 * images of both hold. The manifests are the project's own, from `constructs/kourier`; only their images are replaced.
 */
export { installEnvoy } from './envoy.ts';
export { controllerImage, gatewayImage } from './image.ts';
export { gatewaySettings, ingressController } from './program.ts';
