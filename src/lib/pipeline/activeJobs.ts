import type { JobRecord, Reader } from '$lib/storage';
import { ACTIVE_STATES } from './machine';

/** By their state's index: a device keeps the jobs of thousands of messages, and a few of them have work left. */
export async function activeJobs(reader: Reader): Promise<JobRecord[]> {
  const states = ACTIVE_STATES.map((state) => reader.where('jobs', 'state', state));
  return (await Promise.all(states)).flat();
}
