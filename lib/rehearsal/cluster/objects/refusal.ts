/** The API server refused with this reason, such as `Conflict`. */
export const isReason = (error: unknown, reason: string): boolean =>
  error instanceof Error && 'reason' in error && error.reason === reason;
