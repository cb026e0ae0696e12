/** A refusal in the service's own words: what goes out as `__type` and message. */
export class ApiError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = type;
  }
}

export const invalidArgument = (message: string): ApiError =>
  new ApiError('InvalidArgumentException', message);
