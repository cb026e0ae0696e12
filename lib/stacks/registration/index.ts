/**
 * How a colour's entrance becomes an endpoint of the accelerator: the custom resource and its function. What decides
 * or calls for it belongs here; who deploys it does not.
 */
export {
  type EndpointGroupTarget,
  EntranceRegistration,
  type EntranceRegistrationProps,
  type LeaseLocation,
} from './entrance-registration.ts';
