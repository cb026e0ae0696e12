import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** uPlot as text, to be put into the page. */
export interface Uplot {
  readonly script: string;
  readonly style: string;
}

/** Reads the installed uPlot. Resolved when called, so that a bundle finds the package beside which it is installed. */
export function readUplot(): Uplot {
  const { resolve } = createRequire(import.meta.url);
  return {
    script: readFileSync(resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    style: readFileSync(resolve('uplot/dist/uPlot.min.css'), 'utf8'),
  };
}
