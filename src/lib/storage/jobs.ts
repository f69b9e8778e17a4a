import type { JobRecord, JobState } from './records';
import type { Reader } from './store';

/** There is work left. */
export const ACTIVE_STATES: readonly JobState[] = ['waiting', 'running'];

/** By their state's index: a device keeps the jobs of thousands of messages, and a few of them have work left. */
export async function activeJobs(reader: Reader): Promise<JobRecord[]> {
  return (await Promise.all(ACTIVE_STATES.map((state) => reader.where('jobs', 'state', state)))).flat();
}
