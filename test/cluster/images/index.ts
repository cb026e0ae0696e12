/**
 * The lane's container images: from files to the lane's registry, without a container engine. Which images there are is
 * in `catalogue.ts`; what is inside comes from `../programs`.
 */
export { filesBelow, type ImageContent, type ImageFile, imageOf } from './image.ts';
export { createRegistry, type PushedImage, type Registry } from './registry.ts';
export { tarOf } from './tar.ts';
