import { TimbreError } from '$workers/contract';

/** Whatever was thrown, with a code. */
export function coded(error: unknown): TimbreError {
  if (error instanceof TimbreError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new TimbreError('unknown', message, { cause: error });
}
