import { type CustomResource, column } from './definition.ts';
import { localReference } from './references.ts';
import { list, object, text } from './schema.ts';
import { status } from './status.ts';

/** An image that nodes may want to have before it is needed. */
export const imageResource: CustomResource = {
  area: 'caching',
  kind: 'Image',
  version: 'v1alpha1',
  columns: [column('Image', '.spec.image')],
  spec: object({ image: text, imagePullSecrets: list(localReference), serviceAccountName: text }, ['image']),
  status: status(),
};
