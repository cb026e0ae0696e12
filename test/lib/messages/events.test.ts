import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { events } from '../../../lib/messages/events.ts';
import { eventsPage } from '../../../lib/messages/events-page.ts';

it('the page of events is generated from the registry', () => {
  expect(readFileSync(new URL('../../../docs/events.md', import.meta.url), 'utf8')).toBe(eventsPage());
});

it('codes are dotted and lower-case, since they are a contract', () => {
  for (const code of Object.keys(events)) expect(code).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
});
