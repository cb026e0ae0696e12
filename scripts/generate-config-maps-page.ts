// Writes docs/config-maps.md from the tables of keys: npm run docs:config-maps
import { writeFileSync } from 'node:fs';
import { configMapsPage } from './lib/config-maps-page.ts';

writeFileSync(new URL('../docs/config-maps.md', import.meta.url), configMapsPage());
