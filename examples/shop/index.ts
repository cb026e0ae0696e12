/** The shop: services that a newcomer can start from, and that the rehearsal runs. */
export { domain, domainMappings, history, services } from './services.ts';
