/**
 * What Knative's webhook does to the objects of a rehearsal cluster before they are stored: it fills in defaults and
 * refuses what is wrong, for the fields in use. Here belong those rules and nothing that acts on stored objects.
 */
export { type AdmissionProps, createAdmission } from './create-admission.ts';
