/** What differs from release to release of Kourier: figures, never texts. */
export interface KourierRelease {
  /** `1.23.0`: the release of Serving that it belongs to. */
  readonly version: string;
  /** Digest of the controller's image. */
  readonly controller: string;
  /** Envoy's minor version, whose newest patch upstream runs: `1.37`. */
  readonly envoy: string;
  /** The patch version that the default tuning pins. */
  readonly envoyPatch: string;
  /** Where the gateway answers checks and metrics: every address of IPv4, or of both families. */
  readonly statsAddress: '0.0.0.0' | '::';
}

/** The controller's image as upstream publishes it, pinned by digest. */
export const controllerImage = (release: KourierRelease): string =>
  `gcr.io/knative-releases/knative.dev/net-kourier/cmd/kourier@${release.controller}`;

const envoyRepository = 'docker.io/envoyproxy/envoy';

/** Upstream's tag, which is another image whenever Envoy releases a patch. */
export const floatingEnvoyImage = (release: KourierRelease): string =>
  `${envoyRepository}:v${release.envoy}-latest`;

/** A tag that Envoy publishes once. */
export const pinnedEnvoyImage = (release: KourierRelease): string =>
  `${envoyRepository}:v${release.envoyPatch}`;
