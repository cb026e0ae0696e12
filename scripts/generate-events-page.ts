// Writes docs/events.md from the registry of events: npm run docs:events
import { writeFileSync } from 'node:fs';
import { eventsPage } from '../lib/messages/events-page.ts';

writeFileSync(new URL('../docs/events.md', import.meta.url), eventsPage());
