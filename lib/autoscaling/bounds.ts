import type { AutoscalerSettings } from './settings.ts';

/** A number of pods within bounds. The lower bound wins; an upper bound of 0 is none. */
export function applyBounds(minScale: number, maxScale: number, pods: number): number {
  if (pods < minScale) return minScale;
  return maxScale !== 0 && pods > maxScale ? maxScale : pods;
}

/** A wish within a revision's bounds; until it was ready once, its initial scale is the least. */
export function withinBounds(
  settings: Pick<AutoscalerSettings, 'minScale' | 'maxScale' | 'initialScale' | 'reachable'>,
  initialised: boolean,
  wish: number,
): number {
  const { minScale, maxScale, initialScale, reachable } = settings;
  const countsInitial = initialScale > 1 && !initialised && reachable;
  return applyBounds(countsInitial ? Math.max(initialScale, minScale) : minScale, maxScale, wish);
}
