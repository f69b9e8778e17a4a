import { TimbreError, type ErrorCode } from '../../../workers/contract';

/** What a worker of this folder answers: errors cross as values, because Comlink would drop their code. */
export interface Outcome<T> {
  value: T | null;
  error: { code: ErrorCode; message: string } | null;
}

/** @throws TimbreError the worker's error, coded. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.error) throw new TimbreError(outcome.error.code, outcome.error.message);
  if (outcome.value === null) throw new TimbreError('unknown', 'The worker answered nothing.');
  return outcome.value;
}
