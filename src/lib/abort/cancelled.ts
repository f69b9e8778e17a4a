import { TimbreError } from '$workers/contract';

export function cancelled(): TimbreError {
  return new TimbreError('job/cancelled', 'the job was cancelled or superseded');
}

export function isCancelled(error: unknown): boolean {
  return error instanceof TimbreError && error.code === 'job/cancelled';
}
