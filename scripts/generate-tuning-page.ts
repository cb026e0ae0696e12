// Writes docs/tuning.md from the constructs: npm run docs:tuning
import { writeFileSync } from 'node:fs';
import { allTuning } from './lib/all-tuning.ts';
import { tuningPage } from './lib/tuning-page.ts';

writeFileSync(new URL('../docs/tuning.md', import.meta.url), tuningPage(allTuning()));
