import type { KubeObject } from '../../clusters/cluster-port.ts';

/** On everything that a rehearsal makes in a cluster that is not its own; its value is the fleet's name. */
export const rehearsalLabel = 'zeroshift.dev/rehearsal';

/** Selects what a rehearsal of this fleet made. */
export const ownSelector = (fleet: string): string => `${rehearsalLabel}=${fleet}`;

export const isOwn = ({ metadata }: KubeObject): boolean => metadata.labels?.[rehearsalLabel] !== undefined;

/** `Service shop/cart`, as people name an object. */
export const nameOf = ({ kind, metadata }: KubeObject): string =>
  `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
